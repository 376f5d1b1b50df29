// The continuous test of the random generator: two consecutive blocks of its output must not be alike. What
// the partition gives out and makes keys from is drawn here; a failure enters the error state. Thread-safe.
//
// KVP11_TEST_RANDOM_FAIL=1 in the environment gives a generator that is stuck at one value.
#pragma once

#include <atomic>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::fips {

/// Random bytes, tested. PartitionErrorState; then nothing is left in `output`.
Result<void> tested_random(MutableBytes output);
/// The same from the generator for keys.
Result<SecretBytes> tested_secret(std::size_t size);

inline constexpr std::size_t tested_block = 16;

/// The comparison alone. Of the last block it keeps a fingerprint, since the block may have become a key.
class RepetitionTest {
public:
    /// `output`: a block or more. False when two neighbouring blocks of it, or its first and the last one seen, are
    /// alike.
    [[nodiscard]] bool passes(ByteView output);

private:
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace kvp11::fips
