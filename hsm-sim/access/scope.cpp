#include "access/scope.hpp"

#include <algorithm>
#include <cctype>

#include "access/folded_map.hpp"

namespace kvp11::access {
namespace {

constexpr std::string_view keys_text = "/keys";
constexpr std::size_t longest_key_name = 127;

bool is_key_name(std::string_view name) noexcept {
    return !name.empty() && name.size() <= longest_key_name && std::all_of(name.begin(), name.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
    });
}

}  // namespace

std::string Scope::text() const {
    if (level == Level::Root) return "/";
    std::string text(keys_text);
    if (level == Level::Key) text.append("/").append(key);
    return text;
}

std::optional<Scope> scope_named(std::string_view text) noexcept {
    if (text == "/") return Scope{};
    if (text.size() < keys_text.size() || !same_folded(text.substr(0, keys_text.size()), keys_text)) return {};
    text.remove_prefix(keys_text.size());
    if (text.empty()) return Scope{Scope::Level::Keys, {}};
    if (text.front() != '/' || !is_key_name(text.substr(1))) return {};
    return Scope{Scope::Level::Key, text.substr(1)};
}

}  // namespace kvp11::access
