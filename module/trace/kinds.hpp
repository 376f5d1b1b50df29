// What the arguments of the C functions mean, as a table of the types and names that the header gives them. A
// new function needs a row only if one of its parameters means something that its type does not say.
#pragma once

#include "trace/arguments.hpp"
#include "trace/line.hpp"

namespace kvp11::trace {

/// Writes what argument `at` is. Null where there is nothing to write.
using ArgumentWriter = void (*)(Line& line, const Arguments& arguments, std::size_t at);

struct Kind {
    std::size_t width;      // how many arguments belong together: 2 for a pointer with its length
    bool follows;           // whether `before` reads what a pointer points to
    ArgumentWriter before;  // the call
    ArgumentWriter after;   // a call that went well
    ArgumentWriter partly;  // after one that says CKR_BUFFER_TOO_SMALL or why an attribute cannot be read
};

/// Null if no row says what argument `at` is, which the tests do not let happen.
[[nodiscard]] const Kind* kind_of(const Arguments& arguments, std::size_t at) noexcept;

}  // namespace kvp11::trace
