#include "pipeline/retry_policy.hpp"

#include <algorithm>
#include <array>

namespace kvp11::pipeline {
namespace {

using transport::Trouble;

struct StatusRow {
    unsigned status;
    Patience safe;
    Patience once;  // for answers of the service itself, which tell that nothing was done
    bool is_trouble;
};

constexpr auto status_rows = std::to_array<StatusRow>({
    {408, Patience::Deadline, Patience::None, false},
    {429, Patience::Deadline, Patience::Deadline, false},
    {500, Patience::Attempts, Patience::None, true},
    {502, Patience::Deadline, Patience::None, true},
    {503, Patience::Deadline, Patience::Deadline, true},
    {504, Patience::Attempts, Patience::None, true},
});

struct TroubleRow {
    Trouble::Kind kind;
    Patience patience;
    bool is_trouble;
};

// A server that starts anew refuses connections for a while: that is waited out. A name that is not known, or a
// certificate that is not trusted, is rather a mistake in the configuration.
constexpr auto trouble_rows = std::to_array<TroubleRow>({
    {Trouble::Kind::Name, Patience::Attempts, true},
    {Trouble::Kind::Connect, Patience::Deadline, true},
    {Trouble::Kind::Proxy, Patience::Attempts, true},
    {Trouble::Kind::Tls, Patience::Attempts, true},
    {Trouble::Kind::Deadline, Patience::Attempts, true},
    {Trouble::Kind::Closed, Patience::Attempts, true},
    {Trouble::Kind::Protocol, Patience::Attempts, true},
    {Trouble::Kind::Setup, Patience::None, false},
});

}  // namespace

Verdict verdict_on(unsigned status, bool by_service, Repeat repeat) noexcept {
    const auto row = std::find_if(status_rows.begin(), status_rows.end(),
                                  [status](const StatusRow& one) { return one.status == status; });
    if (row == status_rows.end()) return {};
    if (repeat == Repeat::Safe) return {row->safe, row->is_trouble, false};
    // A gateway's 503 may come after it had passed the request on; its 429 comes before.
    const bool nothing_done = by_service || status == 429;
    return {nothing_done ? row->once : Patience::None, row->is_trouble, false};
}

Verdict verdict_on(const Trouble& trouble, Repeat repeat) noexcept {
    const auto row = std::find_if(trouble_rows.begin(), trouble_rows.end(),
                                  [&trouble](const TroubleRow& one) { return one.kind == trouble.kind; });
    if (row == trouble_rows.end()) return {};
    const bool may_repeat = repeat == Repeat::Safe || !trouble.may_have_happened;
    return {may_repeat ? row->patience : Patience::None, row->is_trouble, trouble.kind == Trouble::Kind::Connect};
}

RetrySettings for_cheap(RetrySettings settings) noexcept {
    settings.longest_delay = std::min(settings.longest_delay, std::chrono::milliseconds(1'000));
    return settings;
}

RetrySettings for_shared(RetrySettings settings) noexcept {
    settings.longest_delay = std::min(settings.longest_delay, std::chrono::milliseconds(2'000));
    return settings;
}

std::chrono::milliseconds back_off(const RetrySettings& settings, unsigned failures, std::chrono::milliseconds left,
                                   double chance) noexcept {
    std::chrono::milliseconds range = settings.first_delay;
    for (unsigned i = 1; i < failures && range < settings.longest_delay; ++i) range *= 2;
    range = std::min({range, settings.longest_delay, left / 2});
    return std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(range.count()) * chance));
}

}  // namespace kvp11::pipeline
