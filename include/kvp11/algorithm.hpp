// Algorithms as values: what a key is asked to do, without PKCS#11 or Azure names.
//
// All types here are small copyable values; thread-safe as such.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "kvp11/bytes.hpp"

namespace kvp11 {

// Stored and sent by number: new ones go to the end.
enum class KeyType : std::uint8_t {
    Rsa,
    Ec,  // a short Weierstrass curve
    Aes,
    GenericSecret,
    EcEdwards,     // Ed25519, Ed448 (RFC 8032)
    EcMontgomery,  // X25519, X448 (RFC 7748)
    ChaCha20,      // 256 bits
    AesXts,        // two AES keys: 256 or 512 bits
};
enum class Curve : std::uint8_t { P256, P384, P521, P256K, Ed25519, Ed448, X25519, X448 };  // P256K is secp256k1
enum class Digest : std::uint8_t {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
};
inline constexpr std::size_t key_type_count = 8;
inline constexpr std::size_t curve_count = 8;
inline constexpr std::size_t digest_count = 11;

/// Whether such keys have a private and a public half.
constexpr bool is_pair(KeyType type) {
    return type == KeyType::Rsa || type == KeyType::Ec || type == KeyType::EcEdwards || type == KeyType::EcMontgomery;
}
/// Whether their KeySpec is a curve, and bits are ignored.
constexpr bool is_on_curve(KeyType type) { return is_pair(type) && type != KeyType::Rsa; }

constexpr std::size_t digest_size(Digest digest) {
    constexpr std::size_t sizes[digest_count] = {20, 28, 32, 48, 64, 28, 32, 28, 32, 48, 64};
    return sizes[static_cast<std::size_t>(digest)];
}
/// Bytes of one coordinate or scalar; of Edwards and Montgomery curves, of an encoded public or private key.
constexpr std::size_t curve_size(Curve curve) {
    constexpr std::size_t sizes[curve_count] = {32, 48, 66, 32, 32, 57, 32, 56};
    return sizes[static_cast<std::size_t>(curve)];
}
/// The type of the keys on it.
constexpr KeyType type_of(Curve curve) {
    return curve <= Curve::P256K ? KeyType::Ec : curve <= Curve::Ed448 ? KeyType::EcEdwards : KeyType::EcMontgomery;
}

enum class SignatureScheme : std::uint8_t {
    RsaPkcs1,            // input: a digest of `digest`; the DigestInfo is made by the key
    RsaPkcs1DigestInfo,  // input: what goes between the padding and the end, at most k-11 bytes
    RsaPss,              // input: a digest of `digest`
    RsaRaw,              // input: at most k bytes, left-padded with zeros (PKCS#11 2.40 §2.1.10)
    Ecdsa,               // input: a digest of any size; signature r||s, 2 × curve_size
    Hmac,                // input: the message
    AesCmac,             // input: the message
    EdDsa,               // input: the message, whole; pure Ed25519 or Ed448 without context (RFC 8032 §5.1, §5.2)
    AesGmac,             // input: the message (SP 800-38D §3); no two of a key's messages may have one IV
};

/// The IV of AesGmac: 1 to 16 bytes.
struct GmacIv {
    std::array<std::uint8_t, 16> bytes = {};
    std::size_t size = 0;
    bool operator==(const GmacIv&) const = default;
};

struct SignatureAlgorithm {
    SignatureScheme scheme;
    Digest digest = Digest::Sha256;      // RsaPkcs1, RsaPss, Hmac
    Digest mgf_digest = Digest::Sha256;  // RsaPss
    std::size_t salt_length = 0;         // RsaPss, bytes
    std::size_t mac_length = 0;          // Hmac, AesCmac, AesGmac: leading bytes of the MAC; 0: all of them
    GmacIv iv = {};                      // AesGmac
    bool operator==(const SignatureAlgorithm&) const = default;
};

enum class CipherScheme : std::uint8_t {
    RsaPkcs1,
    RsaOaep,
    RsaRaw,
    AesEcb,
    AesCbc,
    AesCbcPad,  // PKCS#7
    AesCtr,
    AesGcm,  // output: ciphertext || tag
    AesOfb,
    AesCfb8,
    AesCfb128,
    AesCts,            // CBC-CS1 (SP 800-38A addendum): a block or more, output as long as the input
    AesXts,            // IEEE 1619: the whole message is one data unit, a block or more
    AesCcm,            // output: ciphertext || tag
    ChaCha20,          // RFC 8439 §2.4
    ChaCha20Poly1305,  // RFC 8439 §2.8; output: ciphertext || tag
};

/// The whole of what a cipher needs beside its key and data.
struct CipherAlgorithm {
    CipherScheme scheme;
    Digest digest = Digest::Sha1;      // RsaOaep
    Digest mgf_digest = Digest::Sha1;  // RsaOaep
    Bytes iv;                          // 16 bytes (AesCtr: the counter block; AesXts: the tweak; ChaCha20: counter,
                                       // little-endian, and nonce); AesGcm: 1 to 256; AesCcm: 7 to 13;
                                       // ChaCha20Poly1305: 12
    Bytes aad;                         // AesGcm, AesCcm, ChaCha20Poly1305; for RsaOaep the label
    std::size_t tag_length = 16;       // bytes; AesGcm: 4, 8, 12 to 16; AesCcm: 4 to 16, even; ChaCha20Poly1305: 16
    std::size_t data_length = 0;       // AesCcm: bytes of the whole message without tag, known beforehand
    std::size_t counter_bits = 128;    // how much of iv counts up, and must not come back to zero. AesCtr: its low
                                       // bits, 1 to 128. ChaCha20: its first bits, 64, and else 32 (RFC 8439)
    bool iv_inside = false;            // AesGcm encryption, iv empty: the key makes 12 bytes (Cipher::made_iv)
    bool operator==(const CipherAlgorithm&) const = default;
};

/// Bytes of the IV that a key makes for AES-GCM, all of them random (SP 800-38D §8.2.2).
inline constexpr std::size_t gcm_made_iv = 12;

enum class WrapScheme : std::uint8_t {
    AesKw,      // RFC 3394: 16 bytes or more, a multiple of 8
    AesKwp,     // RFC 5649: any size
    AesCbcPad,  // iv
    RsaPkcs1,
    RsaOaep,        // digest, mgf_digest, label
    RsaAesKeyWrap,  // RSA-OAEP of a fresh AES key || AES-KWP of the material (PKCS#11 2.40 §2.1.22)
    AesGcm,         // iv, aad, tag_length; output: ciphertext || tag, behind the IV where that was made inside
    AesCcm,         // iv, aad, tag_length; output: ciphertext || tag
};

struct WrapAlgorithm {
    WrapScheme scheme;
    Digest digest = Digest::Sha1;
    Digest mgf_digest = Digest::Sha1;
    Bytes label;  // RsaOaep, RsaAesKeyWrap
    Bytes iv;     // AesCbcPad: 16 bytes; AesKw: empty or 8; AesKwp: empty or 4 (the default values otherwise);
                  // AesGcm: 1 to 256; AesCcm: 7 to 13
    std::size_t aes_bits = 256;   // RsaAesKeyWrap: size of the fresh key
    Bytes aad = {};               // AesGcm, AesCcm
    std::size_t tag_length = 16;  // bytes, as CipherAlgorithm's
    bool iv_inside = false;       // AesGcm wrapping, iv empty: the key makes gcm_made_iv bytes and puts them in front
    bool operator==(const WrapAlgorithm&) const = default;
};

}  // namespace kvp11
