// Any PKCS#11 module, loaded by dlopen in the process that measures.
#pragma once

#include <filesystem>

#include "kvp11/pkcs11.h"
#include "target.hpp"

namespace kvp11::bench {

// A token in a folder of its own, as both kinds of module find it by their environment variables.
struct TokenFolder {
    std::filesystem::path folder;
    unsigned objects;
};

// Writes the configuration files and makes the token with its keys and objects; in a process of its
// own.
void make_token(const std::string& module, const TokenFolder& token);

class ModuleTarget final : public Target {
public:
    ModuleTarget(std::string module, TokenFolder token);
    std::vector<Job> prepare(const Operation& operation) override;

private:
    std::string module_;
    TokenFolder token_;
};

}  // namespace kvp11::bench
