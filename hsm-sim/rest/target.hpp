// Target: a request's path and query, taken apart as the service does. A value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::rest {

struct Target {
    std::vector<std::string> segments;                       // decoded, empty ones left out: "/keys/k//sign" has three
    std::vector<std::pair<std::string, std::string>> query;  // decoded, names too, in their order

    /// Without regard to case; the first of this name.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// ArgumentsBad for what is not percent-encoded properly, has control characters or is not UTF-8.
Result<Target> parse_target(std::string_view target);

/// For a query: everything but letters, digits and -._~ is escaped.
std::string percent_encoded(std::string_view text);

/// ASCII letters without regard to case.
bool equal_folded(std::string_view left, std::string_view right) noexcept;

}  // namespace kvp11::rest
