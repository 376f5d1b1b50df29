#include "fips/random_health.hpp"

#include <algorithm>
#include <cstdlib>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "fips/error_state.hpp"

namespace kvp11::fips {
namespace {

bool generator_is_stuck() {
    static const bool wish = [] {
        const char* text = std::getenv("KVP11_TEST_RANDOM_FAIL");
        return text && std::string_view(text) == "1";
    }();
    return wish;
}

/// Never zero. 64 bits: an innocent pair of blocks is taken for equal once in 2^64.
std::uint64_t fingerprint(ByteView block) {
    const Bytes digest = crypto::hash(Digest::Sha256, block);
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof number; ++i) number = number << 8U | digest[i];
    return number | 1U;
}

Result<void> test(MutableBytes drawn) {
    static RepetitionTest repetition;
    if (generator_is_stuck()) std::fill(drawn.begin(), drawn.end(), std::uint8_t{0x5a});
    if (repetition.passes(drawn)) return {};
    explicit_bzero(drawn.data(), drawn.size());
    enter_error_state("the random generator repeats itself");
    return require_operational();
}

}  // namespace

bool RepetitionTest::passes(ByteView output) {
    const ByteView first = output.first(tested_block);
    const ByteView last = output.last(tested_block);
    const std::uint64_t mark = fingerprint(last);
    if (last_.exchange(mark) == (output.size() == tested_block ? mark : fingerprint(first))) return false;
    for (std::size_t at = tested_block; at + tested_block <= output.size(); at += tested_block) {
        if (std::equal(output.begin() + static_cast<std::ptrdiff_t>(at - tested_block),
                       output.begin() + static_cast<std::ptrdiff_t>(at),
                       output.begin() + static_cast<std::ptrdiff_t>(at))) {
            return false;
        }
    }
    return true;
}

// Less than a block would escape the test: a whole one is drawn then.
Result<void> tested_random(MutableBytes output) {
    if (output.size() >= tested_block) {
        TRY(crypto::random_bytes(output));
        return test(output);
    }
    SecretBytes block(tested_block);
    TRY(crypto::random_bytes(block.expose_writable()));
    TRY(test(block.expose_writable()));
    std::copy_n(block.expose_bytes().begin(), output.size(), output.begin());
    return {};
}

Result<SecretBytes> tested_secret(std::size_t size) {
    SecretBytes secret = TRY(crypto::random_secret(std::max(size, tested_block)));
    TRY(test(secret.expose_writable()));
    secret.shrink(size);
    return secret;
}

}  // namespace kvp11::fips
