// Integrity of the file that holds this code: libkvp11.so, or the executable that it is linked into. An
// HMAC-SHA-256 of the whole file is compared with the sidecar beside it, `<file>.hmac`: 64 hexadecimal digits,
// written when the file was built (kvp11-integrity).
//
// The key is fixed and published: this finds damage (a bad disk, a copy cut off, a file changed after it was
// built) and stops no attacker, who can write a new sidecar as well. Thread-safe functions.
#pragma once

#include <string>

#include "kvp11/result.hpp"

namespace kvp11::fips {

enum class Integrity : std::uint8_t { Matches, NotChecked, Differs };

struct IntegrityReport {
    Integrity outcome = Integrity::NotChecked;
    std::string file;
    std::string reason;  // empty when it matches
};

/// Of our own file, at power-on: once per process, after the self-tests. Differs enters the error state; what
/// NotChecked means depends on the mode (error_state.hpp).
const IntegrityReport& library_integrity();

/// A missing sidecar or an unreadable file is NotChecked; a sidecar that is no code Differs.
IntegrityReport check_integrity(const std::string& file);
/// What belongs into the sidecar of this file. FileUnreadable.
Result<std::string> integrity_code(const std::string& file);
std::string integrity_sidecar(const std::string& file);

}  // namespace kvp11::fips
