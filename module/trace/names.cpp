#include "trace/names.hpp"

namespace kvp11::trace {
namespace {

#define KVP11_CONSTANT(name) {#name, name},
constexpr Constant rows[] = {
#include "trace/constants.inc"
};
#undef KVP11_CONSTANT

bool begins_with_one_of(std::string_view name, std::string_view prefixes) noexcept {
    while (!prefixes.empty()) {
        const std::size_t end = std::min(prefixes.find(' '), prefixes.size());
        if (name.starts_with(prefixes.substr(0, end))) return true;
        prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
    }
    return false;
}

}  // namespace

std::span<const Constant> constants() noexcept { return rows; }

std::string_view name_of(std::string_view prefixes, CK_ULONG value) noexcept {
    for (const Constant& row : rows) {
        if (row.value == value && begins_with_one_of(row.name, prefixes)) return row.name;
    }
    return {};
}

}  // namespace kvp11::trace
