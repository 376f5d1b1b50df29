// Answers of operations. They come once per signature, so they are read in place, without a tree.
#include <optional>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "crypto/jose.hpp"
#include "managed_hsm/wire.hpp"

namespace kvp11::managed_hsm {
namespace {

Failure broken(const std::string& what) { return fail(Errc::DeviceError, "the service's answer " + what); }

bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Goes over the members of one JSON object. Values are not unescaped: what is looked for here has no escapes.
class Members {
public:
    explicit Members(std::string_view text) : rest_(text) {}

    /// The value of this member where it is a plain string; nothing else is promised about other members.
    std::optional<std::string_view> text(std::string_view name) {
        std::string_view rest = rest_;
        if (!take(rest, '{')) return std::nullopt;
        for (;;) {
            const auto key = string(rest);
            if (!key || !take(rest, ':')) return std::nullopt;
            const bool wanted = *key == name;
            if (wanted && !starts_string(rest)) return std::nullopt;
            if (starts_string(rest)) {
                const auto value = string(rest);
                if (!value) return std::nullopt;
                if (wanted) return value->find('\\') == std::string_view::npos ? value : std::nullopt;
            } else if (!skip(rest)) {
                return std::nullopt;
            }
            if (!take(rest, ',')) return std::nullopt;
        }
    }

private:
    static void skip_space(std::string_view& rest) {
        while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    }
    static bool take(std::string_view& rest, char c) {
        skip_space(rest);
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }
    static bool starts_string(std::string_view& rest) {
        skip_space(rest);
        return !rest.empty() && rest.front() == '"';
    }
    /// Where the quotation mark is that is not escaped; behind the end when there is none.
    static std::size_t end_of_escaped(std::string_view text, std::size_t from) {
        while (from < text.size() && text[from] != '"') from += text[from] == '\\' ? 2 : 1;
        return from;
    }
    /// Between its quotation marks, escapes as they are.
    static std::optional<std::string_view> string(std::string_view& rest) {
        if (!take(rest, '"')) return std::nullopt;
        std::size_t end = rest.find('"');
        const std::size_t escape = rest.substr(0, end).find('\\');
        if (escape != std::string_view::npos) end = end_of_escaped(rest, escape);
        if (end >= rest.size()) return std::nullopt;
        const std::string_view found = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        return found;
    }
    /// Whatever is no string, with all that is in it.
    static bool skip(std::string_view& rest) {
        unsigned depth = 0;
        for (;;) {
            skip_space(rest);
            if (rest.empty()) return false;
            const char c = rest.front();
            if (c == '"') {
                if (!string(rest)) return false;
                continue;
            }
            if (depth == 0 && (c == ',' || c == '}')) return true;
            if (c == '{' || c == '[') ++depth;
            if (c == '}' || c == ']') --depth;
            rest.remove_prefix(1);
        }
    }

    std::string_view rest_;
};

std::string_view without_padding(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return text;
}

Result<Bytes> bytes_in(Members& members, std::string_view name) {
    const auto text = members.text(name);
    if (!text) return Bytes{};
    auto bytes = crypto::from_base64url(without_padding(*text));
    if (!bytes.ok()) return broken("has a " + std::string(name) + " that is not base64url");
    return bytes;
}

}  // namespace

Result<OperationResult> parse_operation_result(std::string_view json) {
    Members members(json);
    const auto value = members.text("value");
    if (!value) return broken("has no value");
    auto bytes = crypto::secret_from_base64url(without_padding(*value));
    if (!bytes.ok()) return broken("has a value that is not base64url");
    OperationResult result;
    result.value = std::move(bytes).value();
    result.iv = TRY(bytes_in(members, "iv"));
    result.tag = TRY(bytes_in(members, "tag"));
    return result;
}

Result<void> parse_operation_value(std::string_view json, MutableBytes bytes) {
    Members members(json);
    const auto value = members.text("value");
    if (!value) return broken("has no value");
    const std::string_view text = without_padding(*value);
    const std::size_t size = crypto::base64url_size(text);
    if (size != bytes.size()) {
        return broken("has a value of " + std::to_string(size) + " bytes, want " + std::to_string(bytes.size()));
    }
    if (!crypto::from_base64url(text, bytes).ok()) return broken("has a value that is not base64url");
    return {};
}

Result<bool> parse_verify_result(std::string_view text) {
    boost::system::error_code problem;
    const boost::json::value value = boost::json::parse({text.data(), text.size()}, problem);
    const auto* object = problem ? nullptr : value.if_object();
    const auto* verdict = object ? object->if_contains("value") : nullptr;
    if (verdict == nullptr || !verdict->is_bool()) return broken("has no verdict");
    return verdict->get_bool();
}

}  // namespace kvp11::managed_hsm
