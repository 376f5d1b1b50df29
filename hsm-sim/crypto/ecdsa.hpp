// ECDSA with signatures r || s, as PKCS#11 and JWS want them. Of this room only.
#pragma once

#include <memory>

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// A context ready to verify with the key; copies of it are cheaper than new ones.
Result<EvpPkeyCtx> ecdsa_context(EVP_PKEY* key);

/// The pair as signers use it, all of them the same one, from any threads. EVP_PKEY_sign() would want a context for
/// each, and encodes a signature twice that then has to be taken apart.
Result<std::shared_ptr<EC_KEY>> ecdsa_key(EVP_PKEY* key);

std::unique_ptr<Signer> ecdsa_signer(std::shared_ptr<EC_KEY> key, Curve curve);
Result<std::unique_ptr<Verifier>> ecdsa_verifier(const EVP_PKEY_CTX* ready, Curve curve);

}  // namespace kvp11::crypto
