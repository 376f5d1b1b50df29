// Certificates of third parties and of the fixed keys (keys.hpp), in DER.
#pragma once

#include "support/bytes.hpp"

namespace kvp11::test {

/// GlobalSign Root CA (RSA-2048, 1998-09-01 to 2028-01-28), as CERT-M-1-32 of OASIS PKCS #11 Profiles 3.2 has it.
const Bytes& globalsign_root();
/// Self-signed for ec_numbers(Curve::P256), CN=kvp11 test, serial 129; made with OpenSSL 3.0 `req -x509`.
const Bytes& p256_certificate();
/// The SubjectPublicKeyInfo in it.
const Bytes& p256_public_key_info();

}  // namespace kvp11::test
