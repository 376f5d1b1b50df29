// Decoders of mechanism parameters: CK_…_PARAMS as callers pass them, to algorithm values.
//
// The structs are recognised by their length. A pointer is followed only when its length is not zero;
// NULL with a length, a struct of another size and values outside the standard's are
// MechanismParamInvalid. What the pointers lead to is copied. Functions over values; thread-safe.
#pragma once

#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

/// For mechanisms that take no parameter.
Result<void> expect_no_parameter(ByteView parameter);
/// CKM_SHA_1 … CKM_SHA512, CKM_SHA512_224, CKM_SHA3_256 and their like.
Result<Digest> digest_of(CK_MECHANISM_TYPE hash);

/// CK_MAC_GENERAL_PARAMS: 1 to `most` bytes.
Result<std::size_t> decode_mac_length(ByteView parameter, std::size_t most);
/// Nothing, or CK_EDDSA_PARAMS that ask for pure EdDSA: neither prehashed nor with a context.
Result<SignatureAlgorithm> decode_eddsa(ByteView parameter);

/// CK_RSA_PKCS_PSS_PARAMS; the hash is the parameter's.
Result<SignatureAlgorithm> decode_pss(ByteView parameter);
/// The same for CKM_SHA…_RSA_PKCS_PSS, where hashAlg must be the mechanism's own.
Result<SignatureAlgorithm> decode_hashed_pss(ByteView parameter, Digest digest);
/// CK_RSA_PKCS_OAEP_PARAMS, taking also what real clients send: source 0 with no label, mgf 0.
Result<CipherAlgorithm> decode_oaep(ByteView parameter);
Result<WrapAlgorithm> decode_oaep_wrap(ByteView parameter);
/// CK_RSA_AES_KEY_WRAP_PARAMS.
Result<WrapAlgorithm> decode_rsa_aes_wrap(ByteView parameter);

/// The IV itself, 16 bytes.
Result<CipherAlgorithm> decode_cbc(ByteView parameter);
Result<CipherAlgorithm> decode_cbc_pad(ByteView parameter);
Result<WrapAlgorithm> decode_cbc_pad_wrap(ByteView parameter);
Result<CipherAlgorithm> decode_ofb(ByteView parameter);
Result<CipherAlgorithm> decode_cfb8(ByteView parameter);
Result<CipherAlgorithm> decode_cfb128(ByteView parameter);
Result<CipherAlgorithm> decode_cts(ByteView parameter);
/// The data unit's number, 16 bytes.
Result<CipherAlgorithm> decode_xts(ByteView parameter);
/// CK_AES_CTR_PARAMS.
Result<CipherAlgorithm> decode_ctr(ByteView parameter);
/// CK_GCM_PARAMS with ulIvBits (48 bytes, ignored) as in the headers, or without as in the text of 2.40.
Result<CipherAlgorithm> decode_gcm(ByteView parameter);
/// The same, of which IV (1 to 16 bytes) and tag count: what is authenticated is signed, and pAAD must be empty.
Result<SignatureAlgorithm> decode_gmac(ByteView parameter);
/// Where a CK_GCM_PARAMS that decodes has its IV: the caller's own memory, for keys that make the IV.
MutableBytes gcm_iv_place(ByteView parameter);
/// CK_CCM_PARAMS; ulDataLen is the length of the text without MAC in both directions.
Result<CipherAlgorithm> decode_ccm(ByteView parameter);
/// CK_CHACHA20_PARAMS: a counter of 32 bits and a nonce of 96, or 64 and 64.
Result<CipherAlgorithm> decode_chacha20(ByteView parameter);
/// CK_SALSA20_CHACHA20_POLY1305_PARAMS with a nonce of 12 bytes.
Result<CipherAlgorithm> decode_chacha20_poly1305(ByteView parameter);
/// Nothing, or the alternative initial value: 8 bytes for KW, 4 for KWP.
Result<WrapAlgorithm> decode_key_wrap(ByteView parameter);
Result<WrapAlgorithm> decode_key_wrap_padded(ByteView parameter);

/// CK_ECDH1_DERIVE_PARAMS.
Result<Agreement> decode_ecdh1(ByteView parameter);
/// CK_PKCS5_PBKD2_PARAMS2, and CK_PKCS5_PBKD2_PARAMS of 2.40's first headers, where the password's length is behind a
/// pointer: both have the same size, and no password is as long as an address is large.
Result<PasswordDerivation> decode_pbkdf2(ByteView parameter);

}  // namespace kvp11::mechanism
