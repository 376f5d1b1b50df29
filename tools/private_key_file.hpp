// Private keys in PEM files, encrypted or not. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "crypto/x509.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::tools {

/// A key that is encrypted is opened with `password`; with an empty one it is asked for on the terminal.
/// FileUnreadable with the file's name.
Result<std::shared_ptr<const crypto::PrivateHalf>> read_private_key(const std::string& path,
                                                                    const SecretBytes& password);

}  // namespace kvp11::tools
