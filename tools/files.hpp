// Reading and writing whole files, without ever replacing one. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::tools {

/// A file of at most 1 MiB (a backup: `limit`). FileUnreadable with the file's name and the reason.
Result<std::string> read_text(const std::string& path, std::size_t limit = 1 << 20);
/// The same, wiped after use: keys and PINs.
Result<SecretBytes> read_secret(const std::string& path);

/// ArgumentsBad when the file exists, or its folder does not; before the work that would be lost.
Result<void> check_new_file(const std::string& path);
/// Writes a file that did not exist, mode 0600, synced; ArgumentsBad when it exists. A file that
/// could not be written whole is removed again.
Result<void> write_new_file(const std::string& path, std::string_view content);

}  // namespace kvp11::tools
