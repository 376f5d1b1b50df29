// CertificateKeeper: a Backend that adds the certificates of files (a slot's `certificates`) to another one, as records
// that nobody can change: ActionProhibited. Each takes the CKA_ID and label of the key with its public key.
//
// Owns the backend below. Thread-safe and fork-safe as that is.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"

namespace kvp11::records {

/// `certificates`: absolute paths of PEM or DER files, may hold * and ?. Without any, the backend itself.
std::unique_ptr<Backend> with_certificates(std::unique_ptr<Backend> below, std::vector<std::string> certificates);

}  // namespace kvp11::records
