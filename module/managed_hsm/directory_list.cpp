#include "managed_hsm/directory_list.hpp"

namespace kvp11::managed_hsm {

namespace {

constexpr std::size_t most_pages = 40'000;  // a million keys: more is a service that goes round in circles

Result<std::vector<ListedKey>> read_pages(const Ask& ask, const std::string& path) {
    std::vector<ListedKey> keys;
    std::string query = "maxresults=25";
    for (std::size_t page = 0; page < most_pages; ++page) {
        pipeline::Call call;
        call.path = path;
        call.query = query;
        const transport::Answer answer = TRY(ask(call));
        ListPage part = TRY(parse_list(answer.expose_body()));
        keys.insert(keys.end(), std::make_move_iterator(part.keys.begin()), std::make_move_iterator(part.keys.end()));
        if (part.next.empty()) return keys;
        if (part.next == query) break;
        query = std::move(part.next);
    }
    return fail(Errc::DeviceError, "the service's list of keys has no end");
}

Result<KeyRecord> record_in(const Result<transport::Answer>& answer, const KeyId& id) {
    if (!answer.ok()) return fail(answer.error());
    KeyRecord record = TRY(parse_key_bundle(answer->expose_body()));
    if (record.id.version.empty() || (!id.version.empty() && record.id.version != id.version))
        return fail(Errc::DeviceError, "the service answered with another version than was asked for");
    return record;
}

}  // namespace

Result<KeyRecord> read_key(const Ask& ask, const KeyId& id) {
    const std::string path = key_path(id);
    pipeline::Call call;
    call.path = path;
    return record_in(ask(call), id);
}

std::vector<Result<KeyRecord>> read_keys(const AskMany& ask, std::span<const KeyId> ids) {
    std::vector<std::string> paths(ids.size());
    std::vector<pipeline::Call> calls(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        paths[i] = key_path(ids[i]);
        calls[i].path = paths[i];
    }
    const auto answers = ask(calls);
    std::vector<Result<KeyRecord>> records;
    records.reserve(ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) records.push_back(record_in(answers[i], ids[i]));
    return records;
}

Result<std::vector<ListedKey>> read_list(const Ask& ask) { return read_pages(ask, "/keys"); }

Result<std::vector<ListedKey>> read_versions(const Ask& ask, const std::string& name) {
    return read_pages(ask, "/keys/" + name + "/versions");
}

}  // namespace kvp11::managed_hsm
