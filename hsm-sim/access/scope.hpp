// Scope: where an assignment counts. "/" holds all, "/keys" all keys, "/keys/NAME" the versions of one key.
// A value that views the text it was read from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::access {

struct Scope {
    enum class Level : std::uint8_t { Root, Keys, Key };
    Level level = Level::Root;
    std::string_view key;  // of Level::Key, as it was written

    /// As assignments keep it.
    [[nodiscard]] std::string text() const;
};

/// Nothing for a text that is no scope, or names what no key can be called. Letters in either case.
[[nodiscard]] std::optional<Scope> scope_named(std::string_view text) noexcept;

}  // namespace kvp11::access
