// AES key wrap (RFC 3394, RFC 5649) and wrapping with padded CBC.
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

CipherAlgorithm padded_cbc(const WrapAlgorithm& algorithm) {
    CipherAlgorithm cbc{};
    cbc.scheme = CipherScheme::AesCbcPad;
    cbc.iv = algorithm.iv;
    return cbc;
}

Result<Bytes> wrap_padded_cbc(const SecretBytes& key, const WrapAlgorithm& algorithm, const SecretMaterial& material) {
    const CipherAlgorithm cbc = padded_cbc(algorithm);
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, cbc, Direction::Encrypt));
    Bytes output(cipher->output_bound(material.size()));
    const std::size_t first = TRY(cipher->update(material.expose_bytes(), output));
    const std::size_t last = TRY(cipher->finish(MutableBytes(output).subspan(first)));
    output.resize(first + last);
    return output;
}

Result<SecretMaterial> unwrap_padded_cbc(const SecretBytes& key, const WrapAlgorithm& algorithm, ByteView wrapped) {
    if (wrapped.empty() || wrapped.size() % 16 != 0) {
        return fail(Errc::WrappedKeyLenRange, "the wrapped key is no whole number of AES blocks");
    }
    const CipherAlgorithm cbc = padded_cbc(algorithm);
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, cbc, Direction::Decrypt));
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
    if (algorithm.scheme == WrapScheme::AesCbcPad) return wrap_padded_cbc(key, algorithm, material);
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
    if (algorithm.scheme == WrapScheme::AesCbcPad) return unwrap_padded_cbc(key, algorithm, wrapped);
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
