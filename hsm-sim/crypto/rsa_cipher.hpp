// RSA encryption as Ciphers, and key transport on top of them. Of this room only.
#pragma once

#include "crypto/handles.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// `modulus` is n, big-endian without leading zeros; it is copied.
Result<std::unique_ptr<Cipher>> rsa_encryptor(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm&);
Result<std::unique_ptr<Cipher>> rsa_decryptor(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm&);

Result<Bytes> rsa_wrap(EVP_PKEY* key, const Bytes& modulus, const WrapAlgorithm&, const SecretMaterial&);
Result<SecretMaterial> rsa_unwrap(EVP_PKEY* key, const Bytes& modulus, const WrapAlgorithm&, ByteView wrapped);

}  // namespace kvp11::crypto
