// Files of the server: read whole, or replaced as a whole. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::server {

/// At most 1 MiB. FileUnreadable with the file's name and the reason.
Result<std::string> read_text(const std::string& path);
/// The first line, wiped after use: a PIN.
Result<SecretBytes> read_secret_line(const std::string& path);

bool exists(const std::string& path);
/// With the folders above it, mode 0700. AccessDenied.
Result<void> make_private_folder(const std::string& path);
/// Mode 0600, or 0644 for what everybody may read. Whoever reads it sees the old or the new one. AccessDenied.
enum class Readers : bool { Owner, Everybody };
Result<void> replace_file(const std::string& path, std::string_view content, Readers readers = Readers::Owner);

}  // namespace kvp11::server
