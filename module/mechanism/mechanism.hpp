// Mechanism: one row per CKM. Everything that the module knows of a mechanism stands in its row;
// list, info, flags, dispatch and the docs table are projections of the rows.
//
// Rows are constants, made by the family files (rsa.cpp, ecdsa.cpp, …) and named one family after the
// other in registry.cpp. Immutable, so thread-safe.
#pragma once

#include <optional>
#include <string_view>

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/pkcs11.h"
#include "kvp11/result.hpp"

namespace kvp11::mechanism {

/// ECDH1 (PKCS#11 2.40 §2.3.8): peer point as given (raw or DER OCTET STRING), KDF and shared data.
struct Agreement {
    Bytes peer_point;
    std::optional<Digest> kdf;  // none: CKD_NULL
    Bytes shared_data;
};

/// Decoders take CK_MECHANISM's parameter bytes and give MechanismParamInvalid when they do not fit.
template <class Algorithm>
using Decoder = Result<Algorithm> (*)(ByteView parameter);

struct Mechanism {
    CK_MECHANISM_TYPE type;
    std::string_view name;            // "CKM_AES_GCM"
    std::optional<KeyType> key_type;  // of the key it is used with; none for digests
    /// CK_MECHANISM_INFO's sizes, in the unit that the standard gives for the mechanism.
    CK_ULONG min_size = 0;
    CK_ULONG max_size = 0;

    // What it does: each member that is set adds its CKF flags and its dispatch.
    Decoder<SignatureAlgorithm> signature = nullptr;  // CKF_SIGN, CKF_VERIFY
    std::optional<Digest> prehash = {};               // with signature: the module digests, multi-part works
    Decoder<CipherAlgorithm> cipher = nullptr;        // CKF_ENCRYPT, CKF_DECRYPT
    Decoder<WrapAlgorithm> wrapping = nullptr;        // CKF_WRAP, CKF_UNWRAP
    Decoder<Agreement> agreement = nullptr;           // CKF_DERIVE
    std::optional<Digest> digest = {};                // CKF_DIGEST
    bool generates_key = false;                       // CKF_GENERATE, of key_type
    bool generates_pair = false;                      // CKF_GENERATE_KEY_PAIR, of key_type
    /// What a Backend must support for the row to be listed on its slot.
    std::optional<SignatureScheme> needs_signature = {};
    std::optional<CipherScheme> needs_cipher = {};
    std::optional<WrapScheme> needs_wrap = {};
};

/// A mechanism as a caller names it: its row and the undecoded parameter, valid during the call.
struct Request {
    const Mechanism* row = nullptr;
    ByteView parameter;
};

}  // namespace kvp11::mechanism
