#include "managed_hsm/directory.hpp"

#include <chrono>

#include "managed_hsm/directory_process.hpp"

namespace kvp11::managed_hsm {

namespace {

constexpr Moment clock_change = 60'000;
constexpr std::size_t most_missing = 1'024;
constexpr std::size_t page_size = 25;

AskMany one_by_one(const Ask& ask) {
    return [ask](std::span<const pipeline::Call> calls) {
        std::vector<Result<transport::Answer>> answers;
        for (const pipeline::Call& call : calls) answers.push_back(ask(call));
        return answers;
    };
}

}  // namespace

Moment system_moment() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

Directory::Directory(DirectorySettings settings, Ask ask, AskMany ask_many)
    : settings_(std::move(settings)),
      ask_(std::move(ask)),
      ask_many_(ask_many ? std::move(ask_many) : one_by_one(ask_)),
      process_(new Process(settings_.file)) {}

// What belongs to an ancestor is left alone.
Directory::~Directory() {
    Process* process = process_.load();
    if (process->mark == host::process_mark()) delete process;
}

Directory::Process& Directory::here() {
    Process* present = process_.load(std::memory_order_acquire);
    if (present->mark == host::process_mark()) return *present;
    auto fresh = std::make_unique<Process>(settings_.file);
    if (present->mutex.try_lock_shared()) {
        fresh->knowledge = present->knowledge;
        fresh->found_listed = present->found_listed;
        present->mutex.unlock_shared();
    }
    if (process_.compare_exchange_strong(present, fresh.get())) return *fresh.release();
    return *present;
}

/// Now, and later than any change before: what we do has an order. Questions do not push it ahead of the clock: a
/// service may answer thousands of them in a second, and others would take that for the future.
Moment Directory::tick(Tick of) {
    Moment last = last_tick_.load();
    for (;;) {
        const Moment now = settings_.now();  // after `last`, so that only a clock that was set back makes it the later
        const bool was_set_back = last > now + clock_change;
        const Moment next = last >= now && !was_set_back ? last + (of == Tick::Change ? 1 : 0) : now;
        if (!last_tick_.compare_exchange_weak(last, next)) continue;
        // What is known is from the future, and nothing could replace it.
        if (was_set_back) sort_in([](Knowledge& knowledge) { return knowledge = Knowledge(), true; });
        return next;
    }
}

bool Directory::is_young(Moment moment) const {
    const Moment now = settings_.now();
    return moment < now + clock_slack && now - moment < settings_.age;
}

bool Directory::has_list_since(Moment moment) {
    const Moment listed = this->listed();
    return listed > moment && listed < settings_.now() + clock_slack;
}

bool Directory::is_refused(const KnownKey& key) const {
    return key.refusal == Refusal::Unsupported || (key.refusal == Refusal::Denied && is_young(key.refused));
}

KnownKeyPtr Directory::known(const std::string& name) {
    Process& process = here();
    const std::shared_lock lock(process.mutex);
    return process.knowledge.key(name);
}

Moment Directory::listed() {
    Process& process = here();
    const std::shared_lock lock(process.mutex);
    return process.knowledge.listed();
}

void Directory::sort_in(const std::function<bool(Knowledge&)>& change) {
    Process& process = here();
    const std::lock_guard lock(process.mutex);
    if (change(process.knowledge)) generation_.fetch_add(1, std::memory_order_acq_rel);
}

KeyRecordPtr Directory::take(KeyRecord record, bool is_latest, Moment asked, std::string* lines) {
    Process& process = here();
    Knowledge::Taken taken;
    {
        const std::lock_guard lock(process.mutex);
        process.missing.erase(folded(record.id.name));
        taken = process.knowledge.take_record(std::move(record), is_latest, asked);
        if (taken.differs) generation_.fetch_add(1, std::memory_order_acq_rel);
    }
    const std::string line = line_text(RecordLine{*taken.record, is_latest, asked});
    if (lines != nullptr) {
        *lines += line;
    } else {
        save(line);
    }
    return taken.record;
}

bool Directory::note_missing(const KeyId& id, Moment when) {
    Process& process = here();
    bool differs = false;
    {
        const std::lock_guard lock(process.mutex);
        differs = process.knowledge.forget(id, when);
        if (differs) generation_.fetch_add(1, std::memory_order_acq_rel);
        if (id.version.empty()) {
            if (process.missing.size() >= most_missing) process.missing.clear();
            process.missing[folded(id.name)] = when;
        }
    }
    return differs;
}

bool Directory::is_missing(const std::string& name) {
    Process& process = here();
    const Moment now = settings_.now();
    const auto is_recent = [now](Moment moment) { return moment < now + clock_slack && now - moment < miss_pause; };
    const std::shared_lock lock(process.mutex);
    if (process.knowledge.key(name)) return false;
    const auto at = process.missing.find(folded(name));
    return is_recent(process.knowledge.listed()) || (at != process.missing.end() && is_recent(at->second));
}

KeyRecordPtr Directory::known_fresh(const KeyId& id, Moment list_used) {
    const KnownKeyPtr key = known(id.name);
    if (!key) return nullptr;
    const std::string& version = id.version.empty() ? key->latest.id.version : id.version;
    const auto at = key->versions.find(version);
    if (at == key->versions.end() || !at->second.record || at->second.asked == 0) return nullptr;
    if (version != key->latest.id.version) return is_young(at->second.asked) ? at->second.record : nullptr;
    const KeyRecordPtr current = key->current();
    const bool is_fresh = is_young(key->told) || (is_young(list_used) && key->told >= listed());
    return current && is_fresh ? current : nullptr;
}

Result<KeyRecordPtr> Directory::fresh_record(const KeyId& id, Moment list_used) {
    look_at_file();
    if (auto record = known_fresh(id, list_used)) return record;
    if (is_missing(id.name)) return fail(Errc::KeyNotFound, "there is no key '" + id.name + "'");
    const KnownKeyPtr key = known(id.name);
    if (key && is_refused(*key)) {
        return fail(key->refusal == Refusal::Denied ? Errc::AccessDenied : Errc::AlgorithmNotSupported,
                    "the key '" + id.name + "' cannot be used here");
    }
    return ask_together(id);
}

Result<KeyRecordPtr> Directory::record(const KeyId& id) {
    return as_listed(id, [this](const KeyId& version) { return versioned_record(version); });
}

Result<KeyRecordPtr> Directory::versioned_record(const KeyId& id) {
    Process& process = here();
    const Moment list_used = process.list_used.load(std::memory_order_relaxed);
    look_at_file();
    if (auto record = known_fresh(id, list_used)) return record;
    // Many that are old are asked for together, by a list.
    const KnownKeyPtr key = known(id.name);
    const Moment list_time = listed();
    if (list_time != 0 && key && !is_young(list_time)) {
        std::size_t pages = 0;
        {
            const std::shared_lock lock(process.mutex);
            pages = process.knowledge.size() / page_size + 1;
        }
        if (process.stale_asks.fetch_add(1) >= pages) (void)refresh_list(settings_.now() - settings_.age);
    }
    auto answer = fresh_record(id, list_used);
    if (answer.ok() || !is_trouble(answer.code()) || !key) return answer;
    // A service that cannot be reached is no reason to lose sight of what was there.
    const auto at = key->versions.find(id.version.empty() ? key->latest.id.version : id.version);
    if (at == key->versions.end() || !at->second.record) return answer;
    return at->second.record;
}

Result<KeyRecordPtr> Directory::fetch(const KeyId& id) {
    return as_listed(id, [this](const KeyId& version) { return ask(version, nullptr); });
}

KeyRecordPtr Directory::learn(KeyRecord record) {
    look_at_file();
    const KnownKeyPtr key = known(record.id.name);
    const auto at = key ? key->versions.find(record.id.version) : decltype(key->versions.end()){};
    const bool is_known = key && at != key->versions.end();
    const bool is_latest =
        is_known ? record.id.version == key->latest.id.version : !key || record.created >= key->latest.created;
    return take(std::move(record), is_latest, tick(), nullptr);
}

void Directory::forget(const std::string& name) {
    const GoneLine gone{{name, {}}, tick()};
    note_missing(gone.id, gone.when);
    save(line_text(gone));
}

}  // namespace kvp11::managed_hsm
