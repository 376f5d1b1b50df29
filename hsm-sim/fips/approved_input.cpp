#include "fips/approved_input.hpp"

namespace kvp11::fips {
namespace {

bool takes_callers_digest(const SignatureAlgorithm& algorithm) {
    return algorithm.scheme == SignatureScheme::RsaPkcs1DigestInfo || algorithm.scheme == SignatureScheme::Ecdsa;
}

class LookingSigner final : public Signer {
public:
    LookingSigner(std::unique_ptr<Signer> signer, const SignatureAlgorithm& algorithm)
        : signer_(std::move(signer)), algorithm_(algorithm) {}

    [[nodiscard]] std::size_t size() const noexcept override { return signer_->size(); }
    Result<std::size_t> sign(ByteView input, MutableBytes signature) override {
        TRY(approve_input(Use::Sign, algorithm_, input));
        return signer_->sign(input, signature);
    }

private:
    std::unique_ptr<Signer> signer_;
    SignatureAlgorithm algorithm_;
};

class LookingVerifier final : public Verifier {
public:
    LookingVerifier(std::unique_ptr<Verifier> verifier, const SignatureAlgorithm& algorithm)
        : verifier_(std::move(verifier)), algorithm_(algorithm) {}

    [[nodiscard]] std::size_t size() const noexcept override { return verifier_->size(); }
    Result<void> verify(ByteView input, ByteView signature) override {
        TRY(approve_input(Use::Verify, algorithm_, input));
        return verifier_->verify(input, signature);
    }

private:
    std::unique_ptr<Verifier> verifier_;
    SignatureAlgorithm algorithm_;
};

}  // namespace

std::unique_ptr<Signer> with_approved_input(std::unique_ptr<Signer> signer, const SignatureAlgorithm& algorithm) {
    if (!takes_callers_digest(algorithm)) return signer;
    return std::make_unique<LookingSigner>(std::move(signer), algorithm);
}

std::unique_ptr<Verifier> with_approved_input(std::unique_ptr<Verifier> verifier, const SignatureAlgorithm& algorithm) {
    if (!takes_callers_digest(algorithm)) return verifier;
    return std::make_unique<LookingVerifier>(std::move(verifier), algorithm);
}

}  // namespace kvp11::fips
