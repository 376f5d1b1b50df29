// Small files with secrets: client secrets, keys, federated tokens. Thread-safe.
#pragma once

#include <string>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::credential {

/// A regular file of no more than `most_bytes`, whole. FileUnreadable with path and reason.
Result<SecretBytes> read_secret_file(const std::string& path, std::size_t most_bytes = 64U << 10U);
/// The same without the blanks and line ends around it, which editors and `echo` leave. FileUnreadable when nothing is
/// left.
Result<SecretBytes> read_secret_word(const std::string& path, std::size_t most_bytes = 64U << 10U);

/// Without blanks and line ends around it.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace kvp11::credential
