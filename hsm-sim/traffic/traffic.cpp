#include "traffic/traffic.hpp"

#include <atomic>
#include <mutex>

#include "traffic/rules.hpp"

namespace kvp11::traffic {
namespace {

using std::chrono::nanoseconds;

// What the rules have something to say about, so that who has nothing to fear does not take the lock.
enum Concern : unsigned { admission = 1, planning = 2, charging = 4 };

unsigned concerns_of(const Rules& rules) {
    return (rules.allow ? admission : 0U) | (rules.latencies.empty() && rules.faults.empty() ? 0U : planning) |
           (rules.throttle || rules.capacity ? charging : 0U);
}

nanoseconds system_steady() { return std::chrono::steady_clock::now().time_since_epoch(); }

class RuledTraffic final : public Traffic {
public:
    explicit RuledTraffic(Times times) : times_(std::move(times)) {
        if (!times_.steady) times_.steady = system_steady;
    }

    bool admits(std::string_view address) const override {
        if (!concerns(admission)) return true;
        const auto rules = current();
        return !rules->allow || rules->allow->admits(address);
    }

    Plan plan(std::string_view operation) override {
        Plan plan;
        if (!concerns(planning)) return plan;
        const auto rules = current();
        const nanoseconds now = times_.steady();
        for (const auto& latency : rules->latencies) {
            plan.delivery.delay += latency->next(operation).value_or(std::chrono::milliseconds(0));
        }
        for (const auto& fault : rules->faults) fault->apply(operation, now, *times_.clock, plan);
        return plan;
    }

    std::optional<Throttled> charge(std::string_view operation, const KeySpec* spec,
                                    http::Delivery& delivery) override {
        if (!concerns(charging)) return std::nullopt;
        const auto rules = current();
        const nanoseconds now = times_.steady();
        if (rules->throttle) {
            const auto wait = rules->throttle->enter(operation, spec, now);
            if (wait) return throttled(rules->throttle->form(), *wait);
        }
        if (rules->capacity) {
            const auto turn = rules->capacity->enter(operation, spec, now);
            if (!turn.taken) return throttled(RetryAfterForm::Seconds, turn.wait);
            delivery.delay += std::chrono::ceil<std::chrono::milliseconds>(turn.wait);
        }
        return std::nullopt;
    }

    Result<void> set_rules(std::string_view json) override {
        Rules rules = TRY(Rules::parse(json));
        const std::lock_guard changing(changing_);
        publish(std::move(rules));
        return {};
    }

    Result<void> add_fault(std::string_view json) override {
        const std::lock_guard changing(changing_);
        publish(TRY(current()->with_fault(json)));
        return {};
    }

    std::string rules() const override { return current()->text(); }

private:
    [[nodiscard]] bool concerns(Concern concern) const noexcept {
        return (concerns_.load(std::memory_order_relaxed) & concern) != 0;
    }

    [[nodiscard]] Throttled throttled(RetryAfterForm form, nanoseconds wait) const {
        return {retry_after_text(form, wait, times_.clock->now())};
    }

    [[nodiscard]] std::shared_ptr<const Rules> current() const {
        const std::lock_guard lock(mutex_);
        return rules_;
    }

    void publish(Rules rules) {
        auto next = std::make_shared<const Rules>(std::move(rules));
        const std::lock_guard lock(mutex_);
        concerns_.store(concerns_of(*next), std::memory_order_relaxed);
        rules_.swap(next);
    }

    Times times_;
    std::atomic<unsigned> concerns_{0};
    std::mutex changing_;       // one reads and replaces the rules after the other
    mutable std::mutex mutex_;  // of rules_
    std::shared_ptr<const Rules> rules_ = std::make_shared<const Rules>();
};

}  // namespace

std::unique_ptr<Traffic> Traffic::make(Times times) { return std::make_unique<RuledTraffic>(std::move(times)); }

}  // namespace kvp11::traffic
