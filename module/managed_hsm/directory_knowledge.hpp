// Knowledge: what is known of a pool's keys, by name, with indices for labels and ids.
//
// Everything that is told carries the moment as of which it is true, so that answers, lists and what other processes
// wrote may come in any order: nothing older replaces what is newer. A value without I/O or locks; one writer at a
// time, which its owner sees to. What it hands out is immutable.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "managed_hsm/mapping.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {

using KeyRecordPtr = std::shared_ptr<const KeyRecord>;

/// Milliseconds since 1970, of this machine's clock.
using Moment = std::int64_t;

/// Names are compared without case.
std::string folded(std::string_view name);

struct KnownVersion {
    ListedKey listed;     // with its version
    Faces faces;          // by its tags
    KeyRecordPtr record;  // null until it was asked for
    Moment asked = 0;     // as of when `record` is true; 0: to be asked again
};

/// Why a key is no object: asking again is of no use for a while, or as long as it is unchanged.
enum class Refusal : std::uint8_t { None, Denied, Unsupported };

struct KnownKey {
    ListedKey latest;                              // id.version is empty when only a list told of it
    Faces faces;                                   // of the latest version, by its tags
    Moment told = 0;                               // as of when `latest` is true
    std::map<std::string, KnownVersion> versions;  // those that were asked for or listed, the latest among them
    bool has_all_versions = false;
    Refusal refusal = Refusal::None;
    Moment refused = 0;

    /// The latest version's record, if there is one that is true as of `told`. Lists show whole seconds, so what was
    /// asked in the seconds after a change is not trusted when a later list looks the same.
    [[nodiscard]] KeyRecordPtr current() const;
};
using KnownKeyPtr = std::shared_ptr<const KnownKey>;

class Knowledge {
public:
    /// Null when there is no such key.
    [[nodiscard]] KnownKeyPtr key(std::string_view name) const;
    /// Every key one of whose faces has this label and this id; where both are unset, every key.
    [[nodiscard]] std::vector<KnownKeyPtr> candidates(const ObjectQuery& query) const;
    [[nodiscard]] std::vector<KnownKeyPtr> all() const;
    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    /// When the newest list was begun; 0: there was none.
    [[nodiscard]] Moment listed() const noexcept { return listed_; }
    /// Names, folded, that were forgotten since then, and when.
    [[nodiscard]] const std::map<std::string, Moment>& gone() const noexcept { return gone_; }

    // Each of these returns whether something is different from what was known.
    bool take_list(const std::vector<ListedKey>& keys, Moment begun);
    bool take_versions(const std::string& name, const std::vector<ListedKey>& versions, Moment asked);
    bool forget(const KeyId& id, Moment when);  // with all versions when id.version is empty
    void refuse(const std::string& name, Refusal why, Moment when);

    struct Taken {
        KeyRecordPtr record;  // what is known now: the same as before when nothing differs
        bool differs = false;
    };
    Taken take_record(KeyRecord record, bool is_latest, Moment asked);

private:
    using Names = std::set<std::string>;
    using Index = std::map<Bytes, Names>;

    void put(KnownKey key);
    void remove(const std::string& folded_name);
    void rebuild_indices();

    std::unordered_map<std::string, KnownKeyPtr> keys_;  // by folded name
    Index by_label_;
    Index by_id_;
    std::map<std::string, Moment> gone_;
    Moment listed_ = 0;
};

/// What a list would show of it.
ListedKey listed_of(const KeyRecord& record);

}  // namespace kvp11::managed_hsm
