#include "crypto/rsa_cipher.hpp"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "crypto/growing_secret.hpp"
#include "crypto/library.hpp"
#include "crypto/parameters.hpp"
#include "crypto/raw_block.hpp"
#include "crypto/rsa_blinding.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t pkcs1_overhead = 11;

bool set_label(EVP_PKEY_CTX* context, ByteView label) {
    if (label.empty()) return true;
    Parameters parameters;
    parameters.octets(OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, label);
    return EVP_PKEY_CTX_set_params(context, parameters.rows()) == 1;
}

bool set_scheme(EVP_PKEY_CTX* context, const CipherAlgorithm& algorithm) {
    switch (algorithm.scheme) {
        case CipherScheme::RsaPkcs1: return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
        case CipherScheme::RsaOaep:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
                   EVP_PKEY_CTX_set_rsa_oaep_md(context, digest_method(algorithm.digest)) == 1 &&
                   EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_method(algorithm.mgf_digest)) == 1 &&
                   set_label(context, algorithm.aad);
        default: return EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1;
    }
}

/// What the padding adds to a message.
std::size_t overhead(const CipherAlgorithm& algorithm) {
    if (algorithm.scheme == CipherScheme::RsaPkcs1) return pkcs1_overhead;
    return algorithm.scheme == CipherScheme::RsaOaep ? 2 * digest_size(algorithm.digest) + 2 : 0;
}

/// Gathers the message, which finish() of the two directions transforms as one block.
class RsaCipher : public Cipher {
public:
    RsaCipher(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm, bool encrypting)
        : key_(key),
          algorithm_(algorithm),
          encrypting_(encrypting),
          raw_(modulus),
          input_(modulus.size()),
          block_(modulus.size()) {
        EVP_PKEY_up_ref(key);
    }

    Result<void> prepare() {
        ErrorMark mark;
        if (size() < overhead(algorithm_)) return fail(Errc::KeySizeRange, "the RSA key is too short for the digest");
        EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), key_.get(), nullptr));
        const int done = !context      ? 0
                         : encrypting_ ? EVP_PKEY_encrypt_init(context.get())
                                       : EVP_PKEY_decrypt_init(context.get());
        if (done != 1 || !set_scheme(context.get(), algorithm_)) return openssl_failure("preparing RSA");
        context_ = std::move(context);
        return {};
    }

    Result<void> start(const CipherAlgorithm& algorithm) override {
        if (algorithm.scheme != algorithm_.scheme) {
            return fail(Errc::MechanismParamInvalid, "the cipher was made for another scheme");
        }
        TRY(check_iv_outside(algorithm));
        input_.clear();
        if (algorithm == algorithm_) return {};
        algorithm_ = algorithm;
        return prepare();
    }

    Result<std::size_t> update(ByteView input, MutableBytes) override {
        if (input.size() > size() - input_.size()) {
            return fail(encrypting_ ? Errc::DataLenRange : Errc::EncryptedDataLenRange,
                        "the input is longer than the RSA modulus of " + std::to_string(size()) + " bytes");
        }
        input_.append(input);
        return std::size_t{0};
    }

    Result<std::size_t> finish(MutableBytes output) override {
        ErrorMark mark;
        Result<std::size_t> written = transform(input_.expose_writable(), output);
        input_.clear();
        explicit_bzero(block_.expose_writable().data(), block_.size());
        return written;
    }

protected:
    virtual Result<std::size_t> transform(ByteView input, MutableBytes output) = 0;

    [[nodiscard]] std::size_t size() const noexcept { return raw_.size(); }
    [[nodiscard]] std::size_t longest() const noexcept { return size() - overhead(algorithm_); }
    [[nodiscard]] bool is_raw() const noexcept { return algorithm_.scheme == CipherScheme::RsaRaw; }
    [[nodiscard]] EVP_PKEY_CTX* context() const noexcept { return context_.get(); }
    RawBlock& raw() noexcept { return raw_; }
    SecretBytes& block() noexcept { return block_; }

private:
    EvpPkey key_;
    CipherAlgorithm algorithm_;
    bool encrypting_;
    RawBlock raw_;
    GrowingSecret input_;
    SecretBytes block_;  // where OpenSSL writes, which wants the modulus' size whatever comes out
    EvpPkeyCtx context_;
};

constexpr std::uint8_t nothing = 0;

class RsaEncryptor final : public RsaCipher {
public:
    using RsaCipher::RsaCipher;

    [[nodiscard]] std::size_t output_bound(std::size_t) const noexcept override { return size(); }
    [[nodiscard]] bool output_exact() const noexcept override { return true; }

private:
    Result<std::size_t> transform(ByteView input, MutableBytes output) override {
        if (input.size() > longest()) {
            return fail(Errc::DataLenRange, "got " + std::to_string(input.size()) + " bytes for RSA, want at most " +
                                                std::to_string(longest()));
        }
        if (output.size() < size()) return fail(Errc::BufferTooSmall, "the RSA block does not fit");
        if (is_raw()) input = TRY(raw().padded(input));
        std::size_t written = output.size();
        const std::uint8_t* message = input.empty() ? &nothing : input.data();
        if (EVP_PKEY_encrypt(context(), output.data(), &written, message, input.size()) != 1) {
            return openssl_failure("RSA");
        }
        return written;
    }
};

class RsaDecryptor final : public RsaCipher {
public:
    using RsaCipher::RsaCipher;

    [[nodiscard]] std::size_t output_bound(std::size_t) const noexcept override { return longest(); }
    [[nodiscard]] bool output_exact() const noexcept override { return is_raw(); }

private:
    Result<std::size_t> transform(ByteView input, MutableBytes output) override {
        if (input.size() != size()) {
            return fail(Errc::EncryptedDataLenRange,
                        "got " + std::to_string(input.size()) + " bytes of RSA, want " + std::to_string(size()));
        }
        std::size_t written = 0;
        const auto decrypt = [&] {
            written = block().size();
            return EVP_PKEY_decrypt(context(), block().expose_writable().data(), &written, input.data(), input.size());
        };
        if (decrypt() != 1) {
            if (memory_ran_out()) {
                Failure failure = openssl_failure("decrypting with RSA");
                use_up_blinding(decrypt);
                return failure;
            }
            return fail(Errc::EncryptedDataInvalid, "the data does not open with this key");
        }
        if (output.size() < written) return fail(Errc::BufferTooSmall, "the plain text does not fit");
        if (written != 0) std::memcpy(output.data(), block().expose_bytes().data(), written);
        return written;
    }
};

template <class Direction>
Result<std::unique_ptr<Cipher>> make(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm,
                                     bool encrypting) {
    if (algorithm.scheme != CipherScheme::RsaPkcs1 && algorithm.scheme != CipherScheme::RsaOaep &&
        algorithm.scheme != CipherScheme::RsaRaw) {
        return fail(Errc::KeyTypeInconsistent, "an RSA key does not do AES");
    }
    TRY(check_iv_outside(algorithm));
    auto cipher = std::make_unique<Direction>(key, modulus, algorithm, encrypting);
    TRY(cipher->prepare());
    return cipher;
}

}  // namespace

Result<std::unique_ptr<Cipher>> rsa_encryptor(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm) {
    return make<RsaEncryptor>(key, modulus, algorithm, true);
}

Result<std::unique_ptr<Cipher>> rsa_decryptor(EVP_PKEY* key, const Bytes& modulus, const CipherAlgorithm& algorithm) {
    return make<RsaDecryptor>(key, modulus, algorithm, false);
}

}  // namespace kvp11::crypto
