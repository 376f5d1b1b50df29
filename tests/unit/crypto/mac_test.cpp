#include "checks.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

constexpr SignatureAlgorithm hmac(Digest digest) { return {.scheme = SignatureScheme::Hmac, .digest = digest}; }
constexpr SignatureAlgorithm cmac{.scheme = SignatureScheme::AesCmac};
SignatureAlgorithm gmac(std::string_view iv) {
    SignatureAlgorithm algorithm{.scheme = SignatureScheme::AesGmac};
    const Bytes bytes = from_hex(iv);
    std::copy(bytes.begin(), bytes.end(), algorithm.iv.bytes.begin());
    algorithm.iv.size = bytes.size();
    return algorithm;
}

std::string mac_of(Mac& running, ByteView message, std::size_t piece) {
    for (std::size_t at = 0; at < message.size(); at += piece) {
        must(running.update(message.subspan(at, std::min(piece, message.size() - at))));
    }
    Bytes output(running.size());
    BOOST_TEST(must(running.finish(output)) == output.size());
    return to_hex(output);
}

std::string mac_of(const SecretBytes& key, const SignatureAlgorithm& algorithm, ByteView message) {
    return mac_of(*must(mac(key, algorithm)), message, 1000);
}

BOOST_AUTO_TEST_SUITE(macs)

