// Between the components of a private key and its transport encoding (PKCS#8 DER). Thread-safe functions.
#pragma once

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// Big-endian integers as PKCS#1 names them. n, e and d are required by pack; the CRT values may be
/// empty, then they are computed.
struct RsaComponents {
    Bytes n;
    Bytes e;
    SecretBytes d, p, q, dp, dq, qi;
};
Result<SecretMaterial> pack_rsa(const RsaComponents& components);
Result<RsaComponents> expose_rsa(const SecretMaterial& pkcs8);

/// The scalar, curve_size bytes (leading zeros may be missing on input); of Edwards and Montgomery curves the private
/// octets, exactly curve_size. The public half is computed. AttributeValueInvalid.
Result<SecretMaterial> pack_ec(Curve curve, const SecretBytes& scalar);
Result<SecretBytes> expose_ec_scalar(const SecretMaterial& pkcs8);

}  // namespace kvp11::crypto
