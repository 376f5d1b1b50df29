// New keys: their names, what is kept of a template, and keys that the caller brings.
#include <boost/json/parse.hpp>

#include "crypto/key_material.hpp"
#include "remote_case.hpp"

namespace kvp11::test {
namespace {

constexpr SignatureAlgorithm ecdsa{SignatureScheme::Ecdsa};

boost::json::value bundle(RemoteCase& remote, const std::string& name) {
    return boost::json::parse(remote.hsm.ask("GET", "/keys/" + name));
}

bool is_random_name(const std::string& name) { return name.starts_with("p11-") && name.size() == 36; }

SecretMaterial fresh_pair(const KeySpec& spec) {
    const auto half = crypto::PrivateHalf::generate(spec);
    REQUIRE_OK(half);
    auto material = (*half)->expose_pkcs8();
    REQUIRE_OK(material);
    return std::move(material).value();
}

BOOST_AUTO_TEST_SUITE(make)

BOOST_AUTO_TEST_CASE(a_label_that_is_a_name_becomes_the_name) {
    RemoteCase remote;
    const KeyRecord key = remote.made(ec_key("web-2026"));
    BOOST_TEST(key.id.name == "web-2026");
    BOOST_TEST(key.id.version.size() == 32u);
    BOOST_TEST(text_of(key.face.label) == "web-2026");
    BOOST_TEST(to_hex(key.face.id) == "0102");
    BOOST_REQUIRE(key.public_face.has_value());
    BOOST_TEST(text_of(key.public_face->label) == "web-2026");
    BOOST_TEST(to_hex(key.public_face->id) == "0102");
    BOOST_TEST(!key.public_face->is_private);
    BOOST_TEST(key.generated);
    BOOST_TEST(key.protection.sensitive);
    BOOST_TEST(!key.protection.extractable);
}

BOOST_AUTO_TEST_CASE(other_labels_are_kept_beside_a_name_of_ours) {
    RemoteCase remote;
    for (const std::string label : {"my key", "schl\xC3\xBCssel", "", "a_b"}) {
        const KeyRecord key = remote.made(ec_key(label));
        BOOST_TEST(is_random_name(key.id.name));
        BOOST_TEST(text_of(key.face.label) == label);
        BOOST_TEST(text_of(key.public_face->label) == label);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_taken_is_never_given_another_version) {
    RemoteCase remote;
    const KeyRecord first = remote.made(ec_key("taken"));
    const KeyRecord second = remote.made(ec_key("taken"));
    BOOST_TEST(is_random_name(second.id.name));
    BOOST_TEST(text_of(second.face.label) == "taken");
    BOOST_TEST(bundle(remote, "taken").at("key").at("kid").as_string().ends_with(first.id.version.c_str()));
    NewKey named = ec_key("x");
    named.name = "TAKEN";
    CHECK_FAILS(remote.backend->generate(named), Errc::KeyExists);
}

BOOST_AUTO_TEST_CASE(a_deleted_keys_name_stands_in_nobodys_way) {
    RemoteCase remote;
    remote.made(ec_key("gone"));
    remote.hsm.ask("DELETE", "/keys/gone");
    BOOST_TEST(is_random_name(remote.made(ec_key("gone")).id.name));
    NewKey named = ec_key("x");
    named.name = "gone";
    CHECK_FAILS(remote.backend->generate(named), Errc::KeyDeleted);
    named.name = "not a name";
    CHECK_FAILS(remote.backend->generate(named), Errc::KeyNameInvalid);
}

BOOST_AUTO_TEST_CASE(a_key_whose_label_and_id_are_its_name_has_no_tags_for_them) {
    RemoteCase remote;
    NewKey key = ec_key("plain");
    key.face.id = text_bytes("plain");
    key.public_face->id = key.face.id;
    remote.made(key);
    const auto tags = bundle(remote, "plain").at("tags").as_object();
    BOOST_TEST(tags.size() == 2u);
    BOOST_TEST(tags.at("p11_local").as_string() == "true");
    BOOST_TEST(tags.at("p11_type").as_string() == "EC");
}

// For lists, which tell no types.
BOOST_AUTO_TEST_CASE(every_key_that_is_made_or_brought_tells_its_type) {
    RemoteCase remote;
    remote.made(rsa_key("rsa"));
    BOOST_TEST(bundle(remote, "rsa").at("tags").at("p11_type").as_string() == "RSA");
    NewKey brought = ec_key("brought");
    REQUIRE_OK(remote.backend->import_key(brought, fresh_pair(brought.spec)));
    BOOST_TEST(bundle(remote, "brought").at("tags").at("p11_type").as_string() == "EC");
}

// A tag of somebody's that stays is worth more than one of ours that only saves time.
BOOST_AUTO_TEST_CASE(where_there_is_no_room_the_type_is_not_told) {
    RemoteCase remote;
    NewKey key = ec_key("full");
    for (int i = 0; i < 14; ++i) key.tags["tag-" + std::to_string(i)] = "v";
    key.face.id = key.public_face->id = text_bytes("full");
    remote.made(key);
    const auto tags = bundle(remote, "full").at("tags").as_object();
    BOOST_TEST(tags.size() == 15u);
    BOOST_TEST(!tags.contains("p11_type"));
}

BOOST_AUTO_TEST_CASE(every_size_and_curve_is_made) {
    RemoteCase remote;
    NewKey rsa = rsa_key("rsa");
    rsa.spec.bits = 3072;
    BOOST_TEST(remote.made(rsa).spec.bits == 3072u);
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        BOOST_TEST((remote.made(ec_key("", curve)).spec.curve == curve));
    }
    for (const std::uint32_t bits : {128U, 192U, 256U}) BOOST_TEST(remote.made(aes_key("", bits)).spec.bits == bits);
    const KeyRecord mac = remote.made(hmac_key("mac"));
    BOOST_TEST((mac.spec.type == KeyType::GenericSecret));
    BOOST_TEST(mac.spec.bits == 256u);
}

BOOST_AUTO_TEST_CASE(operations_that_the_service_has_not_are_left_out) {
    RemoteCase remote;
    BOOST_TEST((remote.made(ec_key("ec")).ops == (KeyOps::Sign | KeyOps::Verify)));
    BOOST_TEST(
        (remote.made(aes_key("aes")).ops == (KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap)));
    NewKey only_derives = ec_key("ecdh");
    only_derives.ops = KeyOps::Derive;
    CHECK_FAILS(remote.backend->generate(only_derives), Errc::TemplateInconsistent);
    NewKey only_cmac = aes_key("cmac");
    only_cmac.ops = KeyOps::Sign | KeyOps::Verify;
    CHECK_FAILS(remote.backend->generate(only_cmac), Errc::TemplateInconsistent);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused) {
    RemoteCase remote;
    NewKey key = rsa_key("x");
    key.spec.bits = 1024;
    CHECK_FAILS(remote.backend->generate(key), Errc::KeySizeRange);
    key = ec_key("x");
    key.protection.extractable = true;
    CHECK_FAILS(remote.backend->generate(key), Errc::AttributeValueInvalid);
    key = ec_key("x");
    key.face.label = pattern(300);
    CHECK_FAILS(remote.backend->generate(key), Errc::AttributeValueInvalid);
    key = ec_key("x");
    key.face.extras[0x101] = pattern(200);
    CHECK_FAILS(remote.backend->generate(key), Errc::AttributeValueInvalid);
    key = ec_key("x");
    for (int i = 0; i < 15; ++i) key.tags["tag-" + std::to_string(i)] = "v";
    CHECK_FAILS(remote.backend->generate(key), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(an_insensitive_key_is_sensitive_all_the_same) {
    RemoteCase remote;
    NewKey key = aes_key("open");
    key.protection.sensitive = false;  // pkcs11-tool says so by itself
    BOOST_TEST(remote.made(key).protection.sensitive);
}

BOOST_AUTO_TEST_CASE(times_tags_and_attributes_come_back) {
    RemoteCase remote;
    NewKey key = ec_key("rich");
    key.not_before = 1'000'000'000;
    key.expires = 4'000'000'000;
    key.tags["owner"] = "me";
    key.face.extras[0x101] = text_bytes("CN=subject");
    key.face.is_private = false;
    key.public_face->extras[0x12345678] = {};
    key.public_face->is_private = true;
    remote.made(key);
    const auto backend = managed_hsm::open_managed_hsm(remote.hsm.settings());
    REQUIRE_OK(backend);
    const auto record = (*backend)->key_record({"rich", {}});
    REQUIRE_OK(record);
    BOOST_TEST(*(*record)->not_before == 1'000'000'000);
    BOOST_TEST(*(*record)->expires == 4'000'000'000);
    BOOST_TEST((*record)->tags.at("owner") == "me");
    BOOST_TEST(((*record)->face == key.face));
    BOOST_TEST((*(*record)->public_face == *key.public_face));
}

BOOST_AUTO_TEST_CASE(keys_that_the_caller_brings_sign_and_are_not_local) {
    RemoteCase remote;
    const KeySpec specs[] = {{.type = KeyType::Rsa, .bits = 2048},
                             {.type = KeyType::Ec, .curve = Curve::P384},
                             {.type = KeyType::Ec, .curve = Curve::P521}};
    for (const KeySpec& spec : specs) {
        NewKey key = spec.type == KeyType::Rsa ? rsa_key("") : ec_key("");
        key.spec = {.type = spec.type};
        key.public_face.reset();
        key.protection = {.sensitive = false, .extractable = true};
        const auto record = remote.backend->import_key(key, fresh_pair(spec));
        REQUIRE_OK(record);
        BOOST_TEST(!(*record)->generated);
        BOOST_TEST(!(*record)->protection.extractable);
        BOOST_TEST(!(*record)->public_face.has_value());
        const SignatureAlgorithm algorithm =
            spec.type == KeyType::Ec ? ecdsa : SignatureAlgorithm{SignatureScheme::RsaPkcs1};
        const auto signature = signature_by(*remote.opened((*record)->id), algorithm, pattern(32));
        REQUIRE_OK(signature);
        CHECK_OK(verified(**record, algorithm, pattern(32), *signature));
    }
}

BOOST_AUTO_TEST_CASE(material_that_does_not_fit_is_refused) {
    RemoteCase remote;
    CHECK_FAILS(remote.backend->import_key(ec_key("x"), secret(pattern(50))), Errc::AttributeValueInvalid);
    CHECK_FAILS(remote.backend->import_key(rsa_key("x"), fresh_pair({.type = KeyType::Ec})),
                Errc::AttributeValueInvalid);
    CHECK_FAILS(remote.backend->import_key(aes_key("x"), secret(pattern(16))), Errc::AttributeValueInvalid);
    NewKey odd = aes_key("x");
    odd.spec.bits = 0;
    CHECK_FAILS(remote.backend->import_key(odd, secret(pattern(20))), Errc::AttributeValueInvalid);
    NewKey long_one = hmac_key("x");
    long_one.spec.bits = 0;
    CHECK_FAILS(remote.backend->import_key(long_one, secret(pattern(65))), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(byok_wraps_the_key_for_the_pools_exchange_key) {
    RemoteCase remote([](managed_hsm::Settings& settings) {
        settings.import_way = managed_hsm::ImportWay::Byok;
        settings.exchange_key = "exchange";
    });
    remote.hsm.ask("POST", "/keys/exchange/create", R"({"kty":"RSA-HSM","key_size":2048,"key_ops":["import"]})");
    const KeySpec p256{.type = KeyType::Ec};
    const SecretMaterial material = fresh_pair(p256);
    remote.hsm.exchanges();
    const auto record = remote.backend->import_key(ec_key("brought"), material);
    REQUIRE_OK(record);
    const auto signature = signature_by(*remote.opened((*record)->id), ecdsa, pattern(32));
    REQUIRE_OK(signature);
    const auto half = crypto::PrivateHalf::parse(material);
    REQUIRE_OK(half);
    BOOST_TEST(((*half)->public_key() == (*record)->public_key));
    for (const Exchange& exchange : remote.hsm.exchanges()) {
        if (exchange.operation != "KeyImport") continue;
        BOOST_TEST(exchange.body.find("\"key_hsm\"") != std::string::npos);
        BOOST_TEST(exchange.body.find("\"d\"") == std::string::npos);
    }
    NewKey secret_key = aes_key("aes");
    CHECK_OK(remote.backend->import_key(secret_key, secret(pattern(32))));
}

BOOST_AUTO_TEST_CASE(byok_needs_its_exchange_key) {
    RemoteCase remote([](managed_hsm::Settings& settings) {
        settings.import_way = managed_hsm::ImportWay::Byok;
        settings.exchange_key = "missing";
    });
    CHECK_FAILS(remote.backend->import_key(aes_key("x"), secret(pattern(32))), Errc::KeyNotFound);
    managed_hsm::Settings settings = remote.hsm.settings();
    settings.import_way = managed_hsm::ImportWay::Byok;
    CHECK_FAILS(managed_hsm::open_managed_hsm(std::move(settings)), Errc::ConfigurationInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
