// AES, ChaCha20 and HMAC over raw keys. The functions are thread-safe; what they return is one caller's at a time
// and holds its own keyed context, so the key bytes may be wiped afterwards.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"

namespace kvp11::crypto {

enum class Direction : std::uint8_t { Encrypt, Decrypt };

/// Every scheme of AES, already started. KeySizeRange unless 16, 24 or 32 bytes; for AesXts unless 32 or 64 in two
/// different halves. start() of the result changes IV, AAD and lengths without a new key schedule.
/// AesCts, AesXts and AesCcm take one message in any pieces and put it out in finish().
Result<std::unique_ptr<Cipher>> aes_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);

/// The same, and those of ChaCha20 with 32 bytes.
Result<std::unique_ptr<Cipher>> secret_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);

/// IEEE 1619 and SP 800-38E: 256 or 512 bits, the halves different. KeySizeRange, AttributeValueInvalid.
Result<void> check_xts_key(const SecretBytes& key);

/// MechanismParamInvalid for a scheme that makes no IV and is asked for one (CipherAlgorithm::iv_inside).
Result<void> check_iv_outside(const CipherAlgorithm&);

/// Hmac (any key length), AesCmac or AesGmac. MechanismParamInvalid for an IV or a length of the MAC.
Result<std::unique_ptr<Mac>> mac(const SecretBytes& key, const SignatureAlgorithm&);

/// AesKw, AesKwp, AesCbcPad, AesGcm, AesCcm.
Result<Bytes> aes_wrap(const SecretBytes& key, const WrapAlgorithm&, const SecretMaterial&);
Result<SecretMaterial> aes_unwrap(const SecretBytes& key, const WrapAlgorithm&, ByteView wrapped);

}  // namespace kvp11::crypto
