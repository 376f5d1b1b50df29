// A process whose first use of cryptography is the question of its argument. Prints what is asked, then whether the
// module is still operational, then the self-tests that failed.
//
//   kvp11_fips_child all|approved               what require_operational says in this mode
//   kvp11_fips_child generated|imported TYPE    a pair of this type (rsa, ec) and its pairwise test
//   kvp11_fips_child random|secret SIZE         two outputs of the tested generator
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fips/error_state.hpp"
#include "fips/pairwise.hpp"
#include "fips/random_health.hpp"
#include "fips/self_test.hpp"

using namespace kvp11;

namespace {

void print(const char* what, const Result<void>& result) {
    std::printf("%s: %s\n", what, result.ok() ? "ok" : result.error().message.c_str());
}

Result<void> test_pair(std::string_view type, fips::PairOrigin origin) {
    KeySpec spec;
    spec.type = type == "ec" ? KeyType::Ec : KeyType::Rsa;
    spec.bits = 2048;
    const auto pair = TRY(crypto::PrivateHalf::generate(spec));
    return fips::pairwise_consistent(*pair, KeyOps::Decrypt, origin);
}

Result<void> draw(std::size_t size) {
    Bytes output(size);
    return fips::tested_random(output);
}

Result<void> draw_secret(std::size_t size) {
    const SecretBytes secret = TRY(fips::tested_secret(size));
    return {};
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    const char* argument = argc > 2 ? argv[2] : "";
    const std::size_t size = std::strtoul(argument, nullptr, 10);
    if (verb == "generated") print("pair", test_pair(argument, fips::PairOrigin::Generated));
    if (verb == "imported") print("pair", test_pair(argument, fips::PairOrigin::Imported));
    for (int i = 0; i < 2 && verb == "random"; ++i) print("output", draw(size));
    for (int i = 0; i < 2 && verb == "secret"; ++i) print("output", draw_secret(size));
    print("state", fips::require_operational(verb == "approved" ? fips::Mode::Approved : fips::Mode::All));
    for (const auto& test : fips::self_test_results()) {
        if (!test.passed) std::printf("failed: %s\n", test.algorithm.c_str());
    }
    return 0;
}
