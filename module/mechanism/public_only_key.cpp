// A Key of the public half only: the seam's interface over crypto::PublicHalf.
#include "crypto/asymmetric.hpp"
#include "fips/approved_input.hpp"
#include "fips/approved_mode.hpp"
#include "mechanism/key_template.hpp"

namespace kvp11::mechanism {
namespace {

using fips::Use;

Failure without_private_half() {
    return fail(Errc::KeyFunctionNotPermitted, "a public key does not do what needs the private half");
}

class PublicOnlyKey final : public Key {
public:
    PublicOnlyKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const crypto::PublicHalf> half,
                  bool approved_only)
        : record_(std::move(record)), half_(std::move(half)), approved_only_(approved_only) {}

    const KeyRecord& record() const noexcept override { return *record_; }

    Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm& algorithm) const override {
        TRY(permit(KeyOps::Verify, Use::Verify, algorithm));
        auto verifier = TRY(half_->verifier(algorithm));
        return approved_only_ ? fips::with_approved_input(std::move(verifier), algorithm) : std::move(verifier);
    }
    Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm& algorithm) const override {
        TRY(permit(KeyOps::Encrypt, Use::Encrypt, algorithm));
        return half_->encryptor(algorithm);
    }
    Result<Bytes> wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const override {
        TRY(permit(KeyOps::Wrap, Use::Wrap, algorithm));
        return half_->wrap(algorithm, material);
    }

    Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const override { return without_private_half(); }
    Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm&, bool) const override { return without_private_half(); }
    Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const override { return without_private_half(); }
    Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView) const override { return without_private_half(); }
    Result<SecretBytes> agree(const PublicKey&) const override { return without_private_half(); }
    Result<SecretMaterial> expose_material(MaterialUse) const override { return without_private_half(); }

    bool is_approved(const SignatureAlgorithm& algorithm, bool for_verifying) const noexcept override {
        return for_verifying && fips::is_approved(Use::Verify, half_->spec(), algorithm);
    }
    bool is_approved(const CipherAlgorithm& algorithm, bool for_decrypting) const noexcept override {
        return !for_decrypting && fips::is_approved(Use::Encrypt, half_->spec(), algorithm);
    }
    bool is_approved(const WrapAlgorithm& algorithm, bool for_unwrapping) const noexcept override {
        return !for_unwrapping && fips::is_approved(Use::Wrap, half_->spec(), algorithm);
    }

private:
    template <class Algorithm>
    Result<void> permit(KeyOps wanted, Use use, const Algorithm& algorithm) const {
        if (!record_->enabled) return fail(Errc::KeyDisabled, "the key '" + record_->id.name + "' is disabled");
        if (!allows(record_->ops, wanted)) {
            return fail(Errc::KeyFunctionNotPermitted, "the key's attributes do not allow this");
        }
        if (approved_only_) TRY(fips::approve(use, half_->spec(), algorithm));
        return {};
    }

    std::shared_ptr<const KeyRecord> record_;
    std::shared_ptr<const crypto::PublicHalf> half_;
    bool approved_only_;
};

}  // namespace

Result<std::shared_ptr<const Key>> open_public_key(std::shared_ptr<const KeyRecord> record, bool approved_only) {
    auto half = TRY(crypto::PublicHalf::parse(record->public_key));
    return std::make_shared<const PublicOnlyKey>(std::move(record), std::move(half), approved_only);
}

}  // namespace kvp11::mechanism
