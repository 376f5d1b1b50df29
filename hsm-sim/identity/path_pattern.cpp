#include "identity/path_pattern.hpp"

namespace kvp11::identity {

std::optional<std::string_view> match(std::string_view pattern, std::string_view path) noexcept {
    constexpr std::string_view place = "{tenant}";
    while (path.starts_with("//")) path.remove_prefix(1);
    if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    const std::size_t at = pattern.find(place);
    if (at == std::string_view::npos) return pattern == path ? std::optional(std::string_view()) : std::nullopt;
    const std::string_view before = pattern.substr(0, at);
    const std::string_view after = pattern.substr(at + place.size());
    if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
        return std::nullopt;
    }
    const std::string_view tenant = path.substr(at, path.size() - before.size() - after.size());
    return tenant.find('/') == std::string_view::npos ? std::optional(tenant) : std::nullopt;
}

}  // namespace kvp11::identity
