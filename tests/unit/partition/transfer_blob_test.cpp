#include "partition/transfer_blob.hpp"

#include <boost/json.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace json = boost::json;

const std::string kid = "https://contoso.managedhsm.azure.net/keys/exchange/0123456789abcdef0123456789abcdef";

/// A blob by hand, to be spoilt.
json::object blob() {
    return {{"schema_version", "1.0.0"},
            {"header", json::object{{"kid", kid}, {"alg", "dir"}, {"enc", "CKM_RSA_AES_KEY_WRAP"}}},
            {"ciphertext", "AAECAw"},
            {"generator", "by hand"}};
}

Result<partition::TransferBlob> parsed(const json::object& object) {
    return partition::parse_transfer_blob(json::serialize(object));
}

/// With a member of the blob, or of its header, set to `value`.
json::object with(const char* name, const json::value& value, bool in_header = false) {
    json::object object = blob();
    (in_header ? object["header"].as_object() : object)[name] = value;
    return object;
}

/// A token with a key exchange key.
struct Exchange {
    TemporaryFolder folder;
    std::unique_ptr<partition::Partition> token = user_token(folder.path());
    KeyRecordPtr key;

    Exchange() {
        const auto made = token->generate(exchange_key("exchange"));
        REQUIRE_OK(made);
        key = made.value();
    }
    static NewKey exchange_key(const std::string& name) {
        NewKey wanted;
        wanted.name = name;
        wanted.spec = {.type = KeyType::Rsa, .bits = 2048};
        wanted.ops = KeyOps::Import;
        return wanted;
    }
    [[nodiscard]] std::string blob_for(const SecretMaterial& material) const {
        return blob_for(material, key->id.name + "/" + key->id.version);
    }
    [[nodiscard]] std::string blob_for(const SecretMaterial& material, const std::string& path) const {
        return partition::make_transfer_blob(key->public_key, "https://localhost/keys/" + path, material).value();
    }
};

NewKey wanted(KeyType type, const std::string& name) {
    NewKey key = new_key(type, 0, name);
    key.name = name;
    return key;
}

SecretMaterial fresh_pair(KeyType type) {
    return crypto::PrivateHalf::generate({.type = type, .bits = 2048}).value()->expose_pkcs8().value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(transfer_blob)

BOOST_AUTO_TEST_CASE(a_blob_says_which_key_it_is_for) {
    const auto whole = parsed(blob());
    REQUIRE_OK(whole);
    BOOST_TEST(whole->exchange_key.name == "exchange");
    BOOST_TEST(whole->exchange_key.version == "0123456789abcdef0123456789abcdef");
    BOOST_TEST(whole->generator == "by hand");
    BOOST_TEST(whole->wrapped == Bytes({0, 1, 2, 3}));
    const auto latest = parsed(with("kid", "https://localhost:8443/keys/exchange", true));
    REQUIRE_OK(latest);
    BOOST_TEST(latest->exchange_key.version.empty());
}

BOOST_AUTO_TEST_CASE(what_is_no_whole_blob_is_refused) {
    for (const char* text : {"", "{", "[]", "null", "\"text\"", "{}"}) {
        CHECK_FAILS(partition::parse_transfer_blob(text), Errc::WrappedKeyInvalid);
    }
    const json::object spoilt[] = {
        with("schema_version", "2.0.0"),
        with("schema_version", 1),
        with("header", json::value()),
        with("ciphertext", ""),
        with("ciphertext", "AA+/"),
        with("ciphertext", json::array{}),
        with("alg", "RSA-OAEP", true),
        with("enc", "CKM_RSA_PKCS", true),
        with("kid", "exchange", true),
        with("kid", "https://localhost/keys/", true),
        with("kid", "https://localhost/keys/a_b", true),
        with("kid", "https://localhost/keys/exchange/", true),
        with("kid", "https://localhost/keys/exchange/latest", true),
        with("kid", "https://localhost/secrets/exchange", true),
    };
    for (const json::object& object : spoilt) {
        BOOST_TEST_CONTEXT(json::serialize(object)) { CHECK_FAILS(parsed(object), Errc::WrappedKeyInvalid); }
    }
}

BOOST_AUTO_TEST_CASE(a_made_blob_has_the_members_of_the_specification) {
    const auto half = crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048}).value();
    const SecretBytes material(32);
    const auto text = partition::make_transfer_blob(half->public_key(), kid, material);
    REQUIRE_OK(text);
    const json::object object = json::parse(text.value()).as_object();
    BOOST_TEST(object.at("schema_version") == "1.0.0");
    BOOST_TEST(object.at("header").at("kid") == kid.c_str());
    BOOST_TEST(object.at("header").at("alg") == "dir");
    BOOST_TEST(object.at("header").at("enc") == "CKM_RSA_AES_KEY_WRAP");
    const auto read = partition::parse_transfer_blob(text.value());
    REQUIRE_OK(read);
    BOOST_TEST(read->wrapped.size() == 256U + 40U);
    const auto opened = half->unwrap(partition::transfer_wrapping(), read->wrapped);
    REQUIRE_OK(opened);
    BOOST_TEST(opened->equals(material));
    CHECK_FAILS(partition::make_transfer_blob(half->public_key(), "exchange", material), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(pairs_and_secrets_arrive) {
    const Exchange exchange;
    for (const KeyType type : {KeyType::Rsa, KeyType::Ec}) {
        const std::string name = type == KeyType::Rsa ? "rsa" : "ec";
        const auto key = exchange.token->import_wrapped_key(wanted(type, name), exchange.blob_for(fresh_pair(type)));
        REQUIRE_OK(key);
        BOOST_TEST(key.value()->id.name == name);
        check_signs(*exchange.token, key.value()->id);
    }
    NewKey secret = wanted(KeyType::Aes, "aes");
    secret.protection = {.sensitive = false, .extractable = true};
    const auto key = exchange.token->import_wrapped_key(secret, exchange.blob_for(SecretBytes(32), "EXCHANGE"));
    REQUIRE_OK(key);
    BOOST_TEST(key.value()->spec.bits == 256U);
    const auto opened = exchange.token->open(key.value()->id).value();
    BOOST_TEST(opened->expose_material(MaterialUse::Reveal)->equals(SecretBytes(32)));
}

BOOST_AUTO_TEST_CASE(a_name_in_use_gets_a_version_only_when_it_may) {
    const Exchange exchange;
    const std::string blob = exchange.blob_for(fresh_pair(KeyType::Ec));
    const auto first = exchange.token->import_wrapped_key(wanted(KeyType::Ec, "ec"), blob);
    REQUIRE_OK(first);
    CHECK_FAILS(exchange.token->import_wrapped_key(wanted(KeyType::Ec, "ec"), blob), Errc::KeyExists);
    NewKey more = wanted(KeyType::Ec, "ec");
    more.name_use = NameUse::MayAddVersion;
    const auto second = exchange.token->import_wrapped_key(more, blob);
    REQUIRE_OK(second);
    BOOST_TEST(second.value()->id.version != first.value()->id.version);
    BOOST_TEST(second.value()->is_latest);
}

BOOST_AUTO_TEST_CASE(damaged_material_is_refused) {
    const Exchange exchange;
    const std::string text = exchange.blob_for(SecretBytes(32));
    json::object object = json::parse(text).as_object();
    const Bytes whole = crypto::from_base64url(std::string(object["ciphertext"].as_string())).value();
    const auto import = [&](const Bytes& wrapped) {
        object["ciphertext"] = crypto::base64url(wrapped);
        return exchange.token->import_wrapped_key(wanted(KeyType::Aes, "aes"), json::serialize(object));
    };
    for (std::size_t i = 0; i < whole.size(); i += 5) {
        Bytes changed = whole;
        changed[i] ^= 1;
        BOOST_TEST_CONTEXT("byte " << i) { CHECK_FAILS(import(changed), Errc::WrappedKeyInvalid); }
    }
    for (const std::size_t size : {std::size_t{1}, std::size_t{255}, std::size_t{256}, whole.size() - 8}) {
        CHECK_FAILS(import(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))),
                    Errc::WrappedKeyInvalid);
    }
    CHECK_OK(import(whole));
}

