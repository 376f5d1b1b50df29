// Members: the endpoints of one pool and how they do, and whom a call asks next.
//
// Health is learned from the calls themselves. The configured first one is asked, unless another is clearly faster or
// the first one ill; who was ill is tried again, and who was not asked for long is measured, with a caller's own safe
// request. Thread-safe; locks for moments only, and none while all are well.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "kvp11/result.hpp"
#include "pipeline/breaker.hpp"
#include "pipeline/fork_guarded.hpp"
#include "pipeline/pipeline.hpp"

namespace kvp11::pipeline {

/// What one call knows of a member.
struct Tried {
    Clock::time_point ready{};  // not before
    unsigned failures = 0;
};

using TriedMembers = std::array<Tried, 16>;  // as many members as there can be

struct Choice {
    std::size_t member = 0;
    Clock::time_point ready{};  // now, or when to go on
    /// The call looks how the member does, and asks another one unless it succeeds.
    bool is_trial = false;
};

class Members {
public:
    /// ConfigurationInvalid for URLs that are none or have a path, and for none at all.
    static Result<std::vector<transport::Endpoint>> parse(const std::vector<std::string>& urls);

    Members(std::vector<std::string> urls, std::vector<transport::Endpoint> endpoints);

    [[nodiscard]] std::size_t size() const noexcept { return members_.size(); }
    [[nodiscard]] const transport::Endpoint& endpoint(std::size_t member) const { return members_[member].endpoint; }

    /// For the log: the host, with its port where that is a special one.
    [[nodiscard]] const std::string& name(std::size_t member) const { return members_[member].name; }

    [[nodiscard]] std::vector<std::string> names() const;

    Choice choose(const TriedMembers& tried, Clock::time_point now, bool may_try) noexcept;
    /// The time that one attempt may take when others could be asked instead: many times what the member takes else.
    [[nodiscard]] std::chrono::milliseconds patience(const Choice& choice) const noexcept;

    /// An answer of any kind but those that are troubles. True: the member was given up, and is not any more.
    bool answered(std::size_t member, std::chrono::microseconds took, Clock::time_point now) noexcept;
    /// True: from here on it is given up.
    bool troubled(const Choice& choice, Clock::time_point now, const std::string& what);

    [[nodiscard]] std::vector<MemberStatus> status() const;
    [[nodiscard]] std::string last_trouble(std::size_t member) const;

private:
    struct Member {
        std::string url;
        std::string name;
        transport::Endpoint endpoint;
        Breaker breaker;
        std::atomic<std::uint32_t> latency{0};  // microseconds, smoothed
        std::atomic<std::int64_t> measured{0};  // when, nanoseconds of the steady clock
    };

    [[nodiscard]] bool rather(std::size_t other, std::size_t current) const noexcept;
    [[nodiscard]] std::size_t preferred(const TriedMembers& tried, Clock::time_point now) const noexcept;
    bool claim_measuring(Member& member, Clock::time_point now) noexcept;

    std::deque<Member> members_;
    ForkGuarded<std::vector<std::string>> troubles_;
};

}  // namespace kvp11::pipeline
