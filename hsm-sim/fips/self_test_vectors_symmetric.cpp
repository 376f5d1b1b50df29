// Vectors for digests, MACs, AES in its modes, key wrapping, key derivation and the random generator.
#include "crypto/derivation.hpp"
#include "crypto/digest.hpp"
#include "crypto/drbg.hpp"
#include "crypto/sp108.hpp"
#include "crypto/symmetric.hpp"
#include "fips/self_test_rows.hpp"

namespace kvp11::fips {
namespace {

SecretBytes secret(std::string_view digits) { return SecretBytes::copy_of(from_hex(digits)); }
bool same(const SecretBytes& got, const Bytes& want) { return got.equals(SecretBytes::copy_of(want)); }

// --- Digests: one of each implementation. SHA-224, SHA-384 and SHA-512/t are SHA-256 and SHA-512 cut short.

constexpr std::string_view abc = "abc";

Result<bool> sha1_passes(const Answers& answer) {
    return crypto::hash(Digest::Sha1, bytes_of(abc)) == answer("a9993e364706816aba3e25717850c26c9cd0d89d");
}

Result<bool> sha256_passes(const Answers& answer) {
    return crypto::hash(Digest::Sha256, bytes_of(abc)) ==
           answer("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Result<bool> sha512_passes(const Answers& answer) {
    return crypto::hash(Digest::Sha512, bytes_of(abc)) ==
           answer("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

Result<bool> sha3_passes(const Answers& answer) {
    return crypto::hash(Digest::Sha3_256, bytes_of(abc)) ==
           answer("3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
}

// --- MACs

Result<Bytes> mac_of(const SecretBytes& key, const SignatureAlgorithm& algorithm, ByteView message) {
    const auto mac = TRY(crypto::mac(key, algorithm));
    Bytes got(mac->size());
    TRY(mac->start());
    TRY(mac->update(message));
    TRY(mac->finish(got));
    return got;
}

Result<bool> hmac_passes(const Answers& answer) {
    const Bytes got = TRY(mac_of(SecretBytes::copy_of(bytes_of("Jefe")), {.scheme = SignatureScheme::Hmac},
                                 bytes_of("what do ya want for nothing?")));
    return got == answer("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// The key and the four blocks that SP 800-38A and SP 800-38B share.
constexpr std::string_view aes_key = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr std::string_view aes_text = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                                      "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

Result<bool> cmac_passes(const Answers& answer) {
    const Bytes got = TRY(mac_of(secret(aes_key), {.scheme = SignatureScheme::AesCmac}, from_hex(aes_text)));
    return got == answer("e1992190549f6ed5696a2c056c315410");
}

// --- AES

Result<Bytes> crypted(Cipher& cipher, ByteView input) {
    Bytes output(cipher.output_bound(input.size()));
    const std::size_t first = TRY(cipher.update(input, output));
    const std::size_t rest = TRY(cipher.finish(MutableBytes(output).subspan(first)));
    output.resize(first + rest);
    return output;
}

/// Encrypts to the published text and decrypts that.
Result<bool> both_ways(const SecretBytes& key, const CipherAlgorithm& algorithm, const Bytes& plain,
                       const Bytes& want) {
    const auto encryptor = TRY(crypto::aes_cipher(key, algorithm, crypto::Direction::Encrypt));
    const Bytes sealed = TRY(crypted(*encryptor, plain));
    if (sealed != want) return false;
    const auto decryptor = TRY(crypto::aes_cipher(key, algorithm, crypto::Direction::Decrypt));
    const Bytes opened = TRY(crypted(*decryptor, sealed));
    return opened == plain;
}

Result<bool> aes_ecb_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{.scheme = CipherScheme::AesEcb, .iv = {}, .aad = {}};
    return both_ways(secret(aes_key), algorithm, from_hex(aes_text),
                     answer("f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
                            "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7"));
}

Result<bool> aes_cbc_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{
        .scheme = CipherScheme::AesCbc, .iv = from_hex("000102030405060708090a0b0c0d0e0f"), .aad = {}};
    return both_ways(secret(aes_key), algorithm, from_hex(aes_text),
                     answer("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                            "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"));
}

Result<bool> aes_ctr_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{
        .scheme = CipherScheme::AesCtr, .iv = from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"), .aad = {}};
    return both_ways(secret(aes_key), algorithm, from_hex(aes_text),
                     answer("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
                            "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6"));
}

// Both ways, and a wrong tag must not open.
Result<bool> aes_gcm_passes(const Answers& answer) {
    const SecretBytes key = secret("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    const CipherAlgorithm algorithm{.scheme = CipherScheme::AesGcm,
                                    .iv = from_hex("cafebabefacedbaddecaf888"),
                                    .aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")};
    const Bytes plain = from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                                 "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
    Bytes box = answer("522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                       "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                       "76fc6ece0f4e1768cddf8853bb2d551b");
    if (!TRY(both_ways(key, algorithm, plain, box))) return false;
    box.back() ^= 1U;
    const auto decryptor = TRY(crypto::aes_cipher(key, algorithm, crypto::Direction::Decrypt));
    return !crypted(*decryptor, box).ok();
}

Result<bool> aes_ccm_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{.scheme = CipherScheme::AesCcm,
                                    .iv = from_hex("101112131415161718191a1b"),
                                    .aad = from_hex("000102030405060708090a0b0c0d0e0f10111213"),
                                    .tag_length = 8,
                                    .data_length = 24};
    return both_ways(secret("404142434445464748494a4b4c4d4e4f"), algorithm,
                     from_hex("202122232425262728292a2b2c2d2e2f3031323334353637"),
                     answer("e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951"));
}

Result<bool> aes_xts_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{
        .scheme = CipherScheme::AesXts, .iv = from_hex("33333333330000000000000000000000"), .aad = {}};
    return both_ways(secret("1111111111111111111111111111111122222222222222222222222222222222"), algorithm,
                     Bytes(32, 0x44), answer("c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0"));
}

/// Wraps to the published text, unwraps that, and refuses it damaged.
Result<bool> wraps(const SecretBytes& key, WrapScheme scheme, const SecretMaterial& material, Bytes want) {
    const WrapAlgorithm algorithm{.scheme = scheme, .label = {}, .iv = {}};
    const Bytes wrapped = TRY(crypto::aes_wrap(key, algorithm, material));
    if (wrapped != want) return false;
    const SecretMaterial opened = TRY(crypto::aes_unwrap(key, algorithm, wrapped));
    if (!opened.equals(material)) return false;
    want.front() ^= 1U;
    return !crypto::aes_unwrap(key, algorithm, want).ok();
}

Result<bool> aes_kw_passes(const Answers& answer) {
    return wraps(secret("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"), WrapScheme::AesKw,
                 secret("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f"),
                 answer("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"));
}

Result<bool> aes_kwp_passes(const Answers& answer) {
    return wraps(secret("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"), WrapScheme::AesKwp,
                 secret("c37b7e6492584340bed12207808941155068f738"),
                 answer("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a"));
}

// --- Key derivation

Result<bool> sp108_passes(const Answers& answer) {
    const SecretBytes key = secret("dd5dbd45593ee2ac139748e7645b450f223d2ff297b73fd71cbcebe71d41653c"
                                   "950b88500de5322d99ef18dfdd30428294c4b3094f4c954334e593bd982ec614");
    const Bytes fixed = from_hex("b50b0c963c6b3034b8cf19cd3f5c4ebe4f4985af0c03e575db62e6fdf1ecfe4f"
                                 "28b95d7ce16df85843246e1557ce95bb26cc9a21974bbd2eb69e8355");
    const SecretBytes got = TRY(crypto::sp108_counter_over(key, fixed, 16));
    return same(got, answer("e5993bf9bd2aa1c45746042e12598155"));
}

// The loop of our own, whose counter may stand anywhere.
Result<bool> sp108_cmac_passes(const Answers& answer) {
    const Bytes before = from_hex("128ebf7d66d9d0b425038ca681bcad81698c173092ce07ff7d10e153bcd5a0560e3a0314a185"
                                  "12143cdc6158131cf1b91db1");
    const Bytes after = from_hex("5c482b7201779677533f");
    const crypto::Sp108Part parts[] = {{.kind = crypto::Sp108Part::Kind::Bytes, .bytes = before},
                                       {.kind = crypto::Sp108Part::Kind::Counter, .width_bits = 8},
                                       {.kind = crypto::Sp108Part::Kind::Bytes, .bytes = after}};
    const crypto::Sp108Algorithm algorithm{.prf = {.scheme = SignatureScheme::AesCmac}, .parts = parts};
    const SecretBytes got = TRY(crypto::sp108(secret("5f99dd55eaaedfd7660c72530730541f"), algorithm, 40));
    return same(got, answer("1d5fc5fbb78aa813f90edc2fca584c135eaa1613cb52ba29bb7ce0fef0c46c6cf741ef793038a60f"));
}

Result<bool> pbkdf2_passes(const Answers& answer) {
    const SecretBytes password = SecretBytes::copy_of(bytes_of("password"));
    const SecretBytes got = TRY(crypto::pbkdf2(Digest::Sha1, password, bytes_of("salt"), 2, 20));
    return same(got, answer("ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"));
}

Result<bool> hkdf_passes(const Answers& answer) {
    const SecretBytes key = SecretBytes::copy_of(Bytes(22, 0x0b));
    const SecretBytes got = TRY(crypto::hkdf(Digest::Sha256, key, from_hex("000102030405060708090a0b0c"),
                                             from_hex("f0f1f2f3f4f5f6f7f8f9"), 42));
    return same(got, answer("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
}

Result<bool> x963_passes(const Answers& answer) {
    const SecretBytes shared = secret("96c05619d56c328ab95fe84b18264b08725b85e33fd34f08");
    const SecretBytes got = TRY(crypto::x963(Digest::Sha256, shared, {}, 16));
    return same(got, answer("443024c3dae66b95e6f5670601558f71"));
}

// --- The random generator

Result<bool> drbg_passes(const Answers& answer) {
    const Bytes entropy = from_hex("36401940fa8b1fba91a1661f211d78a0b9389a74e5bccfece8d766af1a6d3b14");
    const Bytes got = TRY(crypto::ctr_drbg_second_answer(entropy, from_hex("496f25b0f1301b4f501be30380a137eb"), 64));
    return got == answer("5862eb38bd558dd978a696e6df164782ddd887e7e9a6c9f3f1fbafb78941b535"
                         "a64912dfd224c6dc7454e5250b3d97165e16260c2faf1cc7735cb75fb4f07e1d");
}

constexpr SelfTestRow rows[] = {
    {"SHA-1", "FIPS 180-4, example of one block", sha1_passes},
    {"SHA-256", "FIPS 180-4, example of one block", sha256_passes},
    {"SHA-512", "FIPS 180-4, example of one block", sha512_passes},
    {"SHA3-256", "NIST, Cryptographic Standards and Guidelines, example values: \"abc\"", sha3_passes},
    {"HMAC-SHA-256", "RFC 4231, test case 2", hmac_passes},
    {"AES-CMAC", "SP 800-38B appendix D.3, example 12", cmac_passes},
    {"AES-ECB", "SP 800-38A F.1.5 and F.1.6", aes_ecb_passes},
    {"AES-CBC", "SP 800-38A F.2.5 and F.2.6", aes_cbc_passes},
    {"AES-CTR", "SP 800-38A F.5.5 and F.5.6", aes_ctr_passes},
    {"AES-GCM", "McGrew and Viega, The Galois/Counter Mode of Operation, test case 16", aes_gcm_passes},
    {"AES-CCM", "SP 800-38C appendix C, example 3", aes_ccm_passes},
    {"AES-XTS", "IEEE 1619-2007 annex B, vector 2", aes_xts_passes},
    {"AES-KW", "RFC 3394 section 4.6", aes_kw_passes},
    {"AES-KWP", "RFC 5649 section 6", aes_kwp_passes},
    {"KDF in counter mode, HMAC-SHA-512", "NIST CAVP, KBKDF800-108 CounterMode, 32 bits before, COUNT 0", sp108_passes},
    {"KDF in counter mode, CMAC-AES-128", "NIST CAVP, KBKDF800-108 CounterMode, 8 bits in the middle, COUNT 30",
     sp108_cmac_passes},
    {"HKDF-SHA-256", "RFC 5869 appendix A.1", hkdf_passes},
    {"X9.63 KDF, SHA-256", "NIST CAVP, ansx963_2001.rsp, COUNT 0", x963_passes},
    {"PBKDF2, HMAC-SHA-1", "RFC 6070 section 2, 2 iterations", pbkdf2_passes},
    {"CTR-DRBG, AES-256", "NIST CAVP, drbgvectors_no_reseed, AES-256 use df, COUNT 0", drbg_passes},
};

}  // namespace

std::span<const SelfTestRow> symmetric_self_tests() { return rows; }

}  // namespace kvp11::fips
