// Certificates as JSON Web Keys, as the security domain's requests have them. Pure functions.
#pragma once

#include "crypto/x509.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// The certificate in x5c. ArgumentsBad, beginning with `which`, when there is none, it does not parse, is of another
/// kind than RSA, or other members contradict it.
Result<crypto::Certificate> certificate_of(const json::value& jwk, const std::string& which);

/// For wrapping: {"kty","key_ops","n","e","x5c","x5t","x5t#S256","alg","kid"}.
json::value wire_of(const crypto::Certificate& certificate);

}  // namespace kvp11::rest
