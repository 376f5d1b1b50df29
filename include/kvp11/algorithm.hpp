// Algorithms as values: what a key is asked to do, without PKCS#11 or Azure names.
//
// All types here are small copyable values; thread-safe as such.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kvp11/bytes.hpp"

namespace kvp11 {

enum class KeyType : std::uint8_t { Rsa, Ec, Aes, GenericSecret };
enum class Curve : std::uint8_t { P256, P384, P521, P256K };  // P256K is secp256k1
enum class Digest : std::uint8_t { Sha1, Sha224, Sha256, Sha384, Sha512 };

constexpr std::size_t digest_size(Digest digest) {
    constexpr std::size_t sizes[] = {20, 28, 32, 48, 64};
    return sizes[static_cast<std::size_t>(digest)];
}
/// Bytes of one coordinate or scalar: 32, 48, 66, 32.
constexpr std::size_t curve_size(Curve curve) {
    constexpr std::size_t sizes[] = {32, 48, 66, 32};
    return sizes[static_cast<std::size_t>(curve)];
}

enum class SignatureScheme : std::uint8_t {
    RsaPkcs1,            // input: a digest of `digest`; the DigestInfo is made by the key
    RsaPkcs1DigestInfo,  // input: what goes between the padding and the end, at most k-11 bytes
    RsaPss,              // input: a digest of `digest`
    RsaRaw,              // input: at most k bytes, left-padded with zeros (PKCS#11 2.40 §2.1.10)
    Ecdsa,               // input: a digest of any size; signature r||s, 2 × curve_size
    Hmac,                // input: the message
    AesCmac,             // input: the message
};

struct SignatureAlgorithm {
    SignatureScheme scheme;
    Digest digest = Digest::Sha256;      // RsaPkcs1, RsaPss, Hmac
    Digest mgf_digest = Digest::Sha256;  // RsaPss
    std::size_t salt_length = 0;         // RsaPss, bytes
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
};

/// The whole of what a cipher needs beside its key and data.
struct CipherAlgorithm {
    CipherScheme scheme;
    Digest digest = Digest::Sha1;      // RsaOaep
    Digest mgf_digest = Digest::Sha1;  // RsaOaep
    Bytes iv;                          // AesCbc(Pad), AesCtr: 16 bytes (counter block); AesGcm: 1 to 256 bytes
    Bytes aad;                         // AesGcm; for RsaOaep the label
    std::size_t tag_length = 16;       // AesGcm, bytes: 4, 8, 12 to 16
    std::size_t counter_bits = 128;    // AesCtr, 1 to 128
    bool iv_inside = false;            // AesGcm encryption, iv empty: the key makes 12 bytes (Cipher::made_iv)
    bool operator==(const CipherAlgorithm&) const = default;
};

enum class WrapScheme : std::uint8_t {
    AesKw,      // RFC 3394: 16 bytes or more, a multiple of 8
    AesKwp,     // RFC 5649: any size
    AesCbcPad,  // iv
    RsaPkcs1,
    RsaOaep,        // digest, mgf_digest, label
    RsaAesKeyWrap,  // RSA-OAEP of a fresh AES key || AES-KWP of the material (PKCS#11 2.40 §2.1.22)
};

struct WrapAlgorithm {
    WrapScheme scheme;
    Digest digest = Digest::Sha1;
    Digest mgf_digest = Digest::Sha1;
    Bytes label;  // RsaOaep, RsaAesKeyWrap
    Bytes iv;     // AesCbcPad: 16 bytes; AesKw: empty or 8; AesKwp: empty or 4 (the default values otherwise)
    std::size_t aes_bits = 256;  // RsaAesKeyWrap: size of the fresh key
    bool operator==(const WrapAlgorithm&) const = default;
};

}  // namespace kvp11
