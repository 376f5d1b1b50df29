// The RSA key of a test authority, in a file that only its owner can read. It is not encrypted: who can read it can
// make tokens, which is what a test authority is for. Thread-safe functions, also among processes.
#pragma once

#include <memory>
#include <string>

#include "crypto/asymmetric.hpp"

namespace kvp11::identity {

/// The key in folder/name (PKCS#8 DER), made with the folder when there is none. Processes that do so at once get the
/// same key, and one that dies leaves none or a whole one. FileUnreadable for what is no such key.
Result<std::shared_ptr<const crypto::PrivateHalf>> open_signing_key(const std::string& folder, const std::string& name);

}  // namespace kvp11::identity
