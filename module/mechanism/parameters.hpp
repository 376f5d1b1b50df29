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
/// CKM_SHA_1 … CKM_SHA512.
Result<Digest> digest_of(CK_MECHANISM_TYPE hash);

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
/// CK_AES_CTR_PARAMS.
Result<CipherAlgorithm> decode_ctr(ByteView parameter);
/// CK_GCM_PARAMS with ulIvBits (48 bytes, ignored) as in the headers, or without as in the text of 2.40.
Result<CipherAlgorithm> decode_gcm(ByteView parameter);
/// Where a CK_GCM_PARAMS that decodes has its IV: the caller's own memory, for keys that make the IV.
MutableBytes gcm_iv_place(ByteView parameter);
/// Nothing, or the alternative initial value: 8 bytes for KW, 4 for KWP.
Result<WrapAlgorithm> decode_key_wrap(ByteView parameter);
Result<WrapAlgorithm> decode_key_wrap_padded(ByteView parameter);

/// CK_ECDH1_DERIVE_PARAMS.
Result<Agreement> decode_ecdh1(ByteView parameter);

}  // namespace kvp11::mechanism
