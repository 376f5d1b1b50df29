// Mechanism: one row per CKM. Everything that the module knows of a mechanism stands in its row;
// list, info, flags, dispatch and the docs table are projections of the rows.
//
// Rows are constants, made by the family files (rsa.cpp, ecdsa.cpp, …) and named one family after the
// other in registry.cpp. Immutable, so thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/pkcs11.h"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"
#include "mechanism/key_types.hpp"
#include "mechanism/message_parameters.hpp"

namespace kvp11::mechanism {

class Derivation;

/// ECDH1 (PKCS#11 2.40 §2.3.8): peer point as given (raw or DER OCTET STRING), KDF and shared data.
struct Agreement {
    Bytes peer_point;
    std::optional<Digest> kdf;  // none: CKD_NULL
    Bytes shared_data;
    bool one_step = false;  // with kdf: SP 800-56C's (CKD_…_KDF_SP800), else X9.63's
};

/// PBKDF2 (PKCS#11 2.40 §2.34.5): a key out of a password.
struct PasswordDerivation {
    Digest digest;  // of the HMAC
    SecretBytes password;
    Bytes salt;
    std::uint32_t iterations;
};

/// Decoders take CK_MECHANISM's parameter bytes and give MechanismParamInvalid when they do not fit.
template <class Algorithm>
using Decoder = Result<Algorithm> (*)(ByteView parameter);

/// The unit of CK_MECHANISM_INFO's sizes: the standard gives each mechanism one.
enum class SizeUnit : std::uint8_t { Bits, Bytes };

/// What a derived key's CKA_SENSITIVE and its like have to do with its base's.
enum class Heritage : std::uint8_t {
    OneWay,  // nothing of the base shows in it: as the template says, else as the base's; always sensitive and never
             // extractable where the base was and it is
    OneWayOfAny,  // the same, where any of the keys that take part was (SP 800-108)
    Kept,  // bytes of the keys that take part are in it: sensitive and unextractable where one of them is; always
           // sensitive and never extractable where all of them were
};

struct Mechanism {
    CK_MECHANISM_TYPE type;
    std::string_view name;  // "CKM_AES_GCM"
    KeyTypes keys;          // that it is used with, or the one that it makes; none for digests
    /// CK_MECHANISM_INFO's sizes, in the unit that the standard gives for the mechanism.
    CK_ULONG min_size = 0;
    CK_ULONG max_size = 0;
    SizeUnit unit = SizeUnit::Bits;
    /// Of rows for generic secrets: the CKK_… that theirs have by name (CKK_SHA256_HMAC). Secrets of another name are
    /// refused, those without one taken; a row that makes keys names them so. None: whatever they are called.
    std::optional<CK_KEY_TYPE> secret_name = {};

    // What it does: each member that is set adds its CKF flags and its dispatch.
    Decoder<SignatureAlgorithm> signature = nullptr;  // CKF_SIGN, CKF_VERIFY
    std::optional<Digest> prehash = {};               // with signature: the module digests, multi-part works
    Digest mac_digest = Digest::Sha256;               // with signature: HMAC's
    bool shortens = false;                            // with signature: the parameter is the length of the MAC
    std::size_t most_collected = 4096;                // with signature, else: bytes taken in parts for one message
    bool recovers = false;                            // with signature: CKF_SIGN_RECOVER, CKF_VERIFY_RECOVER
    Decoder<CipherAlgorithm> cipher = nullptr;        // CKF_ENCRYPT, CKF_DECRYPT
    Decoder<MessageParameters> message = nullptr;     // with cipher: CKF_MESSAGE_ENCRYPT, CKF_MESSAGE_DECRYPT
    Decoder<WrapAlgorithm> wrapping = nullptr;        // CKF_WRAP, CKF_UNWRAP
    /// CKF_WRAP, CKF_UNWRAP by an AEAD: the parameter of C_WrapKey. That of C_WrapKeyAuthenticated is a message's.
    Decoder<MessageParameters> sealed_wrapping = nullptr;
    /// With either: in approved mode sensitive keys leave by it under a key with CKA_TRUSTED only, because what wraps
    /// them could be had otherwise (docs/adr/0010).
    bool wraps_under_trusted = false;
    Decoder<Agreement> agreement = nullptr;                     // CKF_DERIVE
    Decoder<std::unique_ptr<Derivation>> derivation = nullptr;  // CKF_DERIVE, out of the key's value
    Heritage heritage = Heritage::OneWay;                       // with derivation
    bool derives_data = false;                                  // with derivation: the result is a CKO_DATA
    bool derivation_approved = false;                           // with derivation
    bool derives_public_half = false;                           // CKF_DERIVE, of a private key
    std::optional<Digest> digest = {};                          // CKF_DIGEST
    bool generates_key = false;                                 // CKF_GENERATE, of `keys`
    Decoder<PasswordDerivation> password = nullptr;             // CKF_GENERATE, of any secret type
    bool generates_pair = false;                                // CKF_GENERATE_KEY_PAIR, of `keys`
    /// What a Backend must support for the row to be listed on its slot.
    std::optional<SignatureScheme> needs_signature = {};
    std::optional<CipherScheme> needs_cipher = {};
    std::optional<WrapScheme> needs_wrap = {};
};

/// A mechanism as a caller names it: its row and the undecoded parameter, valid during the call.
struct Request {
    const Mechanism* row = nullptr;
    ByteView parameter;
    std::optional<ByteView> associated = {};  // of C_WrapKeyAuthenticated and C_UnwrapKeyAuthenticated, else none
};

}  // namespace kvp11::mechanism
