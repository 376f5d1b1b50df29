// KeyRing: the signing keys of one issuer, read again when they change. Thread-safe.
//
// Reading may take as long as the issuer likes, and callers may be a server's I/O threads: it happens on a thread of
// the ring's own. Who asks for a key that is not there waits for it a little, and nobody else waits at all.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "host/clock.hpp"
#include "identity/jwk.hpp"

namespace kvp11::identity {

class KeyRing {
public:
    using Source = std::function<Result<std::string>()>;
    /// `patience`: how long the finder of a missing key waits for the reading that he began.
    KeyRing(Source source, std::shared_ptr<const host::Clock> clock, std::chrono::milliseconds patience);
    KeyRing(const KeyRing&) = delete;
    KeyRing& operator=(const KeyRing&) = delete;
    /// Waits for the end of a reading.
    ~KeyRing();

    /// Reads the keys now, on the caller's thread. Fails as the source does, and with ConfigurationInvalid; the old
    /// keys stay then. Not while others find keys.
    Result<void> load();
    /// Null when there is no such key. Has the keys read when this one is not there, not more often than every minute,
    /// and when they are a day old.
    [[nodiscard]] std::shared_ptr<const crypto::PublicHalf> find(std::string_view kid);
    /// Waits until nobody reads the keys.
    void settle();
    /// Goes up whenever a key went away or became another one: what it signed is worth nothing from then on.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

private:
    [[nodiscard]] std::shared_ptr<const KeySet> keys() const;
    [[nodiscard]] bool begin_reading(bool is_missing);
    [[nodiscard]] bool read_aside();
    Result<void> read();
    void end_reading();

    Source source_;
    std::shared_ptr<const host::Clock> clock_;
    std::chrono::milliseconds patience_;
    mutable std::mutex mutex_;
    std::condition_variable read_;
    std::shared_ptr<const KeySet> keys_;
    bool is_reading_ = false;
    std::optional<std::int64_t> tried_;
    std::optional<std::int64_t> succeeded_;
    std::atomic<std::uint64_t> generation_{0};
    std::thread reader_;  // of who set is_reading_
};

}  // namespace kvp11::identity
