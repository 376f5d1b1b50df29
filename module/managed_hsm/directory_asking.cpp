// How a Directory asks for keys: one, or many at once, and each once for all threads that want it.
#include <algorithm>

#include "managed_hsm/directory_process.hpp"

namespace kvp11::managed_hsm {

namespace {

/// Fewer types than this are asked for without looking who else does.
constexpr std::size_t few = 8;
/// So many are asked for at once: enough to be quick, and few enough for others to wait for.
constexpr std::size_t many = 64;

}  // namespace

/// What this thread asks for while others wait for it. What was not told at the end has failed.
class Directory::Flights {
public:
    explicit Flights(Process& process) : process_(process) {}
    Flights(const Flights&) = delete;
    Flights& operator=(const Flights&) = delete;
    ~Flights() {
        if (own_.empty()) return;
        const std::lock_guard lock(process_.turn_mutex);
        for (const auto& [id, flight] : own_) {
            flight->is_over = true;
            process_.flights.erase(id);
        }
        process_.over.notify_all();
    }

    /// The caller holds turn_mutex.
    void begin(const KeyId& id) {
        auto flight = std::make_shared<Process::Flight>();
        flight->error = Error{Errc::DeviceError, "the key could not be asked for"};
        own_.emplace_back(id, flight);
        process_.flights[id] = std::move(flight);
    }
    void tell(std::size_t index, const Result<KeyRecordPtr>& answer) {
        Process::Flight& flight = *own_[index].second;
        flight.error = answer.ok() ? std::nullopt : std::optional(answer.error());
        if (answer.ok()) flight.record = *answer;
    }

private:
    Process& process_;
    std::vector<std::pair<KeyId, std::shared_ptr<Process::Flight>>> own_;
};

Result<KeyRecordPtr> Directory::ask_together(const KeyId& id, std::string* lines) {
    Process& process = here();
    Flights own(process);
    {
        std::unique_lock lock(process.turn_mutex);
        const auto at = process.flights.find(id);
        if (at != process.flights.end()) {
            const std::shared_ptr<Process::Flight> flight = at->second;
            process.over.wait(lock, [&] { return flight->is_over; });
            if (flight->error) return fail(*flight->error);
            return flight->record;
        }
        // Somebody may have landed since we last looked.
        if (auto record = known_fresh(id, 0)) return record;
        own.begin(id);
    }
    auto answer = ask(id, lines);
    own.tell(0, answer);
    return answer;
}

Result<KeyRecordPtr> Directory::ask(const KeyId& id, std::string* lines) {
    // What is the latest version is asked for as such, because only then the answer tells that it still is.
    if (!id.version.empty() && !is_older(id)) {
        KeyRecordPtr latest = TRY(ask({id.name, {}}, lines));
        if (latest->id.version == id.version) return latest;
    }
    const Moment asked = tick();
    return take_answer(id, read_key(ask_, id), asked, lines);
}

/// As far as is known, which does not change any more.
bool Directory::is_older(const KeyId& id) {
    const KnownKeyPtr key = known(id.name);
    const auto at = key ? key->versions.find(id.version) : decltype(key->versions.end()){};
    return key && at != key->versions.end() && key->latest.id.version != id.version &&
           !key->latest.id.version.empty() && at->second.listed.created <= key->latest.created;
}

Result<KeyRecordPtr> Directory::take_answer(const KeyId& id, Result<KeyRecord> answer, Moment asked,
                                            std::string* lines) {
    if (answer.ok()) return take(std::move(answer).value(), id.version.empty(), asked, lines);
    if (answer.code() == Errc::KeyNotFound && note_missing(id, asked)) save(line_text(GoneLine{id, asked}));
    return fail(answer.error());
}

bool Directory::is_known(const KeyId& id) {
    const KnownKeyPtr key = known(id.name);
    if (!key) return true;  // it is gone meanwhile
    if (id.version.empty()) return key->current() != nullptr || is_refused(*key);
    const auto at = key->versions.find(id.version);
    return at == key->versions.end() || at->second.record;
}

Result<void> Directory::ask_types(const std::vector<KeyId>& ids) {
    std::optional<DirectoryFile::Turn> turn;
    const auto is_known_all = [&] {
        return std::all_of(ids.begin(), ids.end(), [this](const KeyId& id) { return is_known(id); });
    };
    if (ids.size() > few && wait_for_turn(turn, is_known_all)) return {};
    std::string lines;
    Result<void> outcome;
    for (std::size_t first = 0; first < ids.size() && outcome.ok(); first += many) {
        outcome = ask_some(std::span(ids).subspan(first, std::min(many, ids.size() - first)), lines);
        if (lines.size() >= bytes_at_once) save(std::exchange(lines, {}));
    }
    save(lines);
    return outcome;
}

Result<void> Directory::ask_some(std::span<const KeyId> ids, std::string& lines) {
    std::vector<KeyId> others;
    TRY(ask_at_once(ids, others, lines));
    for (const KeyId& id : others) {
        if (!is_known(id)) TRY(settle(id, ask_together(id, &lines), lines));
    }
    return {};
}

/// `others`: those that another thread is asking for, and those that take more than one request.
Result<void> Directory::ask_at_once(std::span<const KeyId> ids, std::vector<KeyId>& others, std::string& lines) {
    Process& process = here();
    Flights flights(process);
    std::vector<KeyId> own;
    {
        const std::lock_guard lock(process.turn_mutex);
        for (const KeyId& id : ids) {
            if (is_known(id)) continue;
            const bool is_one_request = id.version.empty() || is_older(id);
            if (!is_one_request || process.flights.contains(id)) {
                others.push_back(id);
                continue;
            }
            own.push_back(id);
            flights.begin(id);
        }
    }
    if (own.empty()) return {};
    const Moment asked = tick();
    auto records = read_keys(ask_many_, own);
    Result<void> outcome;
    for (std::size_t i = 0; i < own.size(); ++i) {
        const auto answer = take_answer(own[i], std::move(records[i]), asked, &lines);
        flights.tell(i, answer);
        const auto settled = settle(own[i], answer, lines);
        if (outcome.ok()) outcome = settled;
    }
    return outcome;
}

Result<void> Directory::settle(const KeyId& id, const Result<KeyRecordPtr>& answer, std::string& lines) {
    if (answer.ok()) return {};
    if (!is_no_object(answer.code())) return fail(answer.error());
    const KnownKeyPtr key = known(id.name);
    if (!key || answer.code() == Errc::KeyNotFound || !id.version.empty()) return {};
    const bool is_denied = answer.code() != Errc::AlgorithmNotSupported;
    const Moment when = tick();
    sort_in([&](Knowledge& knowledge) {
        knowledge.refuse(id.name, is_denied ? Refusal::Denied : Refusal::Unsupported, when);
        return false;
    });
    if (!is_denied)
        lines += line_text(UnsupportedLine{key->latest.id.name, key->latest.created, key->latest.updated, when});
    return {};
}

}  // namespace kvp11::managed_hsm
