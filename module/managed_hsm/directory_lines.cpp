#include "managed_hsm/directory_lines.hpp"

#include <array>
#include <boost/json.hpp>

#include "crypto/jose.hpp"

namespace kvp11::managed_hsm {

namespace {

namespace json = boost::json;

constexpr std::int64_t format = 1;
constexpr std::size_t longest_version = 32;

/// Reads members; the first that is missing or of another type makes it fail for good.
class Members {
public:
    explicit Members(const json::object& object) : object_(object) {}

    [[nodiscard]] bool ok() const noexcept { return ok_; }
    [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }

    std::string text(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
        ok_ = false;
        return {};
    }
    std::int64_t number(std::string_view name) {
        const json::value* value = object_.if_contains(name);
        if (value != nullptr && value->is_int64()) return value->get_int64();
        ok_ = false;
        return 0;
    }
    std::optional<std::int64_t> optional_number(std::string_view name) {
        if (!has(name)) return std::nullopt;
        return number(name);
    }
    /// Absent is false.
    bool flag(std::string_view name) { return has(name) && number(name) != 0; }
    Bytes bytes(std::string_view name) {
        if (!has(name)) return {};
        auto decoded = crypto::from_base64url(text(name));
        if (!decoded.ok()) ok_ = false;
        return decoded.ok() ? *decoded : Bytes{};
    }
    template <class Enum>
    Enum enumerator(std::string_view name, Enum last) {
        const std::int64_t value = number(name);
        if (value < 0 || value > static_cast<std::int64_t>(last)) ok_ = false;
        return ok_ ? static_cast<Enum>(value) : Enum{};
    }
    std::map<std::string, std::string> tags() {
        std::map<std::string, std::string> tags;
        const json::value* value = object_.if_contains("tags");
        if (value == nullptr) return tags;
        if (!value->is_object()) {
            ok_ = false;
            return tags;
        }
        for (const auto& [name, tag] : value->get_object()) {
            if (tag.is_string()) tags[name] = tag.get_string();
        }
        return tags;
    }
    std::string name() {
        std::string name = text("name");
        if (!name_in(bytes_of(name))) ok_ = false;
        return name;
    }
    /// Empty when there is none.
    std::string version() {
        if (!has("version")) return {};
        std::string version = text("version");
        const bool legal = version.size() <= longest_version && name_in(bytes_of(version));
        if (!legal) ok_ = false;
        return version;
    }

private:
    const json::object& object_;
    bool ok_ = true;
};

json::object tags_object(const std::map<std::string, std::string>& tags) {
    json::object object;
    for (const auto& [name, value] : tags) object[name] = value;
    return object;
}

json::object listed_object(const ListedKey& key) {
    json::object object{{"name", key.id.name}, {"created", key.created}, {"updated", key.updated}};
    if (!key.id.version.empty()) object["version"] = key.id.version;
    if (key.enabled) object["enabled"] = 1;
    if (key.not_before) object["nbf"] = *key.not_before;
    if (key.expires) object["exp"] = *key.expires;
    if (!key.tags.empty()) object["tags"] = tags_object(key.tags);
    return object;
}

ListedKey read_listed(Members& members) {
    ListedKey key;
    key.id.name = members.name();
    key.id.version = members.version();
    key.enabled = members.flag("enabled");
    key.not_before = members.optional_number("nbf");
    key.expires = members.optional_number("exp");
    key.created = members.number("created");
    key.updated = members.number("updated");
    key.tags = members.tags();
    return key;
}

void put_bytes(json::object& object, std::string_view name, ByteView bytes) {
    if (!bytes.empty()) object[name] = crypto::base64url(bytes);
}

json::object object_of(const HeaderLine& line) {
    return {{"kvp11", "directory"},  {"format", format},    {"host", line.host},
            {"listed", line.listed}, {"count", line.count}, {"mark", line.mark}};
}

json::object object_of(const ListLine& line) { return {{"list", listed_object(line.key)}}; }

json::object object_of(const RecordLine& line) {
    const KeyRecord& record = line.record;
    json::object key = listed_object(listed_of(record));
    key["type"] = static_cast<std::int64_t>(record.spec.type);
    key["bits"] = record.spec.bits;
    key["curve"] = static_cast<std::int64_t>(record.spec.curve);
    key["exponent"] = record.spec.public_exponent;
    key["ops"] = static_cast<std::int64_t>(record.ops);
    if (record.exportable) key["exportable"] = 1;
    if (record.generated) key["generated"] = 1;
    if (record.revision != 0) key["revision"] = static_cast<std::int64_t>(record.revision);
    put_bytes(key, "n", record.public_key.n);
    put_bytes(key, "e", record.public_key.e);
    put_bytes(key, "point", record.public_key.point);
    if (record.release_policy) {
        key["policy-type"] = record.release_policy->content_type;
        put_bytes(key, "policy", record.release_policy->data);
        if (record.release_policy->immutable) key["policy-immutable"] = 1;
    }
    json::object object{{"at", line.asked}, {"key", std::move(key)}};
    if (line.is_latest) object["latest"] = 1;
    return object;
}

json::object object_of(const VersionsLine& line) {
    json::array versions;
    for (const ListedKey& version : line.versions) versions.push_back(listed_object(version));
    return {{"at", line.asked}, {"name", line.name}, {"versions", std::move(versions)}};
}

json::object object_of(const GoneLine& line) {
    json::object gone{{"name", line.id.name}};
    if (!line.id.version.empty()) gone["version"] = line.id.version;
    return {{"at", line.when}, {"gone", std::move(gone)}};
}

json::object object_of(const UnsupportedLine& line) {
    json::object key{{"name", line.name}, {"created", line.created}, {"updated", line.updated}};
    return {{"at", line.when}, {"unsupported", std::move(key)}};
}

template <class T>
std::optional<Line> if_ok(const Members& members, T line) {
    if (!members.ok()) return std::nullopt;
    return Line(std::move(line));
}

std::optional<Line> read_header(const json::object& object) {
    Members members(object);
    if (members.text("kvp11") != "directory" || members.number("format") != format) return std::nullopt;
    HeaderLine line{members.text("host"), members.number("listed"), members.number("count"), members.text("mark")};
    return if_ok(members, std::move(line));
}

/// `content` is the member that tells the kind of line.
using Reader = std::optional<Line> (*)(Members& outer, const json::value& content);

std::optional<Line> read_list(Members&, const json::value& content) {
    if (!content.is_object()) return std::nullopt;
    Members members(content.get_object());
    ListLine line{read_listed(members)};
    return if_ok(members, std::move(line));
}

std::optional<Line> read_record(Members& outer, const json::value& content) {
    if (!content.is_object()) return std::nullopt;
    Members members(content.get_object());
    const ListedKey listed = read_listed(members);
    RecordLine line;
    KeyRecord& record = line.record;
    record.id = listed.id;
    record.enabled = listed.enabled;
    record.not_before = listed.not_before;
    record.expires = listed.expires;
    record.created = listed.created;
    record.updated = listed.updated;
    record.tags = listed.tags;
    record.spec.type = members.enumerator("type", KeyType::GenericSecret);
    record.spec.bits = static_cast<std::uint32_t>(members.number("bits"));
    record.spec.curve = members.enumerator("curve", Curve::P256K);
    record.spec.public_exponent = static_cast<std::uint32_t>(members.number("exponent"));
    record.ops = static_cast<KeyOps>(members.number("ops"));
    record.exportable = members.flag("exportable");
    record.generated = members.flag("generated");
    record.revision = static_cast<std::uint64_t>(members.optional_number("revision").value_or(0));
    record.public_key = {record.spec.type, record.spec.curve, members.bytes("n"), members.bytes("e"),
                         members.bytes("point")};
    if (members.has("policy-type")) {
        record.release_policy =
            ReleasePolicy{members.text("policy-type"), members.bytes("policy"), members.flag("policy-immutable")};
    }
    line.is_latest = outer.flag("latest");
    line.asked = outer.number("at");
    if (!outer.ok() || record.id.version.empty()) return std::nullopt;
    return if_ok(members, std::move(line));
}

std::optional<Line> read_versions(Members& outer, const json::value& content) {
    if (!content.is_array()) return std::nullopt;
    VersionsLine line;
    line.name = outer.name();
    line.asked = outer.number("at");
    for (const json::value& one : content.get_array()) {
        if (!one.is_object()) return std::nullopt;
        Members members(one.get_object());
        line.versions.push_back(read_listed(members));
        if (!members.ok() || line.versions.back().id.version.empty()) return std::nullopt;
    }
    return if_ok(outer, std::move(line));
}

std::optional<Line> read_gone(Members& outer, const json::value& content) {
    if (!content.is_object()) return std::nullopt;
    Members members(content.get_object());
    GoneLine line{{members.name(), members.version()}, outer.number("at")};
    return outer.ok() ? if_ok(members, std::move(line)) : std::nullopt;
}

std::optional<Line> read_unsupported(Members& outer, const json::value& content) {
    if (!content.is_object()) return std::nullopt;
    Members members(content.get_object());
    UnsupportedLine line{members.name(), members.number("created"), members.number("updated"), outer.number("at")};
    return outer.ok() ? if_ok(members, std::move(line)) : std::nullopt;
}

struct Row {
    std::string_view member;
    Reader read;
};
constexpr std::array<Row, 5> rows{{{"list", read_list},
                                   {"key", read_record},
                                   {"versions", read_versions},
                                   {"gone", read_gone},
                                   {"unsupported", read_unsupported}}};

}  // namespace

std::string line_text(const Line& line) {
    return std::visit([](const auto& one) { return json::serialize(object_of(one)); }, line) + "\n";
}

std::optional<Line> line_in(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error || !value.is_object()) return std::nullopt;
    const json::object& object = value.get_object();
    if (object.contains("kvp11")) return read_header(object);
    Members outer(object);
    for (const Row& row : rows) {
        if (const json::value* content = object.if_contains(row.member)) return row.read(outer, *content);
    }
    return std::nullopt;
}

}  // namespace kvp11::managed_hsm
