#include "server/partition_watch.hpp"

#include <numeric>

#include "partition/life_cycle.hpp"
#include "server/exposition.hpp"

namespace kvp11::server {
namespace {

constexpr std::array<std::string_view, key_type_count> type_names = {
    "RSA", "EC", "oct", "generic", "Edwards", "Montgomery", "ChaCha20", "AES-XTS"};  // by KeyType
constexpr std::array<LifeCycle, 5> life_cycles = {LifeCycle::Uninitialised, LifeCycle::Provisioned, LifeCycle::Active,
                                                  LifeCycle::Recovery, LifeCycle::Error};

}  // namespace

std::uint64_t PartitionState::keys() const noexcept {
    return std::accumulate(keys_of.begin(), keys_of.end(), std::uint64_t{0});
}

// Outside the lock: it reads the store.
void PartitionWatch::refresh() {
    PartitionState seen;
    const auto summary = partition_.summary();
    if (summary.ok()) {
        seen.life_cycle = summary->token.life_cycle;
        for (std::size_t i = 0; i < seen.keys_of.size(); ++i) {
            seen.keys_of[i] = summary->keys_of(static_cast<KeyType>(i));
        }
        seen.records = summary->records();
    }
    const std::lock_guard lock(mutex_);
    state_ = seen;
}

PartitionState PartitionWatch::state() const {
    const std::lock_guard lock(mutex_);
    return state_;
}

void PartitionWatch::write(Exposition& exposition) const {
    const PartitionState seen = state();
    exposition.family("hsm_sim_partition_state", "gauge", "1 for the state that the partition is in.");
    for (const LifeCycle state : life_cycles) {
        exposition.sample(seen.life_cycle == state ? 1 : 0, {{"state", partition::name_of(state)}});
    }
    exposition.family("hsm_sim_keys", "gauge", "Versions of keys in the partition, by type.");
    for (std::size_t i = 0; i < type_names.size(); ++i) {
        exposition.sample(static_cast<double>(seen.keys_of[i]), {{"type", type_names[i]}});
    }
}

}  // namespace kvp11::server
