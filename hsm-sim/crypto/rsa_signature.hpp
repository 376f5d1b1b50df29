// RSA signatures: PKCS#1 v1.5 with and without a digest, PSS, raw. Of this room only.
#pragma once

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// `modulus` is n, big-endian without leading zeros; it outlives the call only by copy.
Result<std::unique_ptr<Signer>> rsa_signer(EVP_PKEY* key, const Bytes& modulus, const SignatureAlgorithm&);
Result<std::unique_ptr<Verifier>> rsa_verifier(EVP_PKEY* key, const Bytes& modulus, const SignatureAlgorithm&);

}  // namespace kvp11::crypto