// RFC 4231 §4.3 and §4.7 (a key longer than the block); RFC 2202 §3 case 2 for SHA-1.
BOOST_AUTO_TEST_CASE(hmac_gives_the_published_values) {
    const SecretBytes jefe = secret(bytes_of("Jefe"));
    const ByteView question = bytes_of("what do ya want for nothing?");
    BOOST_TEST(mac_of(jefe, hmac(Digest::Sha1), question) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    BOOST_TEST(mac_of(jefe, hmac(Digest::Sha224), question) ==
               "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
    BOOST_TEST(mac_of(jefe, hmac(Digest::Sha256), question) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(mac_of(jefe, hmac(Digest::Sha384), question) ==
               "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
    BOOST_TEST(mac_of(jefe, hmac(Digest::Sha512), question) ==
               "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
               "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
    const SecretBytes long_key = secret(Bytes(131, 0xaa));
    BOOST_TEST(
        mac_of(long_key, hmac(Digest::Sha256), bytes_of("Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// NIST, Cryptographic Standards and Guidelines, HMAC_SHA3-256, sample 1. The keys longer than a block: Python 3.11,
// hmac.new(bytes(range(200)), b"Sample message for keylen>blocklen", name), whose SHA-3 is not OpenSSL's.
BOOST_AUTO_TEST_CASE(hmac_over_sha_3_and_sha_512_t_has_blocks_of_their_own_size) {
    Bytes key(200);
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(i);
    BOOST_TEST(mac_of(secret(ByteView(key).first(32)), hmac(Digest::Sha3_256),
                      bytes_of("Sample message for keylen<blocklen")) ==
               "4fe8e202c4f058e8dddc23d8c34e467343e23555e24fc2f025d598f558f67205");
    const auto of = [&](Digest digest) {
        return mac_of(secret(key), hmac(digest), bytes_of("Sample message for keylen>blocklen"));
    };
    BOOST_TEST(of(Digest::Sha3_224) == "864c08adc09ac45a90ac08f8a31e22777a2c74889ce3fb1dd50bf723");
    BOOST_TEST(of(Digest::Sha3_256) == "8eb54ac58c2ac2827ca8655a9a4142a6780fff463176e10a8aac5ab4f26c485a");
    BOOST_TEST(of(Digest::Sha3_384) ==
               "f69a0a2e65f9fcfc9a3e281effaa780caf154b61d7ee29d4d6703d91281678bb1c099a9ec1dfb5820a3996cf40532e77");
    BOOST_TEST(of(Digest::Sha3_512) == "eba5b7668e85748ab6d5f4800f48c292a5085820904091cda307f8431ef37763"
                                       "680ddeed39f4aa9b262f1aa8691e2331563eb0169aaa1249575a4ad17dbd6c53");
    BOOST_TEST(of(Digest::Sha512_224) == "e7d6b954bdf1a1fa383df233449d4ac17a3d32757c8bbef8e6cc3a31");
    BOOST_TEST(of(Digest::Sha512_256) == "c3236c3b336e1352ad39fbd54a9c7d760033d7e3f425d829af52f2cb7c797433");
}

BOOST_AUTO_TEST_CASE(a_shortened_mac_is_the_front_of_the_whole_one_and_checked_as_such) {
    for (SignatureAlgorithm algorithm : {hmac(Digest::Sha256), hmac(Digest::Sha3_512), cmac}) {
        const SecretBytes key(32);
        const std::string whole = mac_of(key, algorithm, bytes_of("message"));
        for (const std::size_t length : {std::size_t{1}, std::size_t{10}, whole.size() / 2}) {
            algorithm.mac_length = length;
            const auto running = must(mac(key, algorithm));
            BOOST_TEST(running->size() == length);
            for (int again = 0; again < 2; ++again) {
                BOOST_TEST(mac_of(*running, bytes_of("message"), 3) == whole.substr(0, 2 * length));
            }
            must(running->update(bytes_of("message")));
            EXPECT_OK(running->check(from_hex(whole.substr(0, 2 * length))));
            must(running->update(bytes_of("message")));
            EXPECT_ERROR(running->check(from_hex(whole + "00")), Errc::SignatureLenRange);
        }
        algorithm.mac_length = whole.size() / 2 + 1;
        EXPECT_ERROR(mac(key, algorithm), Errc::MechanismParamInvalid);
    }
}

// RFC 4493 §4, examples 1 to 4.
BOOST_AUTO_TEST_CASE(cmac_gives_the_published_values) {
    const SecretBytes key = secret_hex("2b7e151628aed2a6abf7158809cf4f3c");
    const Bytes message = from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                                   "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");
    auto running = must(mac(key, cmac));
    const ByteView view(message);
    for (int round = 0; round < 2; ++round) {
        for (std::size_t piece : {1UL, 15UL, 16UL, 17UL, 64UL}) {
            BOOST_TEST(mac_of(*running, view.first(0), piece) == "bb1d6929e95937287fa37d129b756746");
            BOOST_TEST(mac_of(*running, view.first(16), piece) == "070a16b46b4d4144f79bdd9dd04a287c");
            BOOST_TEST(mac_of(*running, view.first(40), piece) == "dfa66747de9ae63030ca32611497c827");
            BOOST_TEST(mac_of(*running, view, piece) == "51f0bebf7e3b9d92fc49741779363cfe");
        }
    }
}

// NIST CAVP GCMVS without plaintext: gcmDecrypt128.rsp (tests/vectors/aes_gcm.txt has it as AES-128-iv96-pt0-aad160).
BOOST_AUTO_TEST_CASE(gmac_gives_the_published_values) {
    const Bytes message = from_hex("b6d729aab8e6416d7002b9faa794c410d8d2f193");
    auto running = must(mac(secret_hex("5211242698bed4774a090620a6ca56f3"), gmac("b1e1349120b6e832ef976f5d")));
    for (std::size_t piece : {1UL, 16UL, 20UL}) {
        BOOST_TEST(mac_of(*running, message, piece) == "0f247e7f9c2505de374006738018493b");
    }
    SignatureAlgorithm shorter = gmac("b1e1349120b6e832ef976f5d");
    shorter.mac_length = 12;
    running = must(mac(secret_hex("5211242698bed4774a090620a6ca56f3"), shorter));
    BOOST_TEST(mac_of(*running, message, 20) == "0f247e7f9c2505de37400673");
}

// Nothing but GCM itself, which is tested with vectors of all sizes, says what GMAC is under other IVs.
BOOST_AUTO_TEST_CASE(gmac_is_the_tag_of_gcm_without_text) {
    for (std::size_t key_size : {16U, 24U, 32U}) {
        const SecretBytes key = secret(pattern(key_size));
        for (std::size_t iv_size = 1; iv_size <= 16; ++iv_size) {
            const CipherAlgorithm gcm{.scheme = CipherScheme::AesGcm, .iv = pattern(iv_size), .aad = pattern(77)};
            auto cipher = must(aes_cipher(key, gcm, Direction::Encrypt));
            Bytes tag(16);
            must(cipher->finish(tag));
            auto running = must(mac(key, gmac(to_hex(pattern(iv_size)))));
            BOOST_TEST(mac_of(*running, pattern(77), 30) == to_hex(tag));
        }
    }
    EXPECT_ERROR(mac(SecretBytes(16), gmac("")), Errc::MechanismParamInvalid);
    SignatureAlgorithm longer = gmac("00");
    longer.mac_length = 17;
    EXPECT_ERROR(mac(SecretBytes(16), longer), Errc::MechanismParamInvalid);
    EXPECT_ERROR(mac(SecretBytes(17), gmac("00")), Errc::KeySizeRange);
}

BOOST_AUTO_TEST_CASE(a_mac_is_reused_after_finish_and_after_start) {
    const Bytes message = pattern(300);
    for (const SignatureAlgorithm& algorithm : {hmac(Digest::Sha1), hmac(Digest::Sha224), hmac(Digest::Sha256),
                                                hmac(Digest::Sha384), hmac(Digest::Sha512), cmac}) {
        auto running = must(mac(secret(pattern(32)), algorithm));
        const std::string whole = mac_of(*running, message, 300);
        BOOST_TEST(mac_of(*running, message, 1) == whole);
        must(running->update(bytes_of("abandoned")));
        must(running->start());
        BOOST_TEST(mac_of(*running, message, 77) == whole);
    }
}

BOOST_AUTO_TEST_CASE(hmac_takes_a_key_of_any_length) {
    // Computed with Python's hmac module, independent of this code.
    BOOST_TEST(mac_of(SecretBytes(), hmac(Digest::Sha256), {}) ==
               "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
    BOOST_TEST(mac_of(secret(pattern(64)), hmac(Digest::Sha256), bytes_of("x")) ==
               "7fdfa60c7544c1fcb37717c62c18cbfa21365f8aeac952a89dc5f3de6a656cb8");
    BOOST_TEST(mac_of(secret(pattern(65)), hmac(Digest::Sha256), bytes_of("x")) ==
               "a356726f2aca1ec63ef7a023aeab9d96a0b17c101059595425dbf4cf8226d038");
    BOOST_TEST(mac_of(secret(pattern(128)), hmac(Digest::Sha512), bytes_of("x")) ==
               "b3546a47f1a0dff707fea0a1d4cac05644624fd3b8f0b9e0042cb9876413aa93"
               "485d824fadf6a4fe6586a3fcf1d7f7f3fb1b18d6496a29b02a8577b90e7ff27b");
    BOOST_TEST(mac_of(secret(pattern(129)), hmac(Digest::Sha512), bytes_of("x")) ==
               "7297c2b0ff7e63039d4581949618f0b240a8d060e5bc6de7772eea7ac08edef0"
               "5455d9af55f89bfef255e4449bc5b236e34ede072165eef47c8d3190ac7e6be3");
}

BOOST_AUTO_TEST_CASE(wrong_keys_schemes_and_buffers_are_refused) {
    EXPECT_ERROR(mac(SecretBytes(17), cmac), Errc::KeySizeRange);
    EXPECT_ERROR(mac(SecretBytes(16), {.scheme = SignatureScheme::RsaPss}), Errc::KeyTypeInconsistent);
    auto running = must(mac(SecretBytes(16), hmac(Digest::Sha256)));
    Bytes output(31);
    EXPECT_ERROR(running->finish(output), Errc::BufferTooSmall);
    auto short_cmac = must(mac(SecretBytes(16), cmac));
    EXPECT_ERROR(short_cmac->finish(MutableBytes(output).first(15)), Errc::BufferTooSmall);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
