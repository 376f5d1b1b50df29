// Import of keys: plain, and wrapped under a key exchange key of the partition (BYOK).
#include "conformance/service/service_case.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"

KVP11_SERVICE_CASES

namespace {

NewKey exchange_key(const std::string& name) {
    NewKey key = rsa_pair(name);
    key.ops = KeyOps::Import;
    return key;
}

/// As Azure's BYOK tools write it: RSA-OAEP with SHA-1 of a fresh AES key, and AES-KWP of the material.
Bytes wrap_for(const KeyRecord& exchange, const SecretBytes& material) {
    const auto recipient = crypto::PublicHalf::parse(exchange.public_key);
    REQUIRE_OK(recipient);
    const auto wrapped = (*recipient)->wrap({.scheme = WrapScheme::RsaAesKeyWrap, .label = {}, .iv = {}}, material);
    REQUIRE_OK(wrapped);
    return *wrapped;
}

struct TransferFile {
    std::string schema_version = "1.0.0";
    std::string kid;
    std::string algorithm = "dir";
    std::string encryption = "CKM_RSA_AES_KEY_WRAP";
    Bytes ciphertext;

    std::string text() const {
        return R"({"schema_version":")" + schema_version + R"(","header":{"kid":")" + kid + R"(","alg":")" + algorithm +
               R"(","enc":")" + encryption + R"("},"ciphertext":")" + crypto::base64url(ciphertext) +
               R"(","generator":"kvp11 test"})";
    }
};

std::string kid_of(const KeyId& id) { return "https://lab.managedhsm.azure.net/keys/" + id.name + "/" + id.version; }

TransferFile transfer_file(const KeyRecord& exchange, const SecretBytes& material) {
    TransferFile file;
    file.kid = kid_of(exchange.id);
    file.ciphertext = wrap_for(exchange, material);
    return file;
}

SecretBytes fresh_pkcs8(const KeySpec& spec, PublicKey* public_key) {
    const auto half = crypto::PrivateHalf::generate(spec);
    REQUIRE_OK(half);
    *public_key = (*half)->public_key();
    auto pkcs8 = (*half)->expose_pkcs8();
    REQUIRE_OK(pkcs8);
    return std::move(pkcs8).value();
}

}  // namespace

SERVICE(import, plain_material_becomes_a_key) {
    for (NewKey wanted : {rsa_pair("rsa"), signing_pair("ec"), aes_key("aes")}) {
        PublicKey public_key;
        const bool is_pair = wanted.spec.type != KeyType::Aes;
        const SecretBytes material =
            is_pair ? fresh_pkcs8(wanted.spec, &public_key) : SecretBytes::copy_of(Bytes(32, 9));
        wanted.spec.bits = 0;
        wanted.tags = {{"from", "outside"}};
        const auto record = subject.backend().import_key(wanted, material);
        REQUIRE_OK(record);
        if (is_pair) BOOST_CHECK((*record)->public_key == public_key);
        BOOST_CHECK((*record)->tags == wanted.tags);
        check_works(subject.backend(), (*record)->id);
    }
    CHECK_FAILS(subject.backend().import_key(signing_pair("bad"), SecretBytes(40)), Errc::AttributeValueInvalid);
    CHECK_FAILS(subject.backend().import_key(aes_key("bad"), SecretBytes(31)), Errc::AttributeValueInvalid);
    CHECK_FAILS(subject.backend().key_record(latest("bad")), Errc::KeyNotFound);
}

