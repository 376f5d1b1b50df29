// A TOML document as plain values with their places, so that toml++ stays in one translation unit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::config {

struct Place {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

enum class NodeType : std::uint8_t { Text, Integer, Float, Boolean, Moment, List, Table };

struct Entry;

struct Node {
    NodeType type = NodeType::Table;
    Place place;
    std::string text;            // of a Text
    std::int64_t integer = 0;    // of an Integer
    double number = 0;           // of an Integer or a Float
    bool truth = false;          // of a Boolean
    std::vector<Node> items;     // of a List
    std::vector<Entry> entries;  // of a Table, in the order of the file
};

struct Entry {
    std::string key;
    Place place;
    Node value;
};

/// Reads a file of at most 1 MiB. The root is a Table.
[[nodiscard]] Result<Node> read_toml(const std::filesystem::path& file);

/// `file:line:column: key: text`, the form of every complaint.
[[nodiscard]] Failure mistake(const std::filesystem::path& file, Place place, std::string_view key,
                              std::string_view text);

}  // namespace kvp11::config
