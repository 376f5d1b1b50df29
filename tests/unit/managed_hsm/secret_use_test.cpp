// Secret keys of the service: AES and HMAC. Results are compared with what this process's OpenSSL makes of the same
// bytes, which the cases import.
#include "crypto/symmetric.hpp"
#include "remote_case.hpp"

namespace kvp11::test {
namespace {

CipherAlgorithm cbc(CipherScheme scheme = CipherScheme::AesCbc) {
    return {.scheme = scheme, .iv = pattern(16), .aad = {}};
}
CipherAlgorithm gcm(Bytes iv, Bytes aad = {}) {
    return {.scheme = CipherScheme::AesGcm, .iv = std::move(iv), .aad = std::move(aad)};
}
CipherAlgorithm gcm_inside(Bytes aad = {}) {
    CipherAlgorithm algorithm = gcm({}, std::move(aad));
    algorithm.iv_inside = true;
    return algorithm;
}
SignatureAlgorithm hmac(Digest digest) { return {SignatureScheme::Hmac, digest, digest}; }

std::shared_ptr<const Key> imported(RemoteCase& remote, NewKey key, ByteView bytes) {
    key.spec.bits = 0;
    const auto record = remote.backend->import_key(key, secret(bytes));
    REQUIRE_OK(record);
    return remote.opened((*record)->id);
}

Bytes crypted(Result<std::unique_ptr<Cipher>> cipher, ByteView input) {
    REQUIRE_OK(cipher);
    const auto output = run(**cipher, input);
    REQUIRE_OK(output);
    return *output;
}

BOOST_AUTO_TEST_SUITE(secret_use)

BOOST_AUTO_TEST_CASE(aes_cbc_is_that_of_everybody) {
    RemoteCase remote;
    for (const std::size_t size : {16U, 24U, 32U}) {
        const Bytes bytes = pattern(size);
        const auto key = imported(remote, aes_key("aes-" + std::to_string(size)), bytes);
        for (const CipherScheme scheme : {CipherScheme::AesCbc, CipherScheme::AesCbcPad}) {
            const Bytes plain = pattern(48);
            const Bytes wanted =
                crypted(crypto::aes_cipher(secret(bytes), cbc(scheme), crypto::Direction::Encrypt), plain);
            const Bytes got = crypted(key->encryptor(cbc(scheme)), plain);
            BOOST_TEST(to_hex(got) == to_hex(wanted));
            BOOST_TEST(to_hex(crypted(key->decryptor(cbc(scheme)), got)) == to_hex(plain));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_service_makes_the_iv_of_gcm) {
    RemoteCase remote;
    const Bytes bytes = pattern(32);
    const auto key = imported(remote, aes_key("gcm"), bytes);
    BOOST_TEST(key->makes_iv());
    const Bytes aad = text_bytes("head");
    const auto encryptor = key->encryptor(gcm_inside(aad));
    REQUIRE_OK(encryptor);
    const auto sealed = run(**encryptor, bytes_of("body"));
    REQUIRE_OK(sealed);
    const Bytes iv = copy_of((*encryptor)->made_iv());
    BOOST_REQUIRE_EQUAL(iv.size(), 12u);
    BOOST_TEST(sealed->size() == 4u + 16u);
    const Bytes here = crypted(crypto::aes_cipher(secret(bytes), gcm(iv, aad), crypto::Direction::Decrypt), *sealed);
    BOOST_TEST(text_of(here) == "body");
    BOOST_TEST(text_of(crypted(key->decryptor(gcm(iv, aad)), *sealed)) == "body");

    REQUIRE_OK((*encryptor)->start(gcm_inside(aad)));
    BOOST_TEST((*encryptor)->made_iv().empty());
    REQUIRE_OK(run(**encryptor, bytes_of("body")));
    BOOST_TEST(copy_of((*encryptor)->made_iv()) != iv);
}

BOOST_AUTO_TEST_CASE(gcm_detects_every_change) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(aes_key("gcm")).id);
    const auto encryptor = key->encryptor(gcm_inside());
    REQUIRE_OK(encryptor);
    auto sealed = run(**encryptor, pattern(20));
    REQUIRE_OK(sealed);
    sealed->back() ^= 1U;
    const auto decryptor = key->decryptor(gcm(copy_of((*encryptor)->made_iv())));
    REQUIRE_OK(decryptor);
    CHECK_FAILS(run(**decryptor, *sealed), Errc::EncryptedDataInvalid);
    REQUIRE_OK((*decryptor)->start(gcm(copy_of((*encryptor)->made_iv()))));
    CHECK_FAILS(run(**decryptor, pattern(15)), Errc::EncryptedDataLenRange);
}

BOOST_AUTO_TEST_CASE(what_the_service_has_not_is_refused_when_it_is_prepared) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(aes_key("aes")).id);
    remote.hsm.exchanges();
    CHECK_FAILS(key->encryptor(gcm(pattern(12))), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->decryptor(gcm(pattern(16))), Errc::MechanismParamInvalid);
    CipherAlgorithm short_tag = gcm_inside();
    short_tag.tag_length = 12;
    CHECK_FAILS(key->encryptor(short_tag), Errc::MechanismParamInvalid);
    CHECK_FAILS(key->encryptor({.scheme = CipherScheme::AesEcb, .iv = {}, .aad = {}}), Errc::AlgorithmNotSupported);
    CHECK_FAILS(key->encryptor({.scheme = CipherScheme::AesCtr, .iv = Bytes(16), .aad = {}}),
                Errc::AlgorithmNotSupported);
    CHECK_FAILS(key->mac({SignatureScheme::AesCmac}, false), Errc::AlgorithmNotSupported);
    const auto mac = remote.opened(remote.made(hmac_key("hmac")).id);
    CHECK_FAILS(mac->mac(hmac(Digest::Sha1), false), Errc::AlgorithmNotSupported);
}

