// A folder of its own for a test, and an environment that names nothing outside it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "config/config.hpp"

class Workplace {
public:
    Workplace();
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    ~Workplace();

    /// Writes a file below the folder, with the folders above it.
    std::filesystem::path write(const std::string& name, std::string_view text) const;
    /// Reads `text` as kvp11.toml and gives the complaint about it, without the folder's name.
    std::string complaint(std::string_view text) const;
    /// Reads `text` as kvp11.toml, which must be right.
    kvp11::config::Configuration read(std::string_view text) const;

    std::filesystem::path folder;
};
