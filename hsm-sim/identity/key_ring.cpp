#include "identity/key_ring.hpp"

namespace kvp11::identity {
namespace {

constexpr std::int64_t between_tries = 60;
constexpr std::int64_t longest_use = 24 * 3600;

/// Also when the clock was set back.
bool is_past(std::optional<std::int64_t> then, std::int64_t period, std::int64_t now) {
    return !then || now < *then || now - *then >= period;
}

}  // namespace

KeyRing::KeyRing(Source source, std::shared_ptr<const host::Clock> clock)
    : source_(std::move(source)), clock_(std::move(clock)), keys_(std::make_shared<const KeySet>()) {}

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
    struct Turn {
        KeyRing& ring;
        ~Turn() {
            const std::lock_guard lock(ring.mutex_);
            ring.is_reading_ = false;
        }
    } const turn{*this};
    const std::string text = TRY(source_());
    auto fresh = std::make_shared<const KeySet>(TRY(KeySet::parse(text)));
    const std::lock_guard lock(mutex_);
    const bool keeps_all = fresh->keeps(*keys_);
    keys_ = std::move(fresh);
    succeeded_ = clock_->now();
    if (!keeps_all) generation_.fetch_add(1, std::memory_order_release);
    return {};
}

Result<void> KeyRing::load() {
    {
        const std::lock_guard lock(mutex_);
        tried_ = clock_->now();
        is_reading_ = true;
    }
    return read();
}

std::shared_ptr<const crypto::PublicHalf> KeyRing::find(std::string_view kid) {
    std::shared_ptr<const crypto::PublicHalf> key = keys()->find(kid);
    if (!begin_reading(key == nullptr)) return key;
    if (!read()) return key;  // those that are there are better than none
    return keys()->find(kid);
}

}  // namespace kvp11::identity
