#include "identity/key_ring.hpp"

#include <system_error>

namespace kvp11::identity {
namespace {

constexpr std::int64_t between_tries = 60;
constexpr std::int64_t longest_use = 24 * 3600;

/// Also when the clock was set back.
bool is_past(std::optional<std::int64_t> then, std::int64_t period, std::int64_t now) {
    return !then || now < *then || now - *then >= period;
}

}  // namespace

KeyRing::KeyRing(Source source, std::shared_ptr<const host::Clock> clock, std::chrono::milliseconds patience)
    : source_(std::move(source)),
      clock_(std::move(clock)),
      patience_(patience),
      keys_(std::make_shared<const KeySet>()) {}

KeyRing::~KeyRing() {
    if (reader_.joinable()) reader_.join();
}

std::shared_ptr<const KeySet> KeyRing::keys() const {
    const std::lock_guard lock(mutex_);
    return keys_;
}

bool KeyRing::begin_reading(bool is_missing) {
    const std::int64_t now = clock_->now();
    const std::lock_guard lock(mutex_);
    const bool is_due = is_missing || is_past(succeeded_, longest_use, now);
    if (is_reading_ || !is_due || !is_past(tried_, between_tries, now)) return false;
    is_reading_ = true;
    tried_ = now;
    return true;
}

Result<void> KeyRing::read() {
    const std::string text = TRY(source_());
    auto fresh = std::make_shared<const KeySet>(TRY(KeySet::parse(text)));
    const std::lock_guard lock(mutex_);
    const bool keeps_all = fresh->keeps(*keys_);
    keys_ = std::move(fresh);
    succeeded_ = clock_->now();
    if (!keeps_all) generation_.fetch_add(1, std::memory_order_release);
    return {};
}

void KeyRing::end_reading() {
    const std::lock_guard lock(mutex_);
    is_reading_ = false;
    read_.notify_all();
}

Result<void> KeyRing::load() {
    {
        const std::lock_guard lock(mutex_);
        tried_ = clock_->now();
    }
    return read();
}

// Under the lock, which a reader needs to end: the one before is past it, and the new one finds itself in its place.
bool KeyRing::read_aside() {
    const std::lock_guard lock(mutex_);
    if (reader_.joinable()) reader_.join();
    try {
        reader_ = std::thread([this] {
            (void)read();  // when it fails, the keys that are there are better than none
            end_reading();
        });
    } catch (const std::system_error&) {
        is_reading_ = false;
        return false;
    }
    return true;
}

std::shared_ptr<const crypto::PublicHalf> KeyRing::find(std::string_view kid) {
    std::shared_ptr<const crypto::PublicHalf> key = keys()->find(kid);
    if (!begin_reading(key == nullptr) || !read_aside() || key) return key;
    std::unique_lock lock(mutex_);
    read_.wait_for(lock, patience_, [this] { return !is_reading_; });
    return keys_->find(kid);
}

void KeyRing::settle() {
    std::unique_lock lock(mutex_);
    read_.wait(lock, [this] { return !is_reading_; });
}

}  // namespace kvp11::identity
