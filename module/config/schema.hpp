// Rows that say which keys a table may hold, and the one routine that reads a table by its rows.
//
// A row checks its value's type, choices and range, then stores it. What a setter finds wrong it
// returns as a sentence; place and key are put before it here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml_tree.hpp"
#include "kvp11/result.hpp"

namespace kvp11::config {

enum class ValueType : std::uint8_t { Text, Integer, Number, Boolean, Texts };

using Problem = std::optional<std::string>;

struct KeyFacts {
    std::string_view key;
    ValueType type = ValueType::Text;
    std::string_view example;        // the right-hand side of a correct line
    std::string_view only_for = {};  // the kind of table that may hold it; empty: every kind
    bool required = false;
    std::span<const std::string_view> choices = {};
    std::int64_t least = 0;  // of an Integer
    std::int64_t most = 0;
    /// Set: the key is not taken, and this says what to write instead. No list of keys names it.
    std::string_view refusal = {};
};

template <class Target>
struct KeyRow {
    KeyFacts facts;
    Problem (*store)(Target& target, const Node& value, const std::filesystem::path& file);
};

/// A table being read: `[log]`, or one `[[slot]]` whose kind is its backend.
struct Section {
    const std::filesystem::path& file;
    std::string_view name;
    std::string_view kind;
};

[[nodiscard]] std::string_view spoken(NodeType type);
/// Whether a list of the keys that may stand here has this one.
[[nodiscard]] bool is_offered(const Section& section, const KeyFacts& facts);
[[nodiscard]] Result<void> check_value(const Section& section, const KeyFacts& facts, const Entry& entry);
[[nodiscard]] Failure unknown_key(const Section& section, const Entry& entry, std::span<const std::string_view> known);
[[nodiscard]] Result<void> check_required(const Section& section, const KeyFacts& facts, const Node& table);
[[nodiscard]] std::string full_key(const Section& section, std::string_view key);

template <class Target>
[[nodiscard]] Result<void> read_table(const Section& section, std::span<const KeyRow<Target>> rows, const Node& table,
                                      Target& target) {
    for (const auto& entry : table.entries) {
        const auto row =
            std::find_if(rows.begin(), rows.end(), [&](const KeyRow<Target>& r) { return r.facts.key == entry.key; });
        if (row == rows.end()) {
            std::vector<std::string_view> known;
            for (const auto& r : rows)
                if (is_offered(section, r.facts)) known.push_back(r.facts.key);
            return unknown_key(section, entry, known);
        }
        TRY(check_value(section, row->facts, entry));
        if (const auto problem = row->store(target, entry.value, section.file))
            return mistake(section.file, entry.value.place, full_key(section, entry.key), *problem);
    }
    for (const auto& row : rows) TRY(check_required(section, row.facts, table));
    return {};
}

}  // namespace kvp11::config