BOOST_AUTO_TEST_CASE(material_of_another_kind_is_refused) {
    const Exchange exchange;
    partition::Partition& token = *exchange.token;
    const std::string rsa = exchange.blob_for(fresh_pair(KeyType::Rsa));
    CHECK_FAILS(token.import_wrapped_key(wanted(KeyType::Ec, "a"), rsa), Errc::AttributeValueInvalid);
    CHECK_FAILS(token.import_wrapped_key(wanted(KeyType::Aes, "b"), rsa), Errc::AttributeValueInvalid);
    const std::string raw = exchange.blob_for(SecretBytes(32));
    CHECK_FAILS(token.import_wrapped_key(wanted(KeyType::Rsa, "c"), raw), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(only_a_live_key_for_import_alone_exchanges) {
    const Exchange exchange;
    partition::Partition& token = *exchange.token;
    const SecretBytes material(32);
    const auto import = [&](const std::string& path) {
        return token.import_wrapped_key(wanted(KeyType::Aes, "aes"), exchange.blob_for(material, path));
    };
    CHECK_FAILS(import("none"), Errc::UnwrappingKeyHandleInvalid);
    CHECK_FAILS(import("exchange/" + std::string(32, '0')), Errc::UnwrappingKeyHandleInvalid);
    NewKey both = Exchange::exchange_key("both");
    both.ops = KeyOps::Import | KeyOps::Unwrap;
    REQUIRE_OK(token.generate(both));
    CHECK_FAILS(import("both"), Errc::UnwrappingKeyHandleInvalid);
    NewKey curve = Exchange::exchange_key("curve");
    curve.spec = {.type = KeyType::Ec};
    REQUIRE_OK(token.generate(curve));
    CHECK_FAILS(import("curve"), Errc::UnwrappingKeyHandleInvalid);
    REQUIRE_OK(token.update(exchange.key->id, {.enabled = false}));
    CHECK_FAILS(import("exchange"), Errc::UnwrappingKeyHandleInvalid);
    REQUIRE_OK(token.update(exchange.key->id, {.enabled = true}));
    REQUIRE_OK(token.generate(Exchange::exchange_key("other")));
    CHECK_FAILS(import("other"), Errc::WrappedKeyInvalid);
    REQUIRE_OK(token.remove_key("exchange"));
    CHECK_FAILS(import("exchange"), Errc::UnwrappingKeyHandleInvalid);
    recover(token, "exchange");
    CHECK_OK(import("exchange"));
}

BOOST_AUTO_TEST_CASE(an_exchange_key_does_nothing_else) {
    const Exchange exchange;
    const auto key = exchange.token->open(exchange.key->id).value();
    CipherAlgorithm oaep{};
    oaep.scheme = CipherScheme::RsaOaep;
    BOOST_TEST(!key->unwrap(partition::transfer_wrapping(), Bytes(296)).ok());
    BOOST_TEST(!key->signer({.scheme = SignatureScheme::RsaPkcs1}).ok());
    BOOST_TEST(!key->decryptor(oaep).ok());
}

BOOST_AUTO_TEST_SUITE_END()