BOOST_AUTO_TEST_CASE(whole_blocks_are_the_callers_business) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(aes_key("aes")).id);
    remote.hsm.exchanges();
    const auto encryptor = key->encryptor(cbc());
    REQUIRE_OK(encryptor);
    CHECK_FAILS(run(**encryptor, pattern(15)), Errc::DataLenRange);
    REQUIRE_OK((*encryptor)->start(cbc()));
    BOOST_TEST(run(**encryptor, {}).value().empty());
    const auto decryptor = key->decryptor(cbc(CipherScheme::AesCbcPad));
    REQUIRE_OK(decryptor);
    CHECK_FAILS(run(**decryptor, {}), Errc::EncryptedDataLenRange);
    BOOST_TEST(remote.hsm.exchanges().empty());
}

BOOST_AUTO_TEST_CASE(what_is_more_than_one_request_is_refused) {
    RemoteCase remote;
    const auto key = remote.opened(remote.made(aes_key("aes")).id);
    const auto encryptor = key->encryptor(cbc());
    REQUIRE_OK(encryptor);
    const Bytes part(512U << 10U);
    REQUIRE_OK((*encryptor)->update(part, {}));
    REQUIRE_OK((*encryptor)->update(part, {}));
    CHECK_FAILS((*encryptor)->update(Bytes(1), {}), Errc::DataLenRange);
}

