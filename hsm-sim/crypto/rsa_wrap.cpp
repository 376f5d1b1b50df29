// Key transport by RSA: one block, or a fresh AES key in one block and the material under that key.
#include "crypto/random.hpp"
#include "crypto/rsa_cipher.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

Result<CipherAlgorithm> block_algorithm(const WrapAlgorithm& algorithm, Errc other_scheme) {
    CipherAlgorithm block{};
    block.digest = algorithm.digest;
    block.mgf_digest = algorithm.mgf_digest;
    block.aad = algorithm.label;
    switch (algorithm.scheme) {
        case WrapScheme::RsaPkcs1: block.scheme = CipherScheme::RsaPkcs1; return block;
        case WrapScheme::RsaOaep:
        case WrapScheme::RsaAesKeyWrap: block.scheme = CipherScheme::RsaOaep; return block;
        default: return fail(other_scheme, "an RSA key does not wrap with AES");
    }
}

WrapAlgorithm padded_key_wrap() {
    WrapAlgorithm algorithm{};
    algorithm.scheme = WrapScheme::AesKwp;
    return algorithm;
}

Result<Bytes> wrap_block(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm,
                         const SecretBytes& material) {
    std::unique_ptr<Cipher> cipher = TRY(rsa_encryptor(key, modulus, algorithm));
    Bytes wrapped(modulus.size());
    Result<std::size_t> done = cipher->update(material.expose_bytes(), {});
    if (done) done = cipher->finish(wrapped);
    if (!done && done.code() == Errc::DataLenRange) {
        return fail(Errc::KeySizeRange, "the key to wrap is too long for the RSA key");
    }
    if (!done) return fail(done.error());
    return wrapped;
}

Result<SecretBytes> unwrap_block(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm,
                                 ByteView wrapped) {
    std::unique_ptr<Cipher> cipher = TRY(rsa_decryptor(key, modulus, algorithm));
    SecretBytes material(modulus.size());
    TRY(cipher->update(wrapped, {}));
    const Result<std::size_t> size = cipher->finish(material.expose_writable());
    if (!size) return fail(Errc::WrappedKeyInvalid, "the wrapped key does not open with this key");
    material.shrink(*size);
    return material;
}

}  // namespace

Result<Bytes> rsa_wrap(EVP_PKEY* key, const Bytes& modulus, const WrapAlgorithm& algorithm,
                       const SecretMaterial& material) {
    const CipherAlgorithm block = TRY(block_algorithm(algorithm, Errc::WrappingKeyTypeInconsistent));
    if (algorithm.scheme != WrapScheme::RsaAesKeyWrap) return wrap_block(key, modulus, block, material);
    if (algorithm.aes_bits != 128 && algorithm.aes_bits != 192 && algorithm.aes_bits != 256) {
        return fail(Errc::MechanismParamInvalid,
                    "got an AES key of " + std::to_string(algorithm.aes_bits) + " bits, want 128, 192 or 256");
    }
    const SecretBytes fresh = TRY(random_secret(algorithm.aes_bits / 8));
    Bytes wrapped = TRY(wrap_block(key, modulus, block, fresh));
    const Bytes rest = TRY(aes_wrap(fresh, padded_key_wrap(), material));
    wrapped.insert(wrapped.end(), rest.begin(), rest.end());
    return wrapped;
}

Result<SecretMaterial> rsa_unwrap(EVP_PKEY* key, const Bytes& modulus, const WrapAlgorithm& algorithm,
                                  ByteView wrapped) {
    const CipherAlgorithm block = TRY(block_algorithm(algorithm, Errc::UnwrappingKeyTypeInconsistent));
    const bool with_aes = algorithm.scheme == WrapScheme::RsaAesKeyWrap;
    if (with_aes ? wrapped.size() <= modulus.size() : wrapped.size() != modulus.size()) {
        return fail(Errc::WrappedKeyLenRange, "got a wrapped key of " + std::to_string(wrapped.size()) +
                                                  " bytes with an RSA modulus of " + std::to_string(modulus.size()));
    }
    SecretBytes opened = TRY(unwrap_block(key, modulus, block, wrapped.first(modulus.size())));
    if (!with_aes) return opened;
    if (opened.size() != 16 && opened.size() != 24 && opened.size() != 32) {
        return fail(Errc::WrappedKeyInvalid, "the wrapped key holds no AES key");
    }
    return aes_unwrap(opened, padded_key_wrap(), wrapped.subspan(modulus.size()));
}

}  // namespace kvp11::crypto
