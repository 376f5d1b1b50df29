// Ciphers whose key is at the service: RSA decryption, AES-CBC and AES-GCM. One caller's at a time.
//
// The service takes a message in one piece, so they gather what update() gives them and send it with finish(): at most
// most_gathered bytes, DataLenRange or EncryptedDataLenRange beyond.
#pragma once

#include <memory>

#include "managed_hsm/remote_service.hpp"
#include "managed_hsm/secret_size.hpp"

namespace kvp11::managed_hsm {

inline constexpr std::size_t most_gathered = std::size_t{1} << 20;

enum class Direction : std::uint8_t { Encrypt, Decrypt };

/// MechanismParamInvalid, AlgorithmNotSupported.
Result<std::unique_ptr<Cipher>> remote_rsa_decryptor(const RemoteService& service, KeyRecordPtr key,
                                                     const CipherAlgorithm& algorithm);
Result<std::unique_ptr<Cipher>> remote_aes_cipher(const RemoteService& service, KeyRecordPtr key,
                                                  std::shared_ptr<SecretSize> size, const CipherAlgorithm& algorithm,
                                                  Direction direction);

}  // namespace kvp11::managed_hsm
