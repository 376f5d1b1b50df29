// A credential that a test holds in its hands: fetches are counted, can be held up, and end as the test says.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>

#include "credential/token_cache.hpp"
#include "credential/token_time.hpp"

namespace kvp11::test {

class HeldCredential final : public credential::Credential {
public:
    explicit HeldCredential(std::shared_ptr<const host::Clock> clock) : clock_(std::move(clock)) {}

    [[nodiscard]] std::string name() const override { return "HeldCredential"; }
    Result<credential::Token> acquire(const credential::TokenRequest& request,
                                      transport::Clock::time_point deadline) override {
        std::unique_lock lock(mutex_);
        ++begun_;
        last_request_ = request;
        last_deadline_ = deadline;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
        if (failure_) return fail(*failure_);
        credential::Token token;
        const std::string text = "token-" + std::to_string(++made_);
        token.value = SecretBytes::copy_of(bytes_of(text));
        credential::set_times(token, clock_->now(), clock_->now() + life_);
        return token;
    }

    void hold() {
        set([this] { held_ = true; });
    }
    void release() {
        set([this] { held_ = false; });
    }
    void fail_with(Error error) {
        set([this, &error] { failure_ = std::move(error); });
    }
    void succeed() {
        set([this] { failure_.reset(); });
    }
    void live_for(std::int64_t seconds) {
        set([this, seconds] { life_ = seconds; });
    }
    void wait_for_begun(unsigned count) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this, count] { return begun_ >= count; });
    }
    unsigned begun() {
        const std::lock_guard lock(mutex_);
        return begun_;
    }
    credential::TokenRequest last_request() {
        const std::lock_guard lock(mutex_);
        return last_request_;
    }
    transport::Clock::time_point last_deadline() {
        const std::lock_guard lock(mutex_);
        return last_deadline_;
    }

private:
    void set(const std::function<void()>& change) {
        const std::lock_guard lock(mutex_);
        change();
        changed_.notify_all();
    }

    std::shared_ptr<const host::Clock> clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool held_ = false;
    unsigned begun_ = 0;
    unsigned made_ = 0;
    std::int64_t life_ = 3600;
    std::optional<Error> failure_;
    credential::TokenRequest last_request_;
    transport::Clock::time_point last_deadline_;
};

/// A cache with such a credential and a clock that stands.
struct CacheStage {
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(1795356000);
    HeldCredential* credential = nullptr;  // the cache's
    std::unique_ptr<credential::TokenCache> cache;
    credential::TokenRequest request{.resource = "https://managedhsm.azure.net", .tenant = "tenant"};

    CacheStage() {
        auto own = std::make_unique<HeldCredential>(clock);
        credential = own.get();
        cache = std::make_unique<credential::TokenCache>(std::move(own), clock);
    }
    Result<credential::TokenPtr> ask(std::chrono::milliseconds time = std::chrono::seconds(20)) const {
        return cache->token(request, transport::Clock::now() + time);
    }
    /// The token's text, or the error's.
    std::string text(std::chrono::milliseconds time = std::chrono::seconds(20)) const {
        const auto token = ask(time);
        return token ? std::string(text_of((*token)->value.expose_bytes())) : "error: " + token.error().message;
    }
};

}  // namespace kvp11::test
