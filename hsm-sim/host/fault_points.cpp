#include "host/fault_points.hpp"

#include <csignal>

#include <atomic>
#include <cstdlib>
#include <string_view>

namespace kvp11::host {
namespace {

constexpr std::string_view names[] = {"before-begin",           "after-begin",         "after-insert",
                                      "before-commit",          "after-commit",        "after-generation-bump",
                                      "audit-before-line",      "audit-in-line",       "audit-after-line",
                                      "audit-after-head",       "audit-after-segment", "after-root-key-destroyed",
                                      "after-database-unnamed", "backup-in-file",      "backup-before-name"};

struct Plan {
    int point = -1;
    std::atomic<long> passings_left{0};

    Plan() noexcept {
        const char* text = std::getenv("KVP11_TEST_KILL");
        if (!text) return;
        const std::string_view plan(text);
        const auto colon = plan.find(':');
        if (colon == std::string_view::npos) return;
        for (int i = 0; i < static_cast<int>(std::size(names)); ++i) {
            if (names[i] == plan.substr(0, colon)) point = i;
        }
        passings_left = std::strtol(text + colon + 1, nullptr, 10);
    }
};

Plan& plan_of_process() noexcept {
    static Plan plan;
    return plan;
}

}  // namespace

bool is_planned(FaultPoint point) noexcept { return plan_of_process().point == static_cast<int>(point); }

void pass(FaultPoint point) noexcept {
    Plan& plan = plan_of_process();
    if (plan.point != static_cast<int>(point)) return;
    if (plan.passings_left.fetch_sub(1) == 1) (void)raise(SIGKILL);
}

}  // namespace kvp11::host
