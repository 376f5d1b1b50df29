// Between a certificate object and the certificate: what the token room needs to complete one, without touching
// ASN.1 itself. Functions over values; thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "kvp11/bytes.hpp"

namespace kvp11::mechanism {

/// What an X.509 certificate says of itself, in DER.
struct CertificateParts {
    Bytes subject;
    Bytes issuer;
    Bytes serial;
    Bytes public_key_info;
    std::optional<std::int64_t> not_before;  // Unix seconds
    std::optional<std::int64_t> not_after;   // none also where the certificate has no defined end
};

/// None for bytes that are no DER certificate.
std::optional<CertificateParts> certificate_parts(ByteView der);

/// CKA_CHECK_VALUE of a certificate: the first three bytes of its SHA-1 (PKCS#11 3.2 §4.6.2).
Bytes certificate_check_value(ByteView value);

}  // namespace kvp11::mechanism
