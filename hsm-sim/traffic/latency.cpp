#include "traffic/latency.hpp"

#include <algorithm>

#include "traffic/rule_members.hpp"

namespace kvp11::traffic {
namespace {

constexpr std::string_view members[] = {"milliseconds", "jitter", "operations", "happened"};
constexpr std::int64_t most_milliseconds = 600'000;

}  // namespace

Result<std::shared_ptr<Latency>> Latency::read(const boost::json::value& value, const std::string& where,
                                               Chance chance) {
    const RuleMembers rule = TRY(RuleMembers::of(value, where, members));
    auto latency = std::make_shared<Latency>();
    latency->chance_ = chance;
    latency->milliseconds_ = TRY(rule.whole("milliseconds", 0, most_milliseconds)).value_or(0);
    latency->jitter_ = TRY(rule.whole("jitter", 0, most_milliseconds)).value_or(0);
    latency->operations_ = TRY(rule.texts("operations"));
    auto& operations = latency->operations_;
    for (const std::string& operation : operations) TRY(check_operation(rule.path("operations"), operation));
    if (std::find(operations.begin(), operations.end(), "*") != operations.end()) operations.clear();
    return latency;
}

std::optional<std::chrono::milliseconds> Latency::next(std::string_view operation) noexcept {
    const auto meant = [&](const std::string& name) { return name == operation; };
    if (!operations_.empty() && std::none_of(operations_.begin(), operations_.end(), meant)) return std::nullopt;
    const double place = chance_.of(happened_.fetch_add(1, std::memory_order_relaxed));
    // Each whole number from milliseconds - jitter to milliseconds + jitter is as likely as another.
    const auto offset = static_cast<std::int64_t>(place * static_cast<double>(2 * jitter_ + 1)) - jitter_;
    return std::chrono::milliseconds(std::max<std::int64_t>(0, milliseconds_ + offset));
}

}  // namespace kvp11::traffic
