// What binds a backup to its security domain: a mark by which a partition knows its own domain's backups, and keys
// that only partitions of the domain have. docs/storage-format.md has the bytes. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::partition {

/// Each kind has a content key of its own, so that none is taken for another.
enum class BackupKind : std::uint8_t { FullFormat1, Full, Key };

Failure invalid_backup(const std::string& why);
Failure foreign_backup();

/// 16 bytes that tell domains apart and nothing of their keys. The last 4 check the others, so that a damaged mark
/// is not taken for another domain's.
Result<Bytes> domain_mark(const SecretBytes& domain_key);
/// BackupForeign for another domain's mark, BackupInvalid for what is none.
Result<void> check_domain_mark(const SecretBytes& domain_key, ByteView mark);
/// The name of a domain in full backups of format 1, 32 hex digits.
Result<std::string> domain_name_of_format_1(const SecretBytes& domain_key);

/// A compact JWE whose header is that of the service's key backups.
Result<std::string> seal_backup(BackupKind kind, const SecretBytes& domain_key, const SecretBytes& plain);
/// The same with the domain's mark as its IV, which unseal_marked_backup() looks at first. The plain text must begin
/// with 16 random bytes: enciphered, they are to the rest what a random IV would be (SP 800-38A, appendix C).
Result<std::string> seal_marked_backup(BackupKind kind, const SecretBytes& domain_key, const SecretBytes& plain);
/// BackupInvalid when it was changed or cut short.
Result<SecretBytes> unseal_backup(BackupKind kind, const SecretBytes& domain_key, std::string_view compact);
/// BackupForeign as well.
Result<SecretBytes> unseal_marked_backup(BackupKind kind, const SecretBytes& domain_key, std::string_view compact);

}  // namespace kvp11::partition
