#include "partition/key_cache.hpp"

#include <mutex>

namespace kvp11::partition {
namespace {

constexpr std::size_t most_entries = 16'384;

}  // namespace

std::shared_ptr<const PartitionKey> KeyCache::key(const KeyId& id, const Stamp& stamp) const {
    if (!stamp.lasts()) return nullptr;
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.key_stamp != stamp) return nullptr;
    return found->second.key.lock();
}

std::shared_ptr<const KeyRecord> KeyCache::record(const KeyId& id, const Stamp& stamp) const {
    if (!stamp.lasts()) return nullptr;
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.record_stamp != stamp) return nullptr;
    return found->second.record;
}

std::shared_ptr<const PartitionKey> KeyCache::earlier_key(const KeyId& id, std::uint64_t revision,
                                                          std::uint64_t login) const {
    const std::shared_lock lock(mutex_);
    const auto found = entries_.find(id);
    if (found == entries_.end() || found->second.key_stamp.login != login) return nullptr;
    std::shared_ptr<const PartitionKey> key = found->second.key.lock();
    return key && key->record().revision == revision ? key : nullptr;
}

KeyCache::Entry& KeyCache::entry(const KeyId& id) {
    if (entries_.size() >= most_entries) prune();
    return entries_[id];
}

// Keys in use must stay known, so that their next opener gets the same one.
void KeyCache::prune() {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        entry = entry->second.key.expired() ? entries_.erase(entry) : std::next(entry);
    }
}

std::shared_ptr<const PartitionKey> KeyCache::put(const KeyId& asked, const Stamp& stamp,
                                                  std::shared_ptr<const PartitionKey> key) {
    const std::lock_guard lock(mutex_);
    Entry& place = entry(asked);
    const auto present = place.key_stamp.login == stamp.login ? place.key.lock() : nullptr;
    const auto is_same = [](const KeyRecord& a, const KeyRecord& b) {
        return a.id == b.id && a.revision == b.revision && a.is_latest == b.is_latest;
    };
    const bool is_known = present && is_same(present->record(), key->record());
    if (is_known) key = present;
    place.key = key;
    place.key_stamp = stamp;
    place.record = key->shared_record();
    place.record_stamp = stamp;
    if (is_known) return key;
    recent_[next_recent_] = key;
    next_recent_ = (next_recent_ + 1) % recent_.size();
    return key;
}

void KeyCache::put(const KeyId& asked, const Stamp& stamp, const std::shared_ptr<const KeyRecord>& record) {
    const std::lock_guard lock(mutex_);
    Entry& place = entry(asked);
    place.record = record;
    place.record_stamp = stamp;
}

void KeyCache::forget(const KeyId& id) {
    const std::lock_guard lock(mutex_);
    entries_.erase(id);
    for (auto& key : recent_) {
        if (key && key->record().id == id) key.reset();
    }
}

void KeyCache::clear() {
    const std::lock_guard lock(mutex_);
    entries_.clear();
    recent_.fill(nullptr);
}

}  // namespace kvp11::partition
