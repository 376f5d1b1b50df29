// Keys and lists as the service shows them, to values.
#include <algorithm>
#include <bit>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "crypto/jose.hpp"
#include "managed_hsm/wire.hpp"
#include "managed_hsm/wire_word.hpp"

namespace kvp11::managed_hsm {
namespace {

namespace json = boost::json;

Failure broken(const std::string& what) { return fail(Errc::DeviceError, "the service's answer " + what); }

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
json::string_view name(std::string_view text) { return {text.data(), text.size()}; }

Result<json::object> parse_object(std::string_view text) {
    boost::system::error_code problem;
    json::value value = json::parse(name(text), problem);
    if (problem || !value.is_object()) return broken("is no JSON object");
    return std::move(value.get_object());
}

/// Null members are as missing ones.
const json::value* member(const json::object& object, std::string_view which) {
    const json::value* value = object.if_contains(name(which));
    return value == nullptr || value->is_null() ? nullptr : value;
}

const json::object* object_in(const json::object& object, std::string_view which) {
    const json::value* value = member(object, which);
    return value ? value->if_object() : nullptr;
}

std::string_view text_in(const json::object& object, std::string_view which) {
    const json::value* value = member(object, which);
    return value && value->is_string() ? view(value->get_string()) : std::string_view();
}

std::optional<bool> flag_in(const json::object& object, std::string_view which) {
    const json::value* value = member(object, which);
    return value && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

/// Numbers with a fraction (1.7e9, 1700000000.0) are read, too.
std::optional<std::int64_t> number_in(const json::object& object, std::string_view which) {
    const json::value* value = member(object, which);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    boost::system::error_code problem;
    const auto number = value->to_number<std::int64_t>(problem);
    if (!problem) return number;
    return value->is_double() ? std::optional(static_cast<std::int64_t>(value->get_double())) : std::nullopt;
}

/// Padding, which base64url has not, is forgiven.
Result<Bytes> binary_in(const json::object& object, std::string_view which) {
    std::string_view text = text_in(object, which);
    while (text.ends_with('=')) text.remove_suffix(1);
    auto bytes = crypto::from_base64url(text);
    if (!bytes.ok()) return broken("has a " + std::string(which) + " that is not base64url");
    return bytes;
}

Bytes without_leading_zeros(Bytes integer) {
    const auto first = std::find_if(integer.begin(), integer.end(), [](std::uint8_t byte) { return byte != 0; });
    integer.erase(integer.begin(), first);
    return integer;
}

Result<KeyId> id_in(const json::object& object) {
    constexpr std::string_view folder = "/keys/";
    const std::string_view kid = text_in(object, "kid");
    const std::size_t at = kid.rfind(folder);
    if (at == std::string_view::npos) return broken("has no kid of a key");
    std::string_view path = kid.substr(at + folder.size());
    while (path.ends_with('/')) path.remove_suffix(1);
    const std::size_t slash = path.find('/');
    KeyId id{std::string(path.substr(0, slash)), {}};
    if (slash != std::string_view::npos) id.version = path.substr(slash + 1);
    if (id.name.empty()) return broken("has a kid without a name");
    return id;
}

std::map<std::string, std::string> tags_in(const json::object& object) {
    std::map<std::string, std::string> tags;
    const json::object* said = object_in(object, "tags");
    if (said == nullptr) return tags;
    for (const auto& [key, value] : *said) {
        if (value.is_string()) tags.emplace(std::string(key), std::string(view(value.get_string())));
    }
    return tags;
}

/// Of a record and of a listed key alike.
template <class Known>
void read_attributes(const json::object& bundle, Known& known) {
    known.tags = tags_in(bundle);
    const json::object* attributes = object_in(bundle, "attributes");
    if (attributes == nullptr) return;
    known.enabled = flag_in(*attributes, "enabled").value_or(true);
    known.not_before = number_in(*attributes, "nbf");
    known.expires = number_in(*attributes, "exp");
    known.created = number_in(*attributes, "created").value_or(0);
    known.updated = number_in(*attributes, "updated").value_or(known.created);
}

std::optional<KeyOps> operations_in(const json::object& jwk) {
    const json::value* said = member(jwk, "key_ops");
    const json::array* words = said ? said->if_array() : nullptr;
    if (words == nullptr) return std::nullopt;
    KeyOps ops = KeyOps::None;
    for (const json::value& word : *words) {
        if (word.is_string()) ops = ops | operation_of(view(word.get_string())).value_or(KeyOps::None);
    }
    return ops;
}

Result<void> read_rsa(const json::object& jwk, KeyRecord& record) {
    record.public_key.n = without_leading_zeros(TRY(binary_in(jwk, "n")));
    record.public_key.e = without_leading_zeros(TRY(binary_in(jwk, "e")));
    const Bytes& n = record.public_key.n;
    const Bytes& e = record.public_key.e;
    if (n.empty() || e.empty()) return broken("has an RSA key without n and e");
    record.spec.bits =
        static_cast<std::uint32_t>(8 * (n.size() - 1)) + static_cast<std::uint32_t>(std::bit_width(n[0]));
    record.spec.public_exponent = 0;
    for (const std::uint8_t byte : e) record.spec.public_exponent = record.spec.public_exponent << 8U | byte;
    return {};
}

Result<void> read_ec(const json::object& jwk, KeyRecord& record) {
    const auto curve = curve_of_crv(text_in(jwk, "crv"));
    if (!curve) return fail(Errc::AlgorithmNotSupported, "the key '" + record.id.name + "' is on an unknown curve");
    record.spec.curve = *curve;
    record.public_key.curve = *curve;
    const std::size_t size = curve_size(*curve);
    Bytes point{4};
    for (const std::string_view coordinate : {"x", "y"}) {
        const Bytes number = without_leading_zeros(TRY(binary_in(jwk, coordinate)));
        if (number.empty() || number.size() > size) return broken("has an EC key without x and y of its curve");
        point.insert(point.end(), size - number.size(), 0);
        point.insert(point.end(), number.begin(), number.end());
    }
    record.public_key.point = std::move(point);
    return {};
}

Result<void> read_jwk(const json::object& bundle, const json::object& jwk, KeyRecord& record) {
    const auto type = type_of_kty(text_in(jwk, "kty"));
    if (!type) {
        return fail(Errc::AlgorithmNotSupported, "the key '" + record.id.name + "' is of the unknown type '" +
                                                     std::string(text_in(jwk, "kty")) + "'");
    }
    record.spec.type = *type;
    const auto said = operations_in(jwk);
    if (*type == KeyType::Aes) record.spec.type = secret_type(said.value_or(KeyOps::None));
    record.ops = said.value_or(usual_operations(record.spec.type)) & possible_operations(record.spec.type);
    record.public_key.type = record.spec.type;
    if (*type == KeyType::Rsa) return read_rsa(jwk, record);
    if (*type == KeyType::Ec) return read_ec(jwk, record);
    // Versions of 2026 and later tell the size; before, nobody does.
    const json::object* attributes = object_in(bundle, "attributes");
    if (attributes) record.spec.bits = static_cast<std::uint32_t>(number_in(*attributes, "key_size").value_or(0));
    return {};
}

Result<std::optional<ReleasePolicy>> policy_in(const json::object& bundle) {
    const json::object* said = object_in(bundle, "release_policy");
    if (said == nullptr) return std::optional<ReleasePolicy>();
    ReleasePolicy policy;
    if (const auto type = text_in(*said, "contentType"); !type.empty()) policy.content_type = type;
    policy.data = TRY(binary_in(*said, "data"));
    policy.immutable = flag_in(*said, "immutable").value_or(false);
    return std::optional(std::move(policy));
}

}  // namespace

Result<KeyRecord> parse_key_bundle(std::string_view text) {
    const json::object bundle = TRY(parse_object(text));
    const json::object* jwk = object_in(bundle, "key");
    if (jwk == nullptr) return broken("has no key");
    KeyRecord record;
    record.id = TRY(id_in(*jwk));
    if (record.id.version.empty()) return broken("has a key without a version");
    TRY(read_jwk(bundle, *jwk, record));
    read_attributes(bundle, record);
    if (const json::object* attributes = object_in(bundle, "attributes")) {
        record.exportable = flag_in(*attributes, "exportable").value_or(false);
    }
    record.release_policy = TRY(policy_in(bundle));
    record.revision = static_cast<std::uint64_t>(record.updated);
    return record;
}

Result<ListPage> parse_list(std::string_view text) {
    const json::object list = TRY(parse_object(text));
    ListPage page;
    const json::value* said = member(list, "value");
    const json::array* items = said ? said->if_array() : nullptr;
    if (said != nullptr && items == nullptr) return broken("has a list that is none");
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
        const json::object* item = (*items)[i].if_object();
        if (item == nullptr) return broken("has a list of something else than keys");
        ListedKey key;
        key.id = TRY(id_in(*item));
        read_attributes(*item, key);
        page.keys.push_back(std::move(key));
    }
    const std::string_view next = text_in(list, "nextLink");
    if (const std::size_t query = next.find('?'); query != std::string_view::npos) page.next = next.substr(query + 1);
    return page;
}

}  // namespace kvp11::managed_hsm
