#include "crypto/symmetric.hpp"

#include <algorithm>

#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {

bool feed_cipher(EVP_CIPHER_CTX* context, ByteView input, std::uint8_t* output, std::size_t& written) {
    constexpr std::size_t most_at_once = std::size_t{1} << 30;
    while (!input.empty()) {
        const ByteView piece = input.first(std::min(input.size(), most_at_once));
        int count = 0;
        std::uint8_t* place = output == nullptr ? nullptr : output + written;
        if (EVP_CipherUpdate(context, place, &count, piece.data(), static_cast<int>(piece.size())) != 1) return false;
        written += static_cast<std::size_t>(count);
        input = input.subspan(piece.size());
    }
    return true;
}

Result<std::size_t> feed_stream(EVP_CIPHER_CTX* context, ByteView input, MutableBytes output, std::uint64_t& left) {
    if (output.size() < input.size()) return fail(Errc::BufferTooSmall, "the output of a cipher does not fit");
    if (input.size() > left) {
        const bool encrypts = EVP_CIPHER_CTX_is_encrypting(context) == 1;
        return fail(encrypts ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                    "the counter would wrap around and repeat");
    }
    if (input.empty()) return std::size_t{0};
    if (shifted_overlap(input, output.first(input.size()))) {
        const SecretBytes apart = SecretBytes::copy_of(input);
        return feed_stream(context, apart.expose_bytes(), output, left);
    }
    std::size_t written = 0;
    if (!feed_cipher(context, input, output.data(), written)) return openssl_failure("a stream cipher");
    if (left != unlimited_stream) left -= input.size();
    return written;
}

Result<EvpCipherCtx> keyed_context(AesMode mode, const SecretBytes& key, Direction direction) {
    return keyed_context(aes_method(mode, key.size()), key, direction);
}

Result<EvpCipherCtx> keyed_context(const EVP_CIPHER* method, const SecretBytes& key, Direction direction) {
    EvpCipherCtx context(EVP_CIPHER_CTX_new());
    if (!context) return fail(Errc::DeviceMemory, "no memory for a cipher context");
    const int encrypt = direction == Direction::Encrypt ? 1 : 0;
    if (EVP_CipherInit_ex2(context.get(), method, key.expose_bytes().data(), nullptr, encrypt, nullptr) != 1) {
        return openssl_failure("a key schedule");
    }
    return context;
}

Result<void> check_iv_outside(const CipherAlgorithm& algorithm) {
    if (!algorithm.iv_inside) return {};
    return fail(Errc::MechanismParamInvalid, "only AES-GCM encryption makes its IV inside");
}

Result<std::unique_ptr<Cipher>> aes_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                           Direction direction) {
    ErrorMark mark;
    if (algorithm.scheme == CipherScheme::AesXts) return whole_message_cipher(key, algorithm, direction);
    if (key.size() != 16 && key.size() != 24 && key.size() != 32) {
        return fail(Errc::KeySizeRange,
                    "got an AES key of " + std::to_string(key.size()) + " bytes, want 16, 24 or 32");
    }
    switch (algorithm.scheme) {
        case CipherScheme::AesEcb:
        case CipherScheme::AesCbc:
        case CipherScheme::AesCbcPad: return block_cipher(key, algorithm, direction);
        case CipherScheme::AesCtr: return counter_cipher(key, algorithm, direction);
        case CipherScheme::AesGcm: return aead_cipher(key, algorithm, direction);
        case CipherScheme::AesOfb:
        case CipherScheme::AesCfb8:
        case CipherScheme::AesCfb128: return stream_cipher(key, algorithm, direction);
        case CipherScheme::AesCts: return whole_message_cipher(key, algorithm, direction);
        case CipherScheme::AesCcm: return ccm_cipher(key, algorithm, direction);
        default: return fail(Errc::KeyTypeInconsistent, "an AES key does not do this");
    }
}

Result<std::unique_ptr<Cipher>> secret_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm,
                                              Direction direction) {
    const bool is_stream = algorithm.scheme == CipherScheme::ChaCha20;
    if (!is_stream && algorithm.scheme != CipherScheme::ChaCha20Poly1305) return aes_cipher(key, algorithm, direction);
    ErrorMark mark;
    if (key.size() != 32) {
        return fail(Errc::KeySizeRange, "got a ChaCha20 key of " + std::to_string(key.size()) + " bytes, want 32");
    }
    return is_stream ? stream_cipher(key, algorithm, direction) : aead_cipher(key, algorithm, direction);
}

}  // namespace kvp11::crypto
