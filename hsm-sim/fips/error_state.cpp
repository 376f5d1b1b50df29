#include "fips/error_state.hpp"

#include <atomic>

#include "fips/integrity.hpp"
#include "fips/self_test.hpp"

namespace kvp11::fips {
namespace {

// Never destroyed: the last user may run after the static destructors.
std::atomic<const std::string*> why{nullptr};

}  // namespace

void enter_error_state(const std::string& reason) {
    const std::string* none = nullptr;
    const auto* mine = new std::string(reason);
    if (!why.compare_exchange_strong(none, mine)) delete mine;
}

bool in_error_state() noexcept { return why.load(std::memory_order_acquire) != nullptr; }

Result<void> require_operational(Mode mode) {
    self_test_results();
    const IntegrityReport& integrity = library_integrity();
    const std::string* reason = why.load(std::memory_order_acquire);
    if (reason) return fail(Errc::PartitionErrorState, *reason);
    if (mode == Mode::Approved && integrity.outcome != Integrity::Matches) {
        return fail(Errc::PartitionErrorState,
                    "mode approved wants the integrity of " + integrity.file + " checked, and " + integrity.reason);
    }
    return {};
}

}  // namespace kvp11::fips
