// What a Directory shares: the file with other processes, and lists and bulk requests with other threads.
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "log/log.hpp"
#include "managed_hsm/directory_process.hpp"

namespace kvp11::managed_hsm {

namespace {

/// A file with more keys would be slow to read for everybody; then each process reads its own list.
constexpr std::size_t most_keys_on_disk = 20'000;
/// For another process's list, and how often is looked whether it is there.
constexpr Moment longest_wait = 5'000;
constexpr Moment nap = 20;

/// Like that of no other file: two of one process may come in the same moment.
std::string fresh_mark() {
    static std::atomic<unsigned> count{0};
    return std::to_string(system_moment()) + "-" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

void sleep_for(Moment milliseconds) {
    const timespec pause{milliseconds / 1000, (milliseconds % 1000) * 1'000'000};
    nanosleep(&pause, nullptr);
}

/// In the order of a file: news that is from the future was written under another clock.
struct Applying {
    Knowledge& knowledge;
    Moment latest;

    bool operator()(const HeaderLine&) const { return false; }
    bool operator()(const ListLine&) const { return false; }
    bool operator()(const RecordLine& line) const {
        if (line.asked > latest) return false;
        const KnownKeyPtr key = knowledge.key(line.record.id.name);
        // Of an older version only beside the latest, and never one that has become the latest here.
        if (!line.is_latest && (!key || key->latest.id.version == line.record.id.version)) return false;
        if (line.is_latest && key && line.asked < key->told && key->latest.created != line.record.created) return false;
        return knowledge.take_record(line.record, line.is_latest, line.asked).differs;
    }
    bool operator()(const VersionsLine& line) const {
        return line.asked <= latest && knowledge.take_versions(line.name, line.versions, line.asked);
    }
    bool operator()(const GoneLine& line) const { return line.when <= latest && knowledge.forget(line.id, line.when); }
    bool operator()(const UnsupportedLine& line) const {
        const KnownKeyPtr key = knowledge.key(line.name);
        if (key && key->latest.created == line.created && key->latest.updated == line.updated)
            knowledge.refuse(line.name, Refusal::Unsupported, line.when);
        return false;
    }
};

std::vector<Line> lines_in(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto line = line_in(text.substr(0, end))) lines.push_back(std::move(*line));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

}  // namespace

void Directory::apply(const DirectoryFile::News& news) {
    const std::vector<Line> lines = lines_in(news.text);
    const Moment latest = settings_.now() + clock_slack;
    std::vector<ListedKey> list;
    Moment begun = 0;
    if (news.is_whole) {
        const auto* header = lines.empty() ? nullptr : std::get_if<HeaderLine>(&lines.front());
        if (header == nullptr || header->host != settings_.host) return;
        for (std::size_t i = 1; i < lines.size() && std::holds_alternative<ListLine>(lines[i]); ++i)
            list.push_back(std::get<ListLine>(lines[i]).key);
        const bool is_complete = static_cast<std::int64_t>(list.size()) == header->count;
        begun = is_complete && header->listed <= latest ? header->listed : 0;
    }
    sort_in([&](Knowledge& knowledge) {
        bool differs = begun != 0 && knowledge.take_list(list, begun);
        for (const Line& line : lines) differs = std::visit(Applying{knowledge, latest}, line) || differs;
        return differs;
    });
}

void Directory::look_at_file(bool at_once) {
    if (settings_.file.empty()) return;
    Process& process = here();
    const Moment now = settings_.now();
    Moment looked = process.looked.load(std::memory_order_relaxed);
    const bool is_recent = looked <= now && now - looked < look_pause;
    if (!at_once && (is_recent || !process.looked.compare_exchange_strong(looked, now))) return;
    const std::unique_lock lock(process.file_mutex, std::try_to_lock);
    if (!lock.owns_lock()) return;
    if (const auto news = process.file.read_news()) apply(*news);
}

void Directory::save(const std::string& lines) {
    if (settings_.file.empty() || lines.empty()) return;
    Process& process = here();
    bool is_time_for_whole = false;
    {
        const std::lock_guard lock(process.file_mutex);
        is_time_for_whole = process.file.append(lines);
    }
    if (is_time_for_whole) save_whole();
}

void Directory::save_whole() {
    if (settings_.file.empty()) return;
    Process& process = here();
    const std::lock_guard lock(process.file_mutex);
    if (const auto news = process.file.read_news()) apply(*news);
    process.file.replace(whole_text());
}

std::string Directory::whole_text() {
    Process& process = here();
    std::vector<KnownKeyPtr> keys;
    std::map<std::string, Moment> gone;
    HeaderLine header{settings_.host, 0, 0, fresh_mark()};
    {
        const std::shared_lock lock(process.mutex);
        keys = process.knowledge.all();
        gone = process.knowledge.gone();
        header.listed = process.knowledge.listed();
    }
    if (keys.size() > most_keys_on_disk) {
        header.listed = 0;
        keys.resize(most_keys_on_disk);
    }
    std::string text;
    for (const KnownKeyPtr& key : keys) {
        if (header.listed == 0 || key->told > header.listed) continue;
        ListedKey listed = key->latest;
        listed.id.version.clear();
        text += line_text(ListLine{std::move(listed)});
        ++header.count;
    }
    text.insert(0, line_text(header));
    const auto add_record = [&](const KnownVersion& version, bool is_latest) {
        if (version.record && version.asked != 0)
            text += line_text(RecordLine{*version.record, is_latest, version.asked});
    };
    for (const KnownKeyPtr& key : keys) {
        const std::string& latest = key->latest.id.version;
        const auto at = key->versions.find(latest);
        if (at != key->versions.end()) add_record(at->second, true);
        if (key->has_all_versions) {
            VersionsLine versions{key->latest.id.name, {}, key->told};
            for (const auto& [name, version] : key->versions) versions.versions.push_back(version.listed);
            text += line_text(versions);
        }
        for (const auto& [name, version] : key->versions) {
            if (name != latest) add_record(version, false);
        }
        if (key->refusal == Refusal::Unsupported)
            text +=
                line_text(UnsupportedLine{key->latest.id.name, key->latest.created, key->latest.updated, key->refused});
    }
    for (const auto& [name, when] : gone) text += line_text(GoneLine{{name, {}}, when});
    return text;
}

bool Directory::wait_for_turn(std::optional<DirectoryFile::Turn>& turn, const std::function<bool()>& is_enough) {
    const Process& process = here();
    for (Moment waited = 0; waited < longest_wait; waited += nap) {
        turn = process.file.try_turn();
        look_at_file(true);
        if (is_enough()) return true;
        if (turn) return false;
        sleep_for(nap);
    }
    return false;
}

bool Directory::somebody_reads_list() {
    Process& process = here();
    const std::lock_guard lock(process.turn_mutex);
    return process.list_flight != nullptr;
}

Result<void> Directory::refresh_list(Moment newer_than) {
    Process& process = here();
    std::shared_ptr<Process::Flight> flight;
    {
        std::unique_lock lock(process.turn_mutex);
        while (process.list_flight) {
            flight = process.list_flight;
            process.over.wait(lock, [&] { return flight->is_over; });
            if (flight->error) return fail(*flight->error);
            if (has_list_since(newer_than)) return {};
        }
        flight = process.list_flight = std::make_shared<Process::Flight>();
    }
    flight->error = Error{Errc::DeviceError, "the list of keys could not be read"};
    struct Landing {
        Process& process;
        Process::Flight& flight;
        ~Landing() {
            const std::lock_guard lock(process.turn_mutex);
            flight.is_over = true;
            process.list_flight.reset();
            process.over.notify_all();
        }
    } const landing{process, *flight};
    const auto outcome = read_whole_list(newer_than);
    flight->error = outcome.ok() ? std::nullopt : std::optional(outcome.error());
    return outcome;
}

Result<void> Directory::read_whole_list(Moment newer_than) {
    Process& process = here();
    std::optional<DirectoryFile::Turn> turn;
    if (wait_for_turn(turn, [&] { return has_list_since(newer_than); })) return {};
    const Moment begun = tick();
    const std::vector<ListedKey> keys = TRY(read_list(ask_));
    sort_in([&](Knowledge& knowledge) { return knowledge.take_list(keys, begun); });
    process.stale_asks = 0;
    save_whole();
    if (log::enabled(log::Level::Info))
        log::write(log::Level::Info, "listed " + std::to_string(keys.size()) + " keys of " + settings_.host);
    return {};
}

Result<void> Directory::ask_versions(const std::vector<KnownKeyPtr>& keys) {
    std::string lines;
    Result<void> outcome;
    for (const KnownKeyPtr& key : keys) {
        if (key->has_all_versions || !key->current()) continue;
        const std::string& name = key->latest.id.name;
        const Moment asked = tick();
        const auto versions = read_versions(ask_, name);
        if (!versions.ok()) {
            if (is_no_object(versions.code())) continue;
            outcome = fail(versions.error());
            break;
        }
        sort_in([&](Knowledge& knowledge) { return knowledge.take_versions(name, *versions, asked); });
        lines += line_text(VersionsLine{name, *versions, asked});
        if (lines.size() >= bytes_at_once) save(std::exchange(lines, {}));
    }
    save(lines);
    return outcome;
}

}  // namespace kvp11::managed_hsm
