#include "pipeline/members.hpp"

#include <algorithm>

namespace kvp11::pipeline {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::size_t most_members = std::tuple_size_v<TriedMembers>;
constexpr nanoseconds measured_for = std::chrono::seconds(30);
constexpr nanoseconds measured_apart = milliseconds(1);
constexpr milliseconds least_patience(2'000);
constexpr milliseconds trial_patience(1'000);

std::int64_t ticks(Clock::time_point moment) noexcept { return nanoseconds(moment.time_since_epoch()).count(); }

}  // namespace

Result<std::vector<transport::Endpoint>> Members::parse(const std::vector<std::string>& urls) {
    if (urls.empty()) return fail(Errc::ConfigurationInvalid, "the slot has no url");
    if (urls.size() > most_members) return fail(Errc::ConfigurationInvalid, "a slot has at most 16 members");
    std::vector<transport::Endpoint> endpoints;
    for (const std::string& url : urls) {
        auto parsed = transport::parse_url(url);
        if (!parsed.ok()) return fail(Errc::ConfigurationInvalid, "'" + url + "': " + parsed.error().message);
        if (!parsed->endpoint.tls) return fail(Errc::ConfigurationInvalid, "'" + url + "' must begin with https://");
        if (parsed->target != "/") return fail(Errc::ConfigurationInvalid, "'" + url + "' must end with the host");
        endpoints.push_back(std::move(parsed->endpoint));
    }
    return endpoints;
}

Members::Members(std::vector<std::string> urls, std::vector<transport::Endpoint> endpoints) {
    for (std::size_t i = 0; i < urls.size(); ++i) {
        Member& member = members_.emplace_back();
        member.url = std::move(urls[i]);
        member.endpoint = std::move(endpoints[i]);
        member.name = member.endpoint.host;
        if (member.endpoint.port != 443) member.name += ":" + std::to_string(member.endpoint.port);
    }
}

std::vector<std::string> Members::names() const {
    std::vector<std::string> all;
    for (const Member& member : members_) all.push_back(member.name);
    return all;
}

// Clearly faster, not just by chance: else calls would swing between two that are alike.
bool Members::rather(std::size_t other, std::size_t current) const noexcept {
    const std::uint64_t mine = members_[other].latency.load(std::memory_order_relaxed);
    const std::uint64_t its = members_[current].latency.load(std::memory_order_relaxed);
    return mine != 0 && its != 0 && mine + mine / 2 + 1'000 < its;
}

// In this order: who may be asked now, who is well, who is preferred; of those who are to wait, the one that waits
// least.
std::size_t Members::preferred(const TriedMembers& tried, Clock::time_point now) const noexcept {
    std::size_t best = 0;
    for (std::size_t i = 1; i < members_.size(); ++i) {
        const Clock::time_point ready = std::max(tried[i].ready, now), best_ready = std::max(tried[best].ready, now);
        const bool is_well = !members_[i].breaker.is_open(), best_is_well = !members_[best].breaker.is_open();
        const bool is_better = ready != best_ready       ? ready < best_ready
                               : is_well != best_is_well ? is_well
                                                         : rather(i, best);
        if (is_better) best = i;
    }
    return best;
}

bool Members::claim_measuring(Member& member, Clock::time_point now) noexcept {
    std::int64_t last = member.measured.load(std::memory_order_relaxed);
    if (last != 0 && ticks(now) - last < measured_for.count()) return false;
    // Processes that make a few calls and end do not measure at all.
    return member.measured.compare_exchange_strong(last, ticks(now)) && last != 0;
}

Choice Members::choose(const TriedMembers& tried, Clock::time_point now, bool may_try) noexcept {
    if (members_.size() == 1) return {0, std::max(tried[0].ready, now), false};
    const std::size_t best = preferred(tried, now);
    const Choice usual{best, std::max(tried[best].ready, now), false};
    if (!may_try || usual.ready > now || members_[best].breaker.is_open()) return usual;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        Member& member = members_[i];
        if (i == best || tried[i].failures != 0) continue;
        const bool is_trial =
            member.breaker.is_open() ? member.breaker.ask(now) == Passage::Probe : claim_measuring(member, now);
        if (is_trial) return {i, now, true};
    }
    return usual;
}

milliseconds Members::patience(const Choice& choice) const noexcept {
    if (choice.is_trial) return trial_patience;
    const microseconds usual(members_[choice.member].latency.load(std::memory_order_relaxed));
    return std::max(least_patience, std::chrono::duration_cast<milliseconds>(usual * 50));
}

bool Members::answered(std::size_t index, microseconds took, Clock::time_point now) noexcept {
    Member& member = members_[index];
    const std::int64_t last = member.measured.load(std::memory_order_relaxed);
    const std::int64_t known = member.latency.load(std::memory_order_relaxed);
    // All threads come by here at each call: not each of them writes.
    if (known != 0 && ticks(now) - last < measured_apart.count()) return member.breaker.succeeded();
    const auto fresh = std::clamp<std::int64_t>(took.count(), 1, 600'000'000);
    const int weight = ticks(now) - last > measured_for.count() / 2 ? 2 : 8;
    const std::int64_t smoothed = known == 0 ? fresh : std::max<std::int64_t>(1, known + (fresh - known) / weight);
    member.measured.store(ticks(now), std::memory_order_relaxed);
    member.latency.store(static_cast<std::uint32_t>(smoothed), std::memory_order_relaxed);
    return member.breaker.succeeded();
}

bool Members::troubled(const Choice& choice, Clock::time_point now, const std::string& what) {
    {
        const auto troubles = troubles_.lock();
        troubles->resize(members_.size());
        (*troubles)[choice.member] = what;
    }
    return members_[choice.member].breaker.troubled(now, choice.is_trial);
}

std::string Members::last_trouble(std::size_t member) const {
    const auto troubles = troubles_.lock();
    return member < troubles->size() ? (*troubles)[member] : std::string{};
}

std::vector<MemberStatus> Members::status() const {
    std::vector<std::string> troubles = *troubles_.lock();
    troubles.resize(members_.size());
    std::vector<MemberStatus> all;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        const Member& member = members_[i];
        all.push_back({member.url, !member.breaker.is_open(), microseconds(member.latency.load()), troubles[i]});
    }
    return all;
}

}  // namespace kvp11::pipeline
