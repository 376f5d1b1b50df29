// The approved-mode policy: which services of the module are approved ones, as a table of rows, and what the
// mode does with it. Pure functions; thread-safe.
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
/// parameter, KeySizeRange for a size, CurveNotSupported for a curve.
Result<void> approve(Use use, const KeySpec& key, const SignatureAlgorithm& algorithm);
Result<void> approve(Use use, const KeySpec& key, const CipherAlgorithm& algorithm);
Result<void> approve(Use use, const KeySpec& key, const WrapAlgorithm& algorithm);
/// Generate, Import and Derive.
Result<void> approve(Use use, const KeySpec& key);
/// Operations that one key may not have together: wrap and decrypt, unwrap and encrypt. TemplateInconsistent.
Result<void> approve_operations(KeyOps operations);

}  // namespace kvp11::fips
