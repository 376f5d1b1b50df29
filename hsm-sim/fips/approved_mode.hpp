// The approved-mode policy: which services of the module are approved ones, as a table of rows (policy_rows.hpp), and
// what the mode does with it. It follows NIST's publications as of 2024. Pure functions over values; thread-safe.
//
// In mode All everything that the module can do may be used and the service indicator tells approved from not
// approved; in mode Approved what is not approved is refused, with the condition that its row gives.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::fips {

enum class Mode : std::uint8_t { All, Approved };

/// What is done, as far as approval depends on it.
enum class Use : std::uint8_t { Generate, Import, Sign, Verify, Encrypt, Decrypt, Wrap, Unwrap, Derive };

/// Success, or why the use is not approved: MechanismInvalid for a scheme, MechanismParamInvalid for a hash or
/// parameter, KeySizeRange for a size, CurveNotSupported for a curve. What no row speaks of is not approved.
Result<void> approve(Use use, const KeySpec& key, const SignatureAlgorithm& algorithm);
Result<void> approve(Use use, const KeySpec& key, const CipherAlgorithm& algorithm);
Result<void> approve(Use use, const KeySpec& key, const WrapAlgorithm& algorithm);
/// Generate and Import of this key; Derive: from this key, by agreement or by a derivation function.
Result<void> approve(Use use, const KeySpec& key);
/// The same as a yes or no, for the service indicator.
bool is_approved(Use use, const KeySpec& key, const SignatureAlgorithm& algorithm) noexcept;
bool is_approved(Use use, const KeySpec& key, const CipherAlgorithm& algorithm) noexcept;
bool is_approved(Use use, const KeySpec& key, const WrapAlgorithm& algorithm) noexcept;
bool is_approved(Use use, const KeySpec& key) noexcept;
/// Operations that one key may not have together: wrap and decrypt, unwrap and encrypt, and, of a secret, wrap and
/// encrypt: AES-GCM hides a wrapped key by what encrypting would show. TemplateInconsistent.
Result<void> approve_operations(KeyType type, KeyOps operations);
/// The same later: besides, none of these operations may be added, since the key may have had the other one before.
/// TemplateInconsistent.
Result<void> approve_operations(KeyType type, KeyOps before, KeyOps after);

/// Where the caller digests by himself, the input must show an approved digest: RsaPkcs1DigestInfo a DigestInfo of one
/// (DataInvalid), Ecdsa as many bytes as one has (DataLenRange). Success for all other schemes. `use`: Sign or Verify.
Result<void> approve_input(Use use, const SignatureAlgorithm& algorithm, ByteView input);
bool is_input_approved(Use use, const SignatureAlgorithm& algorithm, ByteView input) noexcept;

/// Whether the strongest key of this type could do it with some parameters: what mode Approved lists at all.
bool can_be_approved(SignatureScheme scheme, KeyType type) noexcept;
bool can_be_approved(CipherScheme scheme, KeyType type) noexcept;
bool can_be_approved(WrapScheme scheme, KeyType type) noexcept;
/// Generate, Import and Derive.
bool can_be_approved(Use use, KeyType type) noexcept;

}  // namespace kvp11::fips
