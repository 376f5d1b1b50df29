#include "rest/api_version.hpp"

#include <array>
#include <utility>

namespace kvp11::rest {
namespace {

constexpr auto names = std::to_array<std::pair<std::string_view, ApiVersion>>({
    {"7.0", ApiVersion::V7_0},
    {"7.1", ApiVersion::V7_1},
    {"7.2", ApiVersion::V7_2},
    {"7.3", ApiVersion::V7_3},
    {"7.4", ApiVersion::V7_4},
    {"7.5", ApiVersion::V7_5},
    {"7.6", ApiVersion::V7_6},
    {"2025-06-01", ApiVersion::V2025_07_01},
    {"2025-07-01", ApiVersion::V2025_07_01},
});

}  // namespace

ApiVersion api_version_named(std::string_view name) noexcept {
    name = name.substr(0, name.find("-preview"));
    for (const auto& [known, version] : names) {
        if (name == known) return version;
    }
    return ApiVersion::Newer;
}

}  // namespace kvp11::rest
