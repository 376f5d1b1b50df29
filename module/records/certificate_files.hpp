// The certificate files of a slot: which there are, and what is in them. Functions; thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/certificate_facts.hpp"

namespace kvp11::records {

/// Which file, and as of when.
struct FileMark {
    std::string path;
    std::uint64_t device = 0;
    std::uint64_t number = 0;
    std::int64_t size = 0;
    std::int64_t changed = 0;  // nanoseconds
    bool operator==(const FileMark&) const = default;
};

/// The files that the patterns name now, in the order of patterns and then of names. A path without * and ? is there
/// whether it exists or not.
std::vector<FileMark> files_named(const std::vector<std::string>& patterns);

/// The certificates of a file in its order: of PEM every block, of DER the one. What is no certificate is passed over
/// and logged.
std::vector<crypto::CertificateFacts> certificates_in(const FileMark& file);

/// "web" of "/etc/kvp11/certs/web.pem".
std::string stem_of(const std::string& path);

}  // namespace kvp11::records
