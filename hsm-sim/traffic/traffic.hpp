// Traffic: what a service does to requests beside answering them, so that clients can be tested with it: an IP
// allow-list, throttling, the published capacity, latency and scripted faults. Thread-safe.
//
// The rules can be replaced while requests run (set_rules), by the admin socket or a file. Without rules a request
// costs a few nanoseconds here. Nothing here sleeps: who is to wait is told so in a http::Delivery.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/clock.hpp"
#include "http/message.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::traffic {

/// What a scripted fault wants of one request, beside its delivery.
struct Plan {
    http::Delivery delivery;                      // latency and jitter are in it
    std::optional<unsigned> status = {};          // answer this (5xx, 429) without doing anything
    std::optional<std::string> retry_after = {};  // header of that answer
    bool token_expired = false;                   // treat the request's token as expired: 401
    bool partition_lost = false;                  // as if the partition were gone: 503
};

/// Throttled: answer 429, and the header Retry-After when there is one.
struct Throttled {
    std::optional<std::string> retry_after;
};

/// What time it is. Tests say it themselves.
struct Times {
    std::function<std::chrono::nanoseconds()> steady = {};            // empty: the system's steady clock
    std::shared_ptr<const host::Clock> clock = host::system_clock();  // for a Retry-After that is a date
};

class Traffic {
public:
    virtual ~Traffic() = default;
    /// Admits everybody at full speed.
    static std::unique_ptr<Traffic> make(Times times = {});

    /// IP allow-list. Called for each request.
    [[nodiscard]] virtual bool admits(std::string_view address) const = 0;
    /// Called once per request, before its token is looked at; counts it. `operation` is the audit name: "KeySign".
    [[nodiscard]] virtual Plan plan(std::string_view operation) = 0;
    /// Called once the key is known and before the work, for operations of keys; without a spec for others.
    /// `delay` grows by what the capacity profile makes the request wait.
    [[nodiscard]] virtual std::optional<Throttled> charge(std::string_view operation, const KeySpec* spec,
                                                          http::Delivery& delivery) = 0;
    /// Replaces all rules: a JSON document (docs/hsm-sim-traffic.md). ConfigurationInvalid names the wrong member; the
    /// rules then stay as they were. Counters begin anew.
    virtual Result<void> set_rules(std::string_view json) = 0;
    /// One more fault, an object as in "faults". Fails as set_rules does. The other rules and their counters go on.
    virtual Result<void> add_fault(std::string_view json) = 0;
    /// The rules and how often each thing happened ("happened"), as JSON, which set_rules takes again.
    [[nodiscard]] virtual std::string rules() const = 0;
};

}  // namespace kvp11::traffic
