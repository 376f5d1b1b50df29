#include "crypto/rsa_signature.hpp"

#include <openssl/rsa.h>

#include "crypto/library.hpp"
#include "crypto/raw_block.hpp"
#include "crypto/rsa_blinding.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::size_t pkcs1_overhead = 11;
// The longest DigestInfo prefix of our digests (RFC 8017 §9.2 note 1).
constexpr std::size_t digest_info_prefix = 19;

/// What the padding of a scheme asks of the key's size.
Result<void> check_fits(const SignatureAlgorithm& algorithm, const Bytes& modulus) {
    const std::size_t digest = digest_size(algorithm.digest);
    if (algorithm.scheme == SignatureScheme::RsaPkcs1 &&
        modulus.size() < digest + digest_info_prefix + pkcs1_overhead) {
        return fail(Errc::KeySizeRange, "the RSA key is too short for the digest");
    }
    if (algorithm.scheme == SignatureScheme::RsaPss) {
        const std::size_t encoded = (static_cast<std::size_t>(modulus_bits(modulus)) + 6) / 8;
        if (encoded < digest + 2) return fail(Errc::KeySizeRange, "the RSA key is too short for the digest");
        if (algorithm.salt_length > encoded - digest - 2) {
            return fail(Errc::MechanismParamInvalid, "got a salt of " + std::to_string(algorithm.salt_length) +
                                                         " bytes, want at most " +
                                                         std::to_string(encoded - digest - 2) + " with this key");
        }
    }
    return {};
}

bool set_scheme(EVP_PKEY_CTX* context, const SignatureAlgorithm& algorithm) {
    switch (algorithm.scheme) {
        case SignatureScheme::RsaPkcs1:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
                   EVP_PKEY_CTX_set_signature_md(context, digest_method(algorithm.digest)) == 1;
        case SignatureScheme::RsaPkcs1DigestInfo: return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
        case SignatureScheme::RsaPss:
            return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                   EVP_PKEY_CTX_set_signature_md(context, digest_method(algorithm.digest)) == 1 &&
                   EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest_method(algorithm.mgf_digest)) == 1 &&
                   EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(algorithm.salt_length)) == 1;
        default: return EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1;
    }
}

/// One key, one scheme, and the input put in the form that OpenSSL wants.
class Prepared {
public:
    Prepared(EvpPkeyCtx context, const Bytes& modulus, const SignatureAlgorithm& algorithm)
        : context_(std::move(context)), raw_(modulus), algorithm_(algorithm) {}

    [[nodiscard]] EVP_PKEY_CTX* context() const noexcept { return context_.get(); }
    [[nodiscard]] std::size_t size() const noexcept { return raw_.size(); }

    Result<ByteView> shaped(ByteView input) {
        switch (algorithm_.scheme) {
            case SignatureScheme::RsaRaw: return raw_.padded(input);
            case SignatureScheme::RsaPkcs1DigestInfo:
                if (input.size() > size() - pkcs1_overhead) {
                    return fail(Errc::DataLenRange, "got " + std::to_string(input.size()) +
                                                        " bytes to sign, want at most " +
                                                        std::to_string(size() - pkcs1_overhead));
                }
                return input;
            default:
                if (input.size() != digest_size(algorithm_.digest)) {
                    return fail(Errc::DataLenRange, "got a digest of " + std::to_string(input.size()) +
                                                        " bytes, want " +
                                                        std::to_string(digest_size(algorithm_.digest)));
                }
                return input;
        }
    }

private:
    EvpPkeyCtx context_;
    RawBlock raw_;
    SignatureAlgorithm algorithm_;
};

Result<Prepared> prepare(EVP_PKEY* key, const Bytes& modulus, const SignatureAlgorithm& algorithm, bool signing) {
    ErrorMark mark;
    TRY(check_fits(algorithm, modulus));
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), key, nullptr));
    const int done = !context ? 0 : signing ? EVP_PKEY_sign_init(context.get()) : EVP_PKEY_verify_init(context.get());
    if (done != 1 || !set_scheme(context.get(), algorithm)) return openssl_failure("preparing an RSA signature");
    return Prepared(std::move(context), modulus, algorithm);
}

constexpr std::uint8_t nothing = 0;
const std::uint8_t* pointer_to(ByteView input) { return input.empty() ? &nothing : input.data(); }

class RsaSigner final : public Signer {
public:
    explicit RsaSigner(Prepared prepared) : prepared_(std::move(prepared)) {}

    [[nodiscard]] std::size_t size() const noexcept override { return prepared_.size(); }

    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        if (signature.size() < size()) return fail(Errc::BufferTooSmall, "the signature does not fit");
        const ByteView shaped = TRY(prepared_.shaped(input));
        ErrorMark mark;
        std::size_t written = signature.size();
        const auto sign = [&] {
            written = signature.size();
            return EVP_PKEY_sign(prepared_.context(), signature.data(), &written, pointer_to(shaped), shaped.size());
        };
        if (sign() != 1) {
            Failure failure = openssl_failure("an RSA signature");
            use_up_blinding(sign);
            return failure;
        }
        return written;
    }

private:
    Prepared prepared_;
};

class RsaVerifier final : public Verifier {
public:
    explicit RsaVerifier(Prepared prepared) : prepared_(std::move(prepared)) {}

    [[nodiscard]] std::size_t size() const noexcept override { return prepared_.size(); }

    Result<void> verify(ByteView input, ByteView signature) override {
        const ByteView shaped = TRY(prepared_.shaped(input));
        if (signature.size() != size()) {
            return fail(Errc::SignatureLenRange, "got a signature of " + std::to_string(signature.size()) +
                                                     " bytes, want " + std::to_string(size()));
        }
        ErrorMark mark;
        if (EVP_PKEY_verify(prepared_.context(), signature.data(), signature.size(), pointer_to(shaped),
                            shaped.size()) != 1) {
            if (memory_ran_out()) return openssl_failure("verifying with RSA");
            return fail(Errc::SignatureInvalid, "the signature is wrong");
        }
        return {};
    }

private:
    Prepared prepared_;
};

}  // namespace

Result<std::unique_ptr<Signer>> rsa_signer(EVP_PKEY* key, const Bytes& modulus, const SignatureAlgorithm& algorithm) {
    return std::make_unique<RsaSigner>(TRY(prepare(key, modulus, algorithm, true)));
}

Result<std::unique_ptr<Verifier>> rsa_verifier(EVP_PKEY* key, const Bytes& modulus,
                                               const SignatureAlgorithm& algorithm) {
    return std::make_unique<RsaVerifier>(TRY(prepare(key, modulus, algorithm, false)));
}

}  // namespace kvp11::crypto
