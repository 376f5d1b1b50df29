// A certificate of a file as the record of a CKO_CERTIFICATE that nobody can change. Functions; thread-safe.
#pragma once

#include "crypto/certificate_facts.hpp"
#include "kvp11/key.hpp"

namespace kvp11::records {

/// Class and attributes by their numbers in PKCS#11, which are opaque to everything else in this room.
namespace number {
inline constexpr std::uint64_t certificate_class = 1;  // CKO_CERTIFICATE
}  // namespace number

enum class Category : std::uint8_t { Unspecified, TokenUser, Authority };  // CK_CERTIFICATE_CATEGORY_…

/// Its id is the beginning of its SHA-256 thumbprint: the same in all processes.
Record record_of_certificate(const crypto::CertificateFacts& certificate, Category category, Bytes id, Bytes label);
std::string id_of_certificate(const crypto::CertificateFacts& certificate);

}  // namespace kvp11::records
