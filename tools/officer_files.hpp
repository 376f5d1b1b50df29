// The officers' files: certificates, and private keys with a same-named .cer beside each.
// Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "kvp11/result.hpp"
#include "partition/security_domain.hpp"

namespace kvp11::tools {

/// FileUnreadable with the file's name.
Result<crypto::Certificate> read_certificate(const std::string& path);
Result<std::vector<crypto::Certificate>> read_certificates(const std::vector<std::string>& paths);

/// PEM private keys; k1.pem belongs to the certificate k1.cer. `passwords` are none or one for each
/// key, an empty one where a key has none; a key that is encrypted and has none here is asked for
/// on the terminal.
Result<std::vector<partition::OfficerKey>> read_officers(const std::vector<std::string>& key_paths,
                                                         const std::vector<std::string>& passwords);

}  // namespace kvp11::tools
