// AES key wrap (RFC 3394, RFC 5649), and wrapping by what encrypts as well: padded CBC, GCM and CCM.
#include <algorithm>
#include <optional>

#include "crypto/aes_cipher.hpp"

namespace kvp11::crypto {
namespace {

Result<void> check_key(const SecretBytes& key, Errc code) {
    if (key.size() == 16 || key.size() == 24 || key.size() == 32) return {};
    return fail(code, "got an AES key of " + std::to_string(key.size()) + " bytes, want 16, 24 or 32");
}

Result<void> check_iv(const WrapAlgorithm& algorithm) {
    const std::size_t wanted = algorithm.scheme == WrapScheme::AesKw ? 8 : 4;
    if (algorithm.iv.empty() || algorithm.iv.size() == wanted) return {};
    return fail(Errc::MechanismParamInvalid, "got a key wrap IV of " + std::to_string(algorithm.iv.size()) +
                                                 " bytes, want none or " + std::to_string(wanted));
}

/// The one shot that EVP's wrap ciphers work in; an empty result is a refusal.
Result<SecretBytes> run_wrap(const SecretBytes& key, const WrapAlgorithm& algorithm, Direction direction,
                             ByteView input) {
    TRY(check_iv(algorithm));
    const AesMode mode = algorithm.scheme == WrapScheme::AesKw ? AesMode::Wrap : AesMode::WrapPad;
    EvpCipherCtx context(EVP_CIPHER_CTX_new());
    if (!context) return fail(Errc::DeviceMemory, "no memory for a key wrap");
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    const std::uint8_t* iv = algorithm.iv.empty() ? nullptr : algorithm.iv.data();
    if (EVP_CipherInit_ex2(context.get(), aes_method(mode, key.size()), key.expose_bytes().data(), iv,
                           direction == Direction::Encrypt ? 1 : 0, nullptr) != 1) {
        return openssl_failure("an AES key wrap");
    }
    SecretBytes output(input.size() + 16);
    std::size_t written = 0;
    if (!feed_cipher(context.get(), input, output.expose_writable().data(), written)) return SecretBytes();
    output.shrink(written);
    return output;
}

/// The cipher that does the wrapping, with that many bytes of key; none for the schemes that only wrap.
std::optional<CipherAlgorithm> cipher_of(const WrapAlgorithm& algorithm, std::size_t size) {
    CipherAlgorithm cipher{.scheme = CipherScheme::AesCbcPad,
                           .iv = algorithm.iv,
                           .aad = algorithm.aad,
                           .tag_length = algorithm.tag_length,
                           .data_length = size,
                           .iv_inside = algorithm.iv_inside};
    switch (algorithm.scheme) {
        case WrapScheme::AesCbcPad: return cipher;
        case WrapScheme::AesGcm: cipher.scheme = CipherScheme::AesGcm; return cipher;
        case WrapScheme::AesCcm: cipher.scheme = CipherScheme::AesCcm; return cipher;
        default: return std::nullopt;
    }
}

Result<Bytes> wrap_by_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm, const SecretMaterial& material) {
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, algorithm, Direction::Encrypt));
    const ByteView made_iv = cipher->made_iv();
    const std::size_t begin = made_iv.size();
    Bytes output(begin + cipher->output_bound(material.size()));
    std::copy(made_iv.begin(), made_iv.end(), output.begin());
    const MutableBytes room = MutableBytes(output).subspan(begin);
    const std::size_t first = TRY(cipher->update(material.expose_bytes(), room));
    const std::size_t last = TRY(cipher->finish(room.subspan(first)));
    output.resize(begin + first + last);
    return output;
}

/// Lengths that no wrapped key has.
Result<void> check_wrapped(const CipherAlgorithm& algorithm, std::size_t size) {
    const bool in_blocks = algorithm.scheme == CipherScheme::AesCbcPad;
    if (in_blocks ? size != 0 && size % 16 == 0 : size > algorithm.tag_length) return {};
    return fail(Errc::WrappedKeyLenRange, in_blocks ? "the wrapped key is no whole number of AES blocks"
                                                    : "the wrapped key is nothing but a tag");
}

Result<SecretMaterial> unwrap_by_cipher(const SecretBytes& key, const CipherAlgorithm& algorithm, ByteView wrapped) {
    TRY(check_wrapped(algorithm, wrapped.size()));
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, algorithm, Direction::Decrypt));
    SecretMaterial output(cipher->output_bound(wrapped.size()));
    const std::size_t first = TRY(cipher->update(wrapped, output.expose_writable()));
    const Result<std::size_t> last = cipher->finish(output.expose_writable().subspan(first));
    if (!last) return fail(Errc::WrappedKeyInvalid, "the wrapped key does not open with this key");
    output.shrink(first + *last);
    return output;
}

}  // namespace

Result<Bytes> aes_wrap(const SecretBytes& key, const WrapAlgorithm& algorithm, const SecretMaterial& material) {
    ErrorMark mark;
    TRY(check_key(key, Errc::WrappingKeySizeRange));
    if (const auto cipher = cipher_of(algorithm, material.size())) return wrap_by_cipher(key, *cipher, material);
    if (algorithm.scheme == WrapScheme::AesKw && (material.size() < 16 || material.size() % 8 != 0)) {
        return fail(Errc::KeySizeRange,
                    "AES key wrap takes 16 bytes or more in steps of 8, got " + std::to_string(material.size()));
    }
    if (algorithm.scheme == WrapScheme::AesKwp && material.empty()) {
        return fail(Errc::KeySizeRange, "there is nothing to wrap");
    }
    if (algorithm.scheme != WrapScheme::AesKw && algorithm.scheme != WrapScheme::AesKwp) {
        return fail(Errc::WrappingKeyTypeInconsistent, "an AES key does not wrap with RSA");
    }
    const SecretBytes wrapped = TRY(run_wrap(key, algorithm, Direction::Encrypt, material.expose_bytes()));
    if (wrapped.empty()) return fail(Errc::KeySizeRange, "the key cannot be wrapped");
    return copy_of(wrapped.expose_bytes());
}

Result<SecretMaterial> aes_unwrap(const SecretBytes& key, const WrapAlgorithm& algorithm, ByteView wrapped) {
    ErrorMark mark;
    TRY(check_key(key, Errc::UnwrappingKeySizeRange));
    const std::size_t without_tag = wrapped.size() - std::min(wrapped.size(), algorithm.tag_length);
    if (const auto cipher = cipher_of(algorithm, without_tag)) return unwrap_by_cipher(key, *cipher, wrapped);
    if (algorithm.scheme != WrapScheme::AesKw && algorithm.scheme != WrapScheme::AesKwp) {
        return fail(Errc::UnwrappingKeyTypeInconsistent, "an AES key does not unwrap with RSA");
    }
    const std::size_t least = algorithm.scheme == WrapScheme::AesKw ? 24 : 16;
    if (wrapped.size() < least || wrapped.size() % 8 != 0) {
        return fail(Errc::WrappedKeyLenRange, "got a wrapped key of " + std::to_string(wrapped.size()) +
                                                  " bytes, want " + std::to_string(least) + " or more in steps of 8");
    }
    SecretMaterial material = TRY(run_wrap(key, algorithm, Direction::Decrypt, wrapped));
    if (material.empty()) return fail(Errc::WrappedKeyInvalid, "the wrapped key does not open with this key");
    return material;
}

}  // namespace kvp11::crypto
