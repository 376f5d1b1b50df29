// JsonLine: writes one JSON object on one line into a text that its owner keeps.
//
// Whatever the strings hold, the line stays one line of valid UTF-8: control characters are escaped, bytes that
// are no UTF-8 become U+FFFD, and a string stops at most_text bytes, so a hostile client cannot grow the log at will.
// Names are written as they are. A value; one thread's at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kvp11::audit {

class JsonLine {
public:
    static constexpr std::size_t most_text = 1024;

    explicit JsonLine(std::string& text, std::size_t longest = most_text) : text_(text), longest_(longest) {}

    JsonLine& begin();
    JsonLine& begin(std::string_view name);
    JsonLine& end();
    JsonLine& field(std::string_view name, std::string_view value);
    JsonLine& field(std::string_view name, std::uint64_t value);
    JsonLine& flag(std::string_view name, bool value);
    /// Nothing when the value is empty.
    JsonLine& present(std::string_view name, std::string_view value);
    /// "2026-11-22T06:53:28.123456Z".
    JsonLine& time(std::string_view name, std::int64_t microseconds);

private:
    void name(std::string_view name);
    void escaped(std::string_view value);

    std::string& text_;
    std::size_t longest_;
};

/// Microseconds since 1970 of a time as JsonLine writes it; 0 of anything else.
std::int64_t microseconds_of(std::string_view time);

}  // namespace kvp11::audit
