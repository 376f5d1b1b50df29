// The rows of the approved-mode policy. A service is approved when a row speaks of it and every row that speaks of it
// is satisfied. Of this room and its tests only; constants.
#pragma once

#include <span>

#include "fips/approved_mode.hpp"

namespace kvp11::fips {

/// One use of one key; at most one of the pointers is set, none for Use without an algorithm.
struct Service {
    Use use;
    const KeySpec& key;
    const SignatureAlgorithm* signature = nullptr;
    const CipherAlgorithm* cipher = nullptr;
    const WrapAlgorithm* wrapping = nullptr;
};

struct PolicyRow {
    const char* service;
    const char* rule;
    const char* source;
    bool names_scheme;  // the row makes a scheme approved; others only limit
    bool (*speaks_of)(const Service&);
    bool (*is_satisfied)(const Service&);
    Errc refusal;
};

std::span<const PolicyRow> policy_rows();

}  // namespace kvp11::fips
