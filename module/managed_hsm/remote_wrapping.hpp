// Wrapping and unwrapping with a key at the service. What is wrapped is material that the caller holds; what comes out
// goes to the caller. Thread-safe functions.
#pragma once

#include "managed_hsm/remote_service.hpp"
#include "managed_hsm/secret_size.hpp"

namespace kvp11::managed_hsm {

/// With a secret key: RFC 3394, RFC 5649 (API version 7.6), AES-CBC with padding.
Result<Bytes> wrap_with_secret(const RemoteService& service, const KeyRecord& key, SecretSize& size,
                               const WrapAlgorithm& algorithm, const SecretMaterial& material);
Result<SecretMaterial> unwrap_with_secret(const RemoteService& service, const KeyRecord& key, SecretSize& size,
                                          const WrapAlgorithm& algorithm, ByteView wrapped);
/// With the private half of an RSA key: RSA1_5, OAEP; of RsaAesKeyWrap the first part there and the rest here.
Result<SecretMaterial> unwrap_with_rsa(const RemoteService& service, const KeyRecord& key,
                                       const WrapAlgorithm& algorithm, ByteView wrapped);

}  // namespace kvp11::managed_hsm