SERVICE(import, wrapped_material_becomes_a_key) {
    const KeyRecord exchange = made(subject, exchange_key("kek"));
    for (NewKey wanted : {rsa_pair("rsa"), signing_pair("ec"), aes_key("aes")}) {
        BOOST_TEST_CONTEXT(wanted.name) {
            PublicKey public_key;
            const bool is_pair = wanted.spec.type != KeyType::Aes;
            const SecretBytes material =
                is_pair ? fresh_pkcs8(wanted.spec, &public_key) : SecretBytes::copy_of(Bytes(32, 9));
            wanted.spec.bits = 0;
            const auto record = subject.keys().import_wrapped_key(wanted, transfer_file(exchange, material).text());
            REQUIRE_OK(record);
            BOOST_CHECK_EQUAL((*record)->id.name, wanted.name);
            if (is_pair) BOOST_CHECK((*record)->public_key == public_key);
            check_works(subject.backend(), (*record)->id);
            const auto next =
                subject.keys().import_wrapped_key(versioned(wanted), transfer_file(exchange, material).text());
            REQUIRE_OK(next);
            BOOST_CHECK_EQUAL(all_versions(subject.keys(), wanted.name).size(), 2U);
            CHECK_FAILS(subject.keys().import_wrapped_key(wanted, transfer_file(exchange, material).text()),
                        Errc::KeyExists);
        }
    }
}

SERVICE(import, a_transfer_file_that_is_not_one_is_refused) {
    const KeyRecord exchange = made(subject, exchange_key("kek"));
    const SecretBytes material(32);
    const TransferFile good = transfer_file(exchange, material);
    std::vector<TransferFile> bad(5, good);
    bad[0].ciphertext[3] ^= 1;
    bad[1].ciphertext.back() ^= 1;
    bad[2].ciphertext.resize(256);
    bad[3].ciphertext.clear();
    bad[4].encryption = "A256GCM";
    for (const TransferFile& file : bad) {
        CHECK_FAILS(subject.keys().import_wrapped_key(aes_key("new"), file.text()), Errc::WrappedKeyInvalid);
    }
    for (const char* text : {"", "{}", "[1]", R"({"header":{}})", "no json"}) {
        CHECK_FAILS(subject.keys().import_wrapped_key(aes_key("new"), text), Errc::WrappedKeyInvalid);
    }
    const SecretBytes odd(33);
    CHECK_OK(subject.keys().import_wrapped_key(aes_key("new"), good.text()));
    const auto wrong_size = subject.keys().import_wrapped_key(aes_key("odd"), transfer_file(exchange, odd).text());
    BOOST_CHECK(!wrong_size.ok());
    CHECK_FAILS(subject.backend().key_record(latest("odd")), Errc::KeyNotFound);
}

SERVICE(import, the_exchange_key_is_one_for_importing_alone) {
    const SecretBytes material(32);
    const KeyRecord exchange = made(subject, exchange_key("kek"));
    TransferFile file = transfer_file(exchange, material);
    file.kid = kid_of({"unknown", exchange.id.version});
    CHECK_FAILS(subject.keys().import_wrapped_key(aes_key("new"), file.text()), Errc::UnwrappingKeyHandleInvalid);
    for (const KeyOps ops : {KeyOps::Unwrap, KeyOps::Import | KeyOps::Unwrap, KeyOps::Decrypt}) {
        NewKey other = exchange_key("other-" + std::to_string(static_cast<int>(ops)));
        other.ops = ops;
        const KeyRecord wrong = made(subject, other);
        CHECK_FAILS(subject.keys().import_wrapped_key(aes_key("new"), transfer_file(wrong, material).text()),
                    Errc::UnwrappingKeyHandleInvalid);
    }
    const KeyRecord secret = made(subject, aes_key("aes"));
    file.kid = kid_of(secret.id);
    CHECK_FAILS(subject.keys().import_wrapped_key(aes_key("new"), file.text()), Errc::UnwrappingKeyHandleInvalid);
    // A key exchange key does nothing else.
    const auto key = subject.backend().open(exchange.id);
    REQUIRE_OK(key);
    CHECK_FAILS(
        (*key)->unwrap({.scheme = WrapScheme::RsaAesKeyWrap, .label = {}, .iv = {}}, wrap_for(exchange, material)),
        Errc::KeyFunctionNotPermitted);
    CHECK_FAILS(subject.backend().key_record(latest("new")), Errc::KeyNotFound);
}

KVP11_SERVICE_CASES_END
