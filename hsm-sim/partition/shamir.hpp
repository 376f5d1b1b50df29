// Shamir's secret sharing in the form of Azure's security domain: every byte of the secret is the
// constant term of its own random polynomial over GF(257), and share x holds, byte by byte, the
// 16-bit little-endian word (x << 9) | y.
//
// Pure functions, thread-safe. Time does not depend on the secret or on the values of the shares,
// and everything derived from them is wiped.
#pragma once

#include <span>
#include <vector>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::partition {

/// `count` shares of 2 × secret.size() bytes each, any `quorum` of which give the secret back.
/// 2 ≤ quorum ≤ count ≤ 126 and a secret of at least one byte, else ArgumentsBad.
Result<std::vector<SecretBytes>> split(const SecretBytes& secret, unsigned quorum, unsigned count);

/// The secret behind exactly a quorum of shares (more are as good). Fewer than a quorum cannot be
/// told from the shares: they give a wrong secret or SecurityDomainInvalid. SecurityDomainInvalid
/// also for shares of different lengths, malformed words and the same share twice.
Result<SecretBytes> combine(std::span<const SecretBytes> shares);

}  // namespace kvp11::partition
