// A process whose first use of cryptography is the question of its argument. Prints `operational`, or `error: ` and
// the reason.
//
//   kvp11_fips_child all|approved     what require_operational says in this mode
#include <cstdio>
#include <string_view>

#include "fips/error_state.hpp"
#include "fips/self_test.hpp"

using namespace kvp11;

namespace {

void print(const Result<void>& result) {
    std::puts(result.ok() ? "operational" : ("error: " + result.error().message).c_str());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view verb = argc > 1 ? argv[1] : "";
    const fips::Mode mode = verb == "approved" ? fips::Mode::Approved : fips::Mode::All;
    print(fips::require_operational(mode));
    for (const auto& test : fips::self_test_results()) {
        if (!test.passed) std::printf("failed: %s\n", test.algorithm.c_str());
    }
    return 0;
}
