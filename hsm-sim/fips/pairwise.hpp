// The pairwise-consistency test: what a private half signs, its public half must verify; what the public half of an RSA
// pair encrypts, the private half must decrypt; and a pair that only agrees must agree with another (SP 800-140B,
// FIPS 140-3 IG 10.3.A). Thread-safe.
//
// KVP11_TEST_PAIRWISE_FAIL=1 in the environment turns one bit of each signature, or agreed secret, over before it is
// verified.
#pragma once

#include "crypto/asymmetric.hpp"

namespace kvp11::fips {

/// Whose pair it is decides what an inconsistent one means.
enum class PairOrigin : std::uint8_t {
    Generated,  // our fault: the error state, PartitionErrorState
    Imported,   // the caller's: AttributeValueInvalid, or anybody could stop the module with a spoilt key
};

/// `operations` is what the pair will be allowed to do. Signing is tested in any case, of keys that sign.
Result<void> pairwise_consistent(const crypto::PrivateHalf& pair, KeyOps operations, PairOrigin origin);

}  // namespace kvp11::fips
