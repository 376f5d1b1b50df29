// The arithmetic between an RSA key's components. Of this room only; thread-safe functions.
#pragma once

#include "crypto/handles.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

struct RsaNumbers {
    BigNumber n, e, d, p, q, dp, dq, qi;
};

/// Fills what is null of p, q, dp, dq and qi from the rest. AttributeValueInvalid when n, e and d do
/// not belong together.
Result<void> complete(RsaNumbers& numbers);

/// AttributeValueInvalid unless all eight belong together. Does not test p and q for primality.
Result<void> check_consistent(const RsaNumbers& numbers);

}  // namespace kvp11::crypto
