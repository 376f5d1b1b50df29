// Text for a terminal: rows of a name and a value, tables with columns, and nothing that a terminal would obey.
// Pure functions.
#pragma once

#include <string>
#include <vector>

namespace kvp11::tools {

/// Names and labels come from callers; control characters have no business on a terminal.
std::string printable(std::string text);
/// "signing-key   value\n" with the value in a column of its own.
std::string named_row(const std::string& name, const std::string& value);
std::string joined(const std::vector<std::string>& words, const std::string& between = ", ");

/// Columns as wide as their widest cell, the last one as it comes; nothing is cut off.
std::string columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace kvp11::tools
