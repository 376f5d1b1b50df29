#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_text = std::size_t{1} << 20U;
constexpr std::size_t deepest = 16;
constexpr std::size_t longest_quote = 200;
constexpr std::int64_t latest_time = 16'725'225'600;  // 2500-01-01

/// How many members the text has: each has its colon, and those in strings do not count. Of valid JSON only.
std::size_t members_written(std::string_view text) {
    std::size_t members = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (in_string && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            in_string = !in_string;
        } else if (!in_string && text[i] == ':') {
            ++members;
        }
    }
    return members;
}

std::size_t members_kept(const json::value& value) {
    std::size_t members = 0;
    if (const json::object* object = value.if_object()) {
        members += object->size();
        for (const json::key_value_pair& member : *object) members += members_kept(member.value());
    } else if (const json::array* array = value.if_array()) {
        for (const json::value& element : *array) members += members_kept(element);
    }
    return members;
}

const json::value* member(const json::object& object, std::string_view name) noexcept {
    return object.if_contains(json::string_view(name.data(), name.size()));
}

}  // namespace

Result<json::object> parse_object(std::string_view text) {
    if (text.size() > longest_text) return fail(Errc::DataInvalid, "JSON of more than a megabyte");
    json::parse_options options;
    options.max_depth = deepest;
    boost::system::error_code problem;
    json::value value = json::parse(json::string_view(text.data(), text.size()), problem, {}, options);
    if (problem) return fail(Errc::DataInvalid, "no JSON, or more than 16 levels deep");
    if (!value.is_object()) return fail(Errc::DataInvalid, "JSON that is no object");
    if (members_written(text) != members_kept(value)) return fail(Errc::DataInvalid, "JSON with a name twice");
    return std::move(value.get_object());
}

std::string_view text_in(const json::object& object, std::string_view name) noexcept {
    const json::value* value = member(object, name);
    if (!value || !value->is_string()) return {};
    return {value->get_string().data(), value->get_string().size()};
}

std::optional<std::int64_t> time_in(const json::object& object, std::string_view name) noexcept {
    const json::value* value = member(object, name);
    if (!value || !value->is_number()) return std::nullopt;
    boost::system::error_code problem;
    const double seconds = value->to_number<double>(problem);
    if (problem || !(seconds >= 0) || seconds > static_cast<double>(latest_time)) return std::nullopt;
    return static_cast<std::int64_t>(seconds);
}

const json::object* object_in(const json::object& object, std::string_view name) noexcept {
    const json::value* value = member(object, name);
    return value ? value->if_object() : nullptr;
}

const json::array* array_in(const json::object& object, std::string_view name) noexcept {
    const json::value* value = member(object, name);
    return value ? value->if_array() : nullptr;
}

std::string quoted(std::string_view text) {
    std::string result = "'";
    for (const char c : text.substr(0, longest_quote)) result += c >= 0x20 && c < 0x7f && c != '\'' ? c : '?';
    return result + (text.size() > longest_quote ? "…'" : "'");
}

}  // namespace kvp11::identity