BOOST_AUTO_TEST_CASE(the_size_of_a_foreign_key_is_found_out) {
    RemoteCase remote;
    for (const std::uint32_t bits : {128U, 192U, 256U}) {
        const std::string name = "foreign-" + std::to_string(bits);
        const KeyRecord record = remote.foreign(name, R"({"kty":"oct-HSM","key_size":)" + std::to_string(bits) + "}");
        const auto key = remote.opened(record.id);
        const Bytes sealed = crypted(key->encryptor(cbc()), pattern(16));
        BOOST_TEST(to_hex(crypted(key->decryptor(cbc()), sealed)) == to_hex(pattern(16)));
        remote.hsm.exchanges();
        crypted(key->encryptor(cbc()), pattern(16));
        BOOST_TEST(remote.hsm.exchanges().size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(session_keys_wrap_and_come_back) {
    RemoteCase remote;
    for (const std::uint32_t bits : {128U, 256U}) {
        const auto key = remote.opened(remote.made(aes_key("kek-" + std::to_string(bits), bits)).id);
        for (const WrapScheme scheme : {WrapScheme::AesKw, WrapScheme::AesKwp, WrapScheme::AesCbcPad}) {
            const WrapAlgorithm algorithm{
                .scheme = scheme, .label = {}, .iv = scheme == WrapScheme::AesCbcPad ? pattern(16) : Bytes()};
            const SecretBytes material = secret(pattern(scheme == WrapScheme::AesKw ? 32 : 29));
            const auto wrapped = key->wrap(algorithm, material);
            REQUIRE_OK(wrapped);
            const auto back = key->unwrap(algorithm, *wrapped);
            REQUIRE_OK(back);
            BOOST_TEST(back->equals(material));
        }
    }
}

BOOST_AUTO_TEST_CASE(key_wrap_is_that_of_the_rfc) {
    RemoteCase remote;
    // RFC 3394, 4.3.
    const Bytes kek = from_hex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
    const auto key = imported(remote, aes_key("kek"), kek);
    const WrapAlgorithm kw{.scheme = WrapScheme::AesKw, .label = {}, .iv = {}};
    const auto wrapped = key->wrap(kw, secret(from_hex("00112233445566778899AABBCCDDEEFF")));
    REQUIRE_OK(wrapped);
    BOOST_TEST(to_hex(*wrapped) == "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7");
    Bytes damaged = *wrapped;
    damaged[0] ^= 1U;
    CHECK_FAILS(key->unwrap(kw, damaged), Errc::WrappedKeyInvalid);
    CHECK_FAILS(key->unwrap(kw, ByteView(*wrapped).first(17)), Errc::EncryptedDataLenRange);
    CHECK_FAILS(key->wrap(kw, secret(pattern(15))), Errc::DataLenRange);
    for (const WrapScheme scheme : {WrapScheme::AesGcm, WrapScheme::AesCcm}) {
        BOOST_TEST(!remote.backend->supports(scheme, KeyType::Aes));
        const WrapAlgorithm aead{.scheme = scheme, .label = {}, .iv = pattern(12)};
        CHECK_FAILS(key->wrap(aead, secret(pattern(32))), Errc::AlgorithmNotSupported);
        CHECK_FAILS(key->unwrap(aead, Bytes(48)), Errc::AlgorithmNotSupported);
    }
    const WrapAlgorithm other{.scheme = WrapScheme::AesKw, .label = {}, .iv = pattern(8)};
    CHECK_FAILS(key->wrap(other, secret(pattern(16))), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(before_version_7_6_there_is_no_padded_key_wrap_and_no_hmac) {
    RemoteCase remote([](managed_hsm::Settings& settings) { settings.pipeline.api_version = "7.4"; });
    BOOST_TEST(!remote.backend->supports(WrapScheme::AesKwp, KeyType::Aes));
    BOOST_TEST(!remote.backend->supports({SignatureScheme::Hmac}, KeyType::GenericSecret, false));
    const auto key = remote.opened(remote.made(aes_key("kek")).id);
    const WrapAlgorithm kwp{.scheme = WrapScheme::AesKwp, .label = {}, .iv = {}};
    CHECK_FAILS(key->wrap(kwp, secret(pattern(5))), Errc::AlgorithmNotSupported);
    const auto mac = remote.opened(remote.made(hmac_key("hmac")).id);
    CHECK_FAILS(mac->mac(hmac(Digest::Sha256), false), Errc::AlgorithmNotSupported);
}

BOOST_AUTO_TEST_CASE(hmac_is_of_the_message) {
    RemoteCase remote;
    const Bytes bytes = pattern(32);
    const auto key = imported(remote, hmac_key("hmac"), bytes);
    for (const Digest digest : {Digest::Sha256, Digest::Sha384, Digest::Sha512}) {
        const auto mac = key->mac(hmac(digest), false);
        REQUIRE_OK(mac);
        const auto here = crypto::mac(secret(bytes), hmac(digest));
        REQUIRE_OK(here);
        Bytes wanted((*here)->size());
        REQUIRE_OK((*here)->start());
        REQUIRE_OK((*here)->update(bytes_of("a message in parts")));
        REQUIRE_OK((*here)->finish(wanted));
        Bytes got((*mac)->size());
        REQUIRE_OK((*mac)->start());
        REQUIRE_OK((*mac)->update(bytes_of("a message ")));
        REQUIRE_OK((*mac)->update(bytes_of("in parts")));
        REQUIRE_OK((*mac)->finish(got));
        BOOST_TEST(to_hex(got) == to_hex(wanted));
    }
}

BOOST_AUTO_TEST_CASE(a_mac_is_checked_by_the_service) {
    RemoteCase remote;
    const KeyRecord record = remote.made(hmac_key("hmac"));
    const auto key = remote.opened(record.id);
    const auto maker = key->mac(hmac(Digest::Sha256), false);
    REQUIRE_OK(maker);
    Bytes mac((*maker)->size());
    REQUIRE_OK((*maker)->update(bytes_of("m")));
    REQUIRE_OK((*maker)->finish(mac));
    remote.hsm.ask("PATCH", "/keys/hmac", R"({"key_ops":["verify"]})");
    const auto checker = remote.opened(record.id)->mac(hmac(Digest::Sha256), true);
    REQUIRE_OK(checker);
    REQUIRE_OK((*checker)->update(bytes_of("m")));
    CHECK_OK((*checker)->check(mac));
    REQUIRE_OK((*checker)->update(bytes_of("n")));
    CHECK_FAILS((*checker)->check(mac), Errc::SignatureInvalid);
    CHECK_FAILS((*checker)->check(ByteView(mac).first(31)), Errc::SignatureLenRange);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
