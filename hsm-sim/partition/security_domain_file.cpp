#include "partition/security_domain_file.hpp"

#include <boost/json.hpp>

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_file = 1 << 20;
constexpr std::size_t most_data = 64;
constexpr std::size_t most_officers = 10;
constexpr std::int64_t format_version = 2;
constexpr const char* kdf_name = "sp108_kdf";
constexpr const char* sharing_name = "shamir_share";

Failure invalid(const std::string& what) { return fail(Errc::SecurityDomainInvalid, what); }

Result<json::value> parse_json(const std::string& text) {
    if (text.size() > largest_file) return invalid("the file is larger than any security domain");
    json::parse_options limits;
    limits.max_depth = 8;
    json::error_code problem;
    json::value value = json::parse(text, problem, {}, limits);
    if (problem) return invalid("not a security-domain file: it is no JSON (" + problem.message() + ")");
    if (!value.is_object()) return invalid("not a security-domain file: got JSON that is no object");
    return value;
}

/// The member of an object, or null when it is no object or has no such member.
const json::value* member(const json::value& parent, const char* name) {
    const json::object* object = parent.if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
}

Result<const json::value*> object_at(const json::value& parent, const char* name) {
    const json::value* value = member(parent, name);
    if (value == nullptr || !value->is_object()) {
        return invalid(std::string("the member ") + name + " is missing or no object");
    }
    return value;
}

Result<const json::array*> array_at(const json::value& parent, const char* name) {
    const json::value* value = member(parent, name);
    if (value == nullptr || !value->is_array()) {
        return invalid(std::string("the member ") + name + " is missing or no list");
    }
    return value->if_array();
}

Result<std::string> text_at(const json::value& parent, const char* name) {
    const json::value* value = member(parent, name);
    if (value == nullptr || !value->is_string() || value->get_string().empty()) {
        return invalid(std::string("the member ") + name + " is missing or no text");
    }
    return std::string(value->get_string());
}

Result<void> want_text(const json::value& parent, const char* name, const char* wanted) {
    const std::string got = TRY(text_at(parent, name));
    if (got != wanted) return invalid(std::string("the member ") + name + " is of an unknown kind, want " + wanted);
    return {};
}

json::object write_data(const std::vector<SealedDatum>& data) {
    json::array list;
    for (const SealedDatum& datum : data) {
        list.push_back(json::object{{"compact_jwe", datum.compact_jwe}, {"tag", datum.tag}});
    }
    return {{"data", std::move(list)}, {"kdf", kdf_name}};
}

json::object write_key(const SealedKey& key) { return {{"enc_key", key.enc_key}, {"x5t_256", key.x5t_256}}; }

Result<std::vector<SealedDatum>> read_data(const json::value& file) {
    const json::value& encrypted = *TRY(object_at(file, "EncData"));
    TRY(want_text(encrypted, "kdf", kdf_name));
    const json::array* list = TRY(array_at(encrypted, "data"));
    if (list->empty() || list->size() > most_data) return invalid("the member data holds nothing or too much");
    std::vector<SealedDatum> data;
    for (const json::value& entry : *list) {
        SealedDatum datum;
        datum.tag = TRY(text_at(entry, "tag"));
        datum.compact_jwe = TRY(text_at(entry, "compact_jwe"));
        data.push_back(std::move(datum));
    }
    return data;
}

Result<SealedKey> read_key(const json::value& entry) {
    SealedKey key;
    key.enc_key = TRY(text_at(entry, "enc_key"));
    key.x5t_256 = TRY(text_at(entry, "x5t_256"));
    return key;
}

Result<unsigned> read_quorum(const json::value& shared, std::size_t officers) {
    const json::value* value = member(shared, "required");
    if (value == nullptr || !value->is_int64()) return invalid("the member required is missing or no number");
    const std::int64_t quorum = value->get_int64();
    if (quorum < 2 || quorum > static_cast<std::int64_t>(officers)) {
        return invalid("the member required is " + std::to_string(quorum) + ", want 2 to " + std::to_string(officers) +
                       ", the number of officers");
    }
    return static_cast<unsigned>(quorum);
}

}  // namespace

std::string to_json(const SecurityDomainFile& file) {
    json::array shares;
    for (const SealedKey& share : file.shares) shares.push_back(write_key(share));
    const json::object root{
        {"EncData", write_data(file.data)},
        {"SharedKeys",
         json::object{{"enc_shares", std::move(shares)}, {"key_algorithm", sharing_name}, {"required", file.quorum}}},
        {"version", format_version}};
    return json::serialize(root);
}

std::string to_json(const RestoreBlobFile& file) {
    const json::object root{{"EncData", write_data(file.data)}, {"WrappedKey", write_key(file.wrapped_key)}};
    return json::serialize(root);
}

Result<SecurityDomainFile> parse_security_domain_file(const std::string& text) {
    const json::value root = TRY(parse_json(text));
    if (member(root, "WrappedKey") != nullptr) {
        return invalid("this is a restore blob, want the security-domain file that download wrote");
    }
    const json::value* version = member(root, "version");
    if (version == nullptr || !version->is_int64() || version->get_int64() != format_version) {
        return invalid("the file is of an unknown version, want 2");
    }
    SecurityDomainFile file;
    file.data = TRY(read_data(root));
    const json::value& shared = *TRY(object_at(root, "SharedKeys"));
    TRY(want_text(shared, "key_algorithm", sharing_name));
    const json::array* shares = TRY(array_at(shared, "enc_shares"));
    if (shares->size() > most_officers) return invalid("the member enc_shares holds more than 10 shares");
    for (const json::value& entry : *shares) file.shares.push_back(TRY(read_key(entry)));
    file.quorum = TRY(read_quorum(shared, file.shares.size()));
    return file;
}

Result<RestoreBlobFile> parse_restore_blob_file(const std::string& text) {
    const json::value root = TRY(parse_json(text));
    if (member(root, "SharedKeys") != nullptr) {
        return invalid("this is a security-domain file, want the restore blob that restore-blob wrote");
    }
    RestoreBlobFile file;
    file.data = TRY(read_data(root));
    const json::value& wrapped = *TRY(object_at(root, "WrappedKey"));
    file.wrapped_key = TRY(read_key(wrapped));
    return file;
}

}  // namespace kvp11::partition
