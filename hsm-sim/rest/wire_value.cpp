#include "rest/wire_value.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstring>
#include <functional>
#include <new>
#include <vector>

#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t deepest = 32;

Failure wrong_type(std::string_view name, std::string_view wanted) {
    return fail(Errc::ArgumentsBad, "Property '" + std::string(name) + "' must be " + std::string(wanted));
}

std::string_view without_padding(std::string_view base64) {
    while (base64.ends_with('=')) base64.remove_suffix(1);
    return base64;
}

Failure missing(std::string_view name) {
    return fail(Errc::ArgumentsBad, "Property '" + std::string(name) + "' is required");
}

void write(const json::value& value, std::string& text);

void write(const json::object& object, std::string& text) {
    std::vector<const json::key_value_pair*> members;
    members.reserve(object.size());
    for (const json::key_value_pair& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](auto* left, auto* right) { return left->key() < right->key(); });
    text.push_back('{');
    for (const json::key_value_pair* member : members) {
        if (text.back() != '{') text.push_back(',');
        text += json::serialize(json::string_view(member->key()));
        text.push_back(':');
        write(member->value(), text);
    }
    text.push_back('}');
}

void write(const json::value& value, std::string& text) {
    if (value.is_object()) return write(value.get_object(), text);
    if (!value.is_array()) {
        text += json::serialize(value);
        return;
    }
    text.push_back('[');
    bool is_first = true;
    for (const json::value& element : value.get_array()) {
        if (!is_first) text.push_back(',');
        is_first = false;
        write(element, text);
    }
    text.push_back(']');
}

}  // namespace

// Boost.JSON gives texts back with another alignment than it asked for; every one of its is within what new gives.
void* WipingMemory::do_allocate(std::size_t bytes, std::size_t) {
    constexpr std::size_t unit = alignof(std::max_align_t);
    if (bytes > first_.size() - used_) return ::operator new(bytes);
    void* const memory = first_.data() + used_;
    used_ = std::min(used_ + (bytes + unit - 1) / unit * unit, first_.size());
    return memory;
}

void WipingMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t) {
    explicit_bzero(memory, bytes);
    const auto* const place = static_cast<const std::byte*>(memory);
    const bool is_inside =
        std::less_equal<>{}(first_.data(), place) && std::less<>{}(place, first_.data() + first_.size());
    if (!is_inside) ::operator delete(memory);
}

bool WipingMemory::do_is_equal(const json::memory_resource& other) const noexcept { return this == &other; }

Result<json::value> parse_json(std::string_view text, json::storage_ptr memory) {
    json::parse_options options;
    options.max_depth = deepest;
    json::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error, std::move(memory), options);
    if (error) return fail(Errc::ArgumentsBad, "The request body is not JSON: " + error.message());
    return value;
}

std::string wire_text(const json::value& value) {
    std::string text;
    write(value, text);
    return text;
}

const json::value* member(const json::object& object, std::string_view name) noexcept {
    const json::value* found = object.if_contains(json::string_view(name.data(), name.size()));
    return found && !found->is_null() ? found : nullptr;
}

Result<std::string_view> text_member(const json::object& object, std::string_view name) {
    const auto text = TRY(optional_text(object, name));
    if (!text) return missing(name);
    return *text;
}

Result<std::optional<std::string_view>> optional_text(const json::object& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return std::optional<std::string_view>{};
    if (!found->is_string()) return wrong_type(name, "a string");
    return std::optional<std::string_view>(std::string_view(found->get_string()));
}

Result<std::optional<bool>> optional_bool(const json::object& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return std::optional<bool>{};
    if (!found->is_bool()) return wrong_type(name, "true or false");
    return std::optional<bool>(found->get_bool());
}

Result<std::optional<std::int64_t>> optional_integer(const json::object& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return std::optional<std::int64_t>{};
    json::error_code error;
    const auto number = found->to_number<std::int64_t>(error);
    if (error || !found->is_number()) return wrong_type(name, "an integer");
    return std::optional<std::int64_t>(number);
}

Result<const json::object*> optional_object(const json::object& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return static_cast<const json::object*>(nullptr);
    if (!found->is_object()) return wrong_type(name, "an object");
    return &found->get_object();
}

Result<const json::array*> optional_array(const json::object& object, std::string_view name) {
    const json::value* found = member(object, name);
    if (!found) return static_cast<const json::array*>(nullptr);
    if (!found->is_array()) return wrong_type(name, "an array");
    return &found->get_array();
}

Result<std::optional<Bytes>> optional_binary(const json::object& object, std::string_view name) {
    const auto text = TRY(optional_text(object, name));
    if (!text) return std::optional<Bytes>{};
    Result<Bytes> bytes = crypto::from_base64url(without_padding(*text));
    if (!bytes.ok()) return wrong_type(name, "base64url");
    return std::optional<Bytes>(std::move(*bytes));
}

Result<Bytes> binary_member(const json::object& object, std::string_view name) {
    auto bytes = TRY(optional_binary(object, name));
    if (!bytes) return missing(name);
    return std::move(*bytes);
}

Result<SecretBytes> optional_secret(const json::object& object, std::string_view name) {
    const auto text = TRY(optional_text(object, name));
    if (!text) return SecretBytes{};
    Result<SecretBytes> bytes = crypto::secret_from_base64url(without_padding(*text));
    if (!bytes.ok()) return wrong_type(name, "base64url");
    return bytes;
}

Result<SecretBytes> secret_member(const json::object& object, std::string_view name) {
    if (!member(object, name)) return missing(name);
    return optional_secret(object, name);
}

}  // namespace kvp11::rest
