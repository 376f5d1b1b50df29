// KeyRing: the signing keys of one issuer, read again when they change. Thread-safe.
//
// Whoever finds that the keys are due reads them, outside the lock; everybody else goes on with those that are there.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "host/clock.hpp"
#include "identity/jwk.hpp"

namespace kvp11::identity {

class KeyRing {
public:
    using Source = std::function<Result<std::string>()>;
    KeyRing(Source source, std::shared_ptr<const host::Clock> clock);

    /// Reads the keys now. Fails as the source does, and with ConfigurationInvalid; the old keys stay then.
    Result<void> load();
    /// Null when there is no such key. Blocks while it reads the keys: when this one is not there, not more often than
    /// every minute, and when they are a day old.
    [[nodiscard]] std::shared_ptr<const crypto::PublicHalf> find(std::string_view kid);
    /// Goes up whenever a key went away or became another one: what it signed is worth nothing from then on.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

private:
    [[nodiscard]] std::shared_ptr<const KeySet> keys() const;
    [[nodiscard]] bool begin_reading(bool is_missing);
    Result<void> read();

    Source source_;
    std::shared_ptr<const host::Clock> clock_;
    mutable std::mutex mutex_;
    std::shared_ptr<const KeySet> keys_;
    bool is_reading_ = false;
    std::optional<std::int64_t> tried_;
    std::optional<std::int64_t> succeeded_;
    std::atomic<std::uint64_t> generation_{0};
};

}  // namespace kvp11::identity
