// EdDSA, pure and without context (RFC 8032 §5.1, §5.2): the message goes in whole. Of this room only.
#pragma once

#include <memory>

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

Result<std::unique_ptr<Signer>> eddsa_signer(EVP_PKEY* key, Curve curve);
Result<std::unique_ptr<Verifier>> eddsa_verifier(EVP_PKEY* key, Curve curve);

}  // namespace kvp11::crypto
