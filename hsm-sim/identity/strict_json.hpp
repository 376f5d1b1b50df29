// JSON objects from strangers: not long, not deep, and no name twice. Thread-safe functions.
//
// Of a name that is there twice, one reader takes the first and another the last value; a token must not mean two
// things.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "kvp11/result.hpp"

namespace kvp11::identity {

/// DataInvalid with a sentence that holds nothing of the text.
Result<boost::json::object> parse_object(std::string_view text);

/// Empty when there is no such member, or it is no string.
std::string_view text_in(const boost::json::object& object, std::string_view name) noexcept;
/// Seconds; clients write them with a fraction too. Nothing when it is no number between 1970 and 2500.
std::optional<std::int64_t> time_in(const boost::json::object& object, std::string_view name) noexcept;
/// Null when there is none of this kind.
const boost::json::object* object_in(const boost::json::object& object, std::string_view name) noexcept;
const boost::json::array* array_in(const boost::json::object& object, std::string_view name) noexcept;

/// For sentences: between quotes, shortened, and without what could forge a line of a log.
std::string quoted(std::string_view text);

}  // namespace kvp11::identity
