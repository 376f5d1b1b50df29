// What an X.509 certificate says, whether or not its key is of a kind that is known here. Functions over values;
// thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// The parts that PKCS#11 has attributes for. DER each.
struct CertificateFacts {
    Bytes der;
    Bytes subject;                           // Name
    Bytes issuer;                            // Name
    Bytes serial;                            // INTEGER
    Bytes public_key_info;                   // SubjectPublicKeyInfo
    std::optional<std::int64_t> not_before;  // Unix seconds
    std::optional<std::int64_t> not_after;   // none: 9999-12-31, which RFC 5280 has for "no well-defined date"
    bool is_authority = false;               // its basic constraints say CA
    std::optional<PublicKey> key;            // none: of a kind that is unknown here
};

/// PEM or DER, up to 1 MiB. FileUnreadable with a plain sentence when it is neither.
Result<CertificateFacts> certificate_facts(ByteView pem_or_der);

}  // namespace kvp11::crypto
