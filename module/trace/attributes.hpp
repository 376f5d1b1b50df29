// Templates in the trace. What is known to be no secret is written, of all other attributes only the size:
// CKA_VALUE and the private components never have more, and a vendor's attribute may be anything.
#pragma once

#include "trace/line.hpp"

namespace kvp11::trace {

/// What of a template may be read.
enum class Template {
    Given,   // by the caller: types and values
    Wanted,  // from the caller: types and the room for each value
    Filled,  // by the module: types and what it wrote
};

void write_template(Line& line, const CK_ATTRIBUTE* attributes, CK_ULONG count, Template what);

}  // namespace kvp11::trace
