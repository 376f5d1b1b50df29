// The two JSON files of the security-domain ceremony as values: what `security-domain download`
// writes and what `security-domain upload` takes. Format only; nothing here decrypts. The formats
// are Azure Managed HSM's (docs/security-domain.md), names and order of the members included.
//
// Values and pure functions; thread-safe.
#pragma once

#include <string>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::partition {

/// One secret of the partition, encrypted under a key derived for its tag.
struct SealedDatum {
    std::string tag;
    std::string compact_jwe;
};

/// One share (or the whole) of the key that the data keys derive from, encrypted to one
/// certificate.
struct SealedKey {
    std::string enc_key;  // compact JWE
    std::string x5t_256;  // base64url of the certificate's SHA-256
};

struct SecurityDomainFile {
    std::vector<SealedDatum> data;
    std::vector<SealedKey> shares;
    unsigned quorum = 0;
};

struct RestoreBlobFile {
    std::vector<SealedDatum> data;
    SealedKey wrapped_key;
};

std::string to_json(const SecurityDomainFile& file);
std::string to_json(const RestoreBlobFile& file);

/// SecurityDomainInvalid, saying which member is missing, of the wrong type or out of range.
Result<SecurityDomainFile> parse_security_domain_file(const std::string& json);
Result<RestoreBlobFile> parse_restore_blob_file(const std::string& json);

}  // namespace kvp11::partition
