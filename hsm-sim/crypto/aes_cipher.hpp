// The ciphers behind symmetric.hpp, one maker per kind of stream. Of this room only.
#pragma once

#include <limits>

#include "crypto/handles.hpp"
#include "crypto/library.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {

/// Feeds any amount to a cipher context, whose lengths are ints.
bool feed_cipher(EVP_CIPHER_CTX* context, ByteView input, std::uint8_t* output, std::size_t& written);

/// Bytes that are left to a stream without a counter that could come back to zero.
inline constexpr std::uint64_t unlimited_stream = std::numeric_limits<std::uint64_t>::max();
/// A part of a message of a cipher that gives out as much as goes in; takes it off `left`. `output` may be `input`, or
/// lie across it. BufferTooSmall; where more goes in than is left, DataLenRange or
/// EncryptedDataLenRange.
Result<std::size_t> feed_stream(EVP_CIPHER_CTX* context, ByteView input, MutableBytes output, std::uint64_t& left);

/// A context with its key schedule made, its IV not yet set.
Result<EvpCipherCtx> keyed_context(const EVP_CIPHER* method, const SecretBytes& key, Direction direction);
Result<EvpCipherCtx> keyed_context(AesMode mode, const SecretBytes& key, Direction direction);

/// AesEcb, AesCbc, AesCbcPad.
Result<std::unique_ptr<Cipher>> block_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);
Result<std::unique_ptr<Cipher>> counter_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);
/// AesOfb, AesCfb8, AesCfb128, ChaCha20.
Result<std::unique_ptr<Cipher>> stream_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);
/// AesGcm, ChaCha20Poly1305.
Result<std::unique_ptr<Cipher>> aead_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);
/// AesCcm.
Result<std::unique_ptr<Cipher>> ccm_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);
/// AesCts, AesXts.
Result<std::unique_ptr<Cipher>> whole_message_cipher(const SecretBytes& key, const CipherAlgorithm&, Direction);

/// Whether writing to `output` while reading `input` from its start could change bytes not yet read:
/// they overlap, and not as one and the same place.
inline bool shifted_overlap(ByteView input, MutableBytes output) noexcept {
    const auto* in = input.data();
    const std::uint8_t* out = output.data();
    return in != out && in < out + output.size() && out < in + input.size();
}

}  // namespace kvp11::crypto
