// Directory: what KeyDirectory is, over anything that answers calls. Not for use outside key_directory.cpp,
// directory*.cpp and tests.
//
// Each process has its own Process, made when it is first needed: a child of fork() takes over what its parent knew,
// unless another thread was changing it at that moment, and never waits for a lock of its parent.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "managed_hsm/directory_file.hpp"
#include "managed_hsm/directory_knowledge.hpp"
#include "managed_hsm/directory_lines.hpp"
#include "managed_hsm/directory_list.hpp"
#include "managed_hsm/listed_type.hpp"

namespace kvp11::managed_hsm {

/// Now.
Moment system_moment();

struct DirectorySettings {
    std::string host;
    std::string file;            // empty: nothing is kept on disk
    std::int64_t age = 300'000;  // milliseconds, as all times here
    bool all_versions = false;
    std::function<Moment()> now = system_moment;
};

class Directory {
public:
    /// Without `ask_many` keys are asked for one by one.
    Directory(DirectorySettings settings, Ask ask, AskMany ask_many = nullptr);
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    Result<std::vector<ObjectRef>> find(const ObjectQuery& query);
    Result<KeyRecordPtr> record(const KeyId& id);
    Result<KeyRecordPtr> sketch(const KeyId& id);
    Result<KeyRecordPtr> fetch(const KeyId& id);
    KeyRecordPtr learn(KeyRecord record);
    void forget(const std::string& name);
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

private:
    struct Process;
    using Refs = std::vector<ObjectRef>;

    // directory.cpp: what is known, and single keys
    Process& here();
    /// What a tick is for: a question may have the moment of another question, a change has one of its own.
    enum class Tick : std::uint8_t { Question, Change };
    Moment tick(Tick of = Tick::Change);
    [[nodiscard]] bool is_young(Moment moment) const;
    [[nodiscard]] bool is_refused(const KnownKey& key) const;
    KnownKeyPtr known(const std::string& name);
    Moment listed();
    bool has_list_since(Moment moment);
    void sort_in(const std::function<bool(Knowledge&)>& change);
    KeyRecordPtr take(KeyRecord record, bool is_latest, Moment asked, std::string* lines);
    /// Whether it was known before.
    bool note_missing(const KeyId& id, Moment when);
    bool is_missing(const std::string& name);
    /// What is known, when it is fresh: asked for, or shown unchanged by a list, at most an age ago.
    KeyRecordPtr known_fresh(const KeyId& id, Moment list_used);
    Result<KeyRecordPtr> fresh_record(const KeyId& id, Moment list_used);
    Result<KeyRecordPtr> versioned_record(const KeyId& id);

    // directory_listed.cpp: keys that only a list told of
    /// The version that was the latest when a list showed it so.
    Result<KeyId> resolved(const KeyId& id, const ListedVersion& listed);
    std::optional<KeyId> known_version(const KeyId& id, const ListedVersion& listed);
    /// From `ask`, which takes a version of the service; KeyNotFound when the key is of another type than its tag says.
    Result<KeyRecordPtr> as_listed(const KeyId& id, const std::function<Result<KeyRecordPtr>(const KeyId&)>& ask);
    /// What a search found so before keeps its name in this process, so that it stays one object.
    KeyId name_found(const KeyRecord& record);
    std::optional<KeyRecord> listed_sketch(const KnownKey& key);

    // directory_asking.cpp: the requests for keys
    class Flights;
    /// One request for all threads that want the same. Lines for the file go to `lines`, or to the file at once.
    Result<KeyRecordPtr> ask_together(const KeyId& id, std::string* lines = nullptr);
    Result<KeyRecordPtr> ask(const KeyId& id, std::string* lines);
    bool is_older(const KeyId& id);
    Result<KeyRecordPtr> take_answer(const KeyId& id, Result<KeyRecord> answer, Moment asked, std::string* lines);
    bool is_known(const KeyId& id);
    Result<void> ask_types(const std::vector<KeyId>& ids);
    Result<void> ask_some(std::span<const KeyId> ids, std::string& lines);
    Result<void> ask_at_once(std::span<const KeyId> ids, std::vector<KeyId>& others, std::string& lines);
    /// What is no object is remembered as such; any other failure ends the search.
    Result<void> settle(const KeyId& id, const Result<KeyRecordPtr>& answer, std::string& lines);

    // directory_sharing.cpp: the file, and what is asked once for many
    void look_at_file(bool at_once = false);
    void apply(const DirectoryFile::News& news);
    void save(const std::string& lines);
    void save_whole();
    std::string whole_text();
    /// Waits a while for another process that is at work; true when it has done enough.
    bool wait_for_turn(std::optional<DirectoryFile::Turn>& turn, const std::function<bool()>& is_enough);
    Result<void> refresh_list(Moment newer_than);
    Result<void> read_whole_list(Moment newer_than);
    bool somebody_reads_list();
    Result<void> ask_versions(const std::vector<KnownKeyPtr>& keys);

    // directory_search.cpp: which objects are wanted
    Result<Refs> find_by_name(const ObjectQuery& query);
    Result<Refs> find_named(const ObjectQuery& query, const KeyId& id);
    Result<Refs> find_in_list(const ObjectQuery& query);
    Result<Refs> search(const std::vector<KnownKeyPtr>& keys, const ObjectQuery& query);
    std::vector<KnownKeyPtr> candidates(const ObjectQuery& query);
    Refs known_refs(const std::vector<KnownKeyPtr>& keys, const ObjectQuery& query);
    [[nodiscard]] bool may_be_listed(const ObjectQuery& query) const;
    [[nodiscard]] bool wants_all_versions(const ObjectQuery& query) const {
        return settings_.all_versions || query.all_versions;
    }

    const DirectorySettings settings_;
    const Ask ask_;
    const AskMany ask_many_;
    std::atomic<Process*> process_;
    std::atomic<Moment> last_tick_{0};
    std::atomic<std::uint64_t> generation_{1};
};

}  // namespace kvp11::managed_hsm
