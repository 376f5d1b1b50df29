// The file in which a key travels to a Managed HSM ("bring your own key"): JSON around material that is wrapped for a
// key exchange key of the receiving HSM. Pure functions but for the random part.
#pragma once

#include <string>

#include "kvp11/algorithm.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::partition {

struct TransferBlob {
    KeyId exchange_key;     // from the kid; without version: its latest
    std::string generator;  // what made it
    Bytes wrapped;          // RSA-OAEP-SHA1 of an AES key, then AES-KWP of the material under that key
};

/// WrappedKeyInvalid unless it is a whole blob of schema 1.0.0.
Result<TransferBlob> parse_transfer_blob(const std::string& json);
/// Material (PKCS#8 for RSA and EC, raw bytes else) for the exchange key of this key identifier, an URL such as
/// https://contoso.managedhsm.azure.net/keys/exchange/0123456789abcdef0123456789abcdef. ArgumentsBad for another kid.
Result<std::string> make_transfer_blob(const PublicKey& exchange_key, const std::string& kid,
                                       const SecretMaterial& material);

/// CKM_RSA_AES_KEY_WRAP as the blob's material is wrapped.
WrapAlgorithm transfer_wrapping();

}  // namespace kvp11::partition
