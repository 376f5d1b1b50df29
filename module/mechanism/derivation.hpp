// Derivation: one way to compute a key's value out of other keys' values, with its parameter decoded. C_DeriveKey asks
// it which keys take part and how long the result is by itself, and then has it compute.
//
// Immutable; what a parameter points to is copied but for additional_keys(), which are the caller's own memory and
// valid during his call.
#pragma once

#include <span>
#include <vector>

#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

/// A key's value that goes into a derivation.
struct DerivationInput {
    SecretBytes value;
    KeyType type = KeyType::GenericSecret;
    /// It is sensitive or unextractable: nobody may learn of its bytes.
    bool guarded = false;
    /// Some of its bytes are known to a caller, because a derivation of Heritage::Kept put them there.
    bool partly_known = false;
};

struct DerivedValue {
    SecretBytes value;
    bool partly_known = false;  // as DerivationInput has it, of the key that is made of it
};

class Derivation {
public:
    virtual ~Derivation() = default;

    /// The keys beside the base key, by the handles that the parameter has, in the order of `inputs` below.
    [[nodiscard]] virtual std::span<const CK_OBJECT_HANDLE> other_keys() const noexcept { return {}; }
    /// More keys that come out of the same call, after the first one.
    [[nodiscard]] virtual std::span<const CK_DERIVED_KEY> additional_keys() const noexcept { return {}; }

    /// The base key first, then other_keys(). `sizes` in bytes, one for each key wanted; 0: as long as it is by
    /// itself. TemplateIncomplete where it has no length by itself, KeySizeRange for more bytes than there are and for
    /// so few of a guarded key that they could be guessed, KeyTypeInconsistent.
    [[nodiscard]] virtual Result<std::vector<DerivedValue>> derive(std::span<const DerivationInput> inputs,
                                                                   std::span<const std::size_t> sizes) const = 0;
};

/// The parameters of the simple ones (PKCS#11 3.1 §6.43): CK_OBJECT_HANDLE, CK_KEY_DERIVATION_STRING_DATA,
/// CK_EXTRACT_PARAMS.
Result<std::unique_ptr<Derivation>> decode_concatenation_with_key(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_concatenation_with_data(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_concatenation_after_data(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_exclusive_or(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_extraction(ByteView parameter);
/// The digest of the key (§6.21); no parameter.
Result<std::unique_ptr<Derivation>> hash_derivation(ByteView parameter, Digest digest);
/// Data encrypted by the key (§6.17): CK_KEY_DERIVATION_STRING_DATA, CK_AES_CBC_ENCRYPT_DATA_PARAMS.
Result<std::unique_ptr<Derivation>> decode_ecb_encryption(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_cbc_encryption(ByteView parameter);
/// CK_HKDF_PARAMS (§6.62).
Result<std::unique_ptr<Derivation>> decode_hkdf(ByteView parameter);
/// CK_SP800_108_KDF_PARAMS, CK_SP800_108_FEEDBACK_KDF_PARAMS (§6.42).
Result<std::unique_ptr<Derivation>> decode_counter_kdf(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_feedback_kdf(ByteView parameter);
Result<std::unique_ptr<Derivation>> decode_double_pipeline_kdf(ByteView parameter);

}  // namespace kvp11::mechanism
