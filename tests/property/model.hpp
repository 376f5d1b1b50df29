// What a partition should be after a sequence of actions: the simplest thing that could be right. A value.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "action.hpp"

namespace kvp11::test {

struct ModelVersion {
    std::string id;   // as the partition chose it; empty: not known yet
    std::string mac;  // of a fixed message under the key; empty: not asked yet
    bool enabled = true;
    int tag = 0;
};

struct ModelKey {
    std::vector<ModelVersion> versions;
    bool has_policy = false;
    std::int64_t purge_at = 0;  // not 0: deleted
    [[nodiscard]] bool deleted() const noexcept { return purge_at != 0; }
};

struct Model {
    std::map<std::string, ModelKey> keys;
    std::map<int, std::pair<std::string, ModelKey>> backups;
    std::set<std::string> granted;
    std::multiset<int> notes;

    /// The answer that the action must get; "*" where only a worker knows it (it starts with "ok" then).
    /// Changes the model as the action does.
    std::string apply(const Action& action);
    /// Learns what only the partition can choose: ids of new versions, MACs. False when it contradicts what is known.
    bool learn(const Action& action, const std::string& answer);
    /// What Dump and DumpAll must answer; ids that are not known are "?".
    [[nodiscard]] std::string dump(const std::string& name, std::int64_t now) const;
    [[nodiscard]] std::string dump_all(std::int64_t now) const;

private:
    ModelKey* live(const std::string& name);
    ModelKey* recoverable(const std::string& name, std::int64_t now);
    std::string add_version(const Action& action, bool may_exist);
    std::string rotate(const Action& action, int tag);
    std::string sign(const Action& action, ModelKey* key) const;
    std::string restore(const Action& action);
};

/// Days that a deleted key is kept in the test's partition.
inline constexpr std::int64_t retention = 7 * 86'400;

/// Whether `got` is what `wanted` says, where "?" stands for any id.
bool matches(const std::string& wanted, const std::string& got);

}  // namespace kvp11::test
