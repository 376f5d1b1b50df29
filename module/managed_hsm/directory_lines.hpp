// The lines of the directory's file: JSON objects, one a line, so that what is damaged costs one line and what is new
// is appended. docs/remote-lookup.md describes them. Functions over values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "managed_hsm/directory_knowledge.hpp"

namespace kvp11::managed_hsm {

/// The first line. `listed`: when the list was begun whose `count` keys follow; 0: there is none. `mark` is no other
/// file's.
struct HeaderLine {
    std::string host;
    Moment listed = 0;
    std::int64_t count = 0;
    std::string mark;
};
/// One key of that list.
struct ListLine {
    ListedKey key;
};
struct RecordLine {
    KeyRecord record;  // faces and protection follow from the rest and are not written
    bool is_latest = true;
    Moment asked = 0;
};
struct VersionsLine {
    std::string name;
    std::vector<ListedKey> versions;
    Moment asked = 0;
};
struct GoneLine {
    KeyId id;
    Moment when = 0;
};
/// A key of a kind that we cannot use, as long as these times are its own.
struct UnsupportedLine {
    std::string name;
    std::int64_t created = 0;
    std::int64_t updated = 0;
    Moment when = 0;
};
using Line = std::variant<HeaderLine, ListLine, RecordLine, VersionsLine, GoneLine, UnsupportedLine>;

/// With its line feed.
std::string line_text(const Line& line);
/// Nothing when it is damaged, or of a kind that a later kvp11 writes.
std::optional<Line> line_in(std::string_view text);

}  // namespace kvp11::managed_hsm
