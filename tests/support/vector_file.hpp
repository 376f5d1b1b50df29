// Vectors as text: `name = value` lines in blocks that blank lines separate.
//
// A line `@name = value` holds for every block after it, until it is set again; `#` starts a
// comment. Values are hexadecimal bytes unless the reader of a field says otherwise.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "support/bytes.hpp"

namespace kvp11::test {

class Vector {
public:
    explicit Vector(std::map<std::string, std::string> fields) : fields_(std::move(fields)) {}

    bool has(const std::string& name) const;
    /// Throws std::runtime_error when the field is missing.
    const std::string& text(const std::string& name) const;
    Bytes bytes(const std::string& name) const { return from_hex(text(name)); }
    /// Empty bytes when the field is missing.
    Bytes bytes_or_none(const std::string& name) const;
    unsigned long number(const std::string& name) const { return std::stoul(text(name)); }
    const std::string& id() const { return text("id"); }

private:
    std::map<std::string, std::string> fields_;
};

std::vector<Vector> read_vectors(const std::filesystem::path& file);

}  // namespace kvp11::test
