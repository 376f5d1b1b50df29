#include "audit/audit_record.hpp"

#include <array>

namespace kvp11::audit {
namespace {

constexpr std::array<std::string_view, 3> names = {"off", "management", "all"};

}  // namespace

std::string_view name_of(Level level) noexcept { return names[static_cast<std::size_t>(level)]; }

std::optional<Level> level_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Level>(i);
    }
    return std::nullopt;
}

}  // namespace kvp11::audit
