// The versions of the REST API in their order, so that an answer can leave out what a version does not know yet.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace kvp11::rest {

enum class ApiVersion : std::uint8_t { V7_0, V7_1, V7_2, V7_3, V7_4, V7_5, V7_6, V2025_07_01, Newer };

/// A preview counts as the version that it became; 7.4-preview.1 as 7.4. A name that is not known is Newer.
ApiVersion api_version_named(std::string_view name) noexcept;

}  // namespace kvp11::rest
