// What an RSA signature was made of, taken out of it again (PKCS#11 2.40 mechanisms §2.1.6, §2.1.10). Public
// operations; thread-safe.
#pragma once

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// RsaPkcs1DigestInfo: what stands behind the padding of block type 1. RsaRaw: the whole block, as long as the modulus.
/// SignatureLenRange, SignatureInvalid; PublicKeyInvalid, AlgorithmNotSupported.
Result<Bytes> recover_signed(const PublicKey& key, SignatureScheme scheme, ByteView signature);

}  // namespace kvp11::crypto
