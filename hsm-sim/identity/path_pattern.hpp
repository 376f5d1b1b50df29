// Path patterns of the authorities' routes: literal segments, and one that stands for the tenant. Thread-safe function.
#pragma once

#include <optional>
#include <string_view>

namespace kvp11::identity {

/// Of a pattern such as "/{tenant}/oauth2/v2.0/token": what stands in the place of "{tenant}", empty when the pattern
/// has no such place; nothing when the path is another. Clients are not careful with slashes: several at the
/// beginning of a path count as one, and one at its end as none.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) noexcept;

}  // namespace kvp11::identity
