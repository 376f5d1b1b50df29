// ECDSA with signatures r || s, as PKCS#11 and JWS want them. Of this room only.
#pragma once

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// A context ready to sign (or to verify) with the key; copies of it are cheaper than new ones.
Result<EvpPkeyCtx> ecdsa_context(EVP_PKEY* key, bool signing);

Result<std::unique_ptr<Signer>> ecdsa_signer(const EVP_PKEY_CTX* ready, Curve curve);
Result<std::unique_ptr<Verifier>> ecdsa_verifier(const EVP_PKEY_CTX* ready, Curve curve);

}  // namespace kvp11::crypto
