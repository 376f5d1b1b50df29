// A Key of the public half only: the seam's interface over crypto::PublicHalf.
#include "crypto/asymmetric.hpp"
#include "mechanism/key_template.hpp"

namespace kvp11::mechanism {
namespace {

Failure without_private_half() {
    return fail(Errc::KeyFunctionNotPermitted, "a public key does not do what needs the private half");
}

class PublicOnlyKey final : public Key {
public:
    PublicOnlyKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const crypto::PublicHalf> half)
        : record_(std::move(record)), half_(std::move(half)) {}

    const KeyRecord& record() const noexcept override { return *record_; }

    Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm& algorithm) const override {
        TRY(permit(KeyOps::Verify));
        return half_->verifier(algorithm);
    }
    Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm& algorithm) const override {
        TRY(permit(KeyOps::Encrypt));
        return half_->encryptor(algorithm);
    }
    Result<Bytes> wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const override {
        TRY(permit(KeyOps::Wrap));
        return half_->wrap(algorithm, material);
    }

    Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const override { return without_private_half(); }
    Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm&, bool) const override { return without_private_half(); }
    Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const override { return without_private_half(); }
    Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView) const override { return without_private_half(); }
    Result<SecretBytes> agree(const PublicKey&) const override { return without_private_half(); }
    Result<SecretMaterial> expose_material(MaterialUse) const override { return without_private_half(); }

private:
    Result<void> permit(KeyOps wanted) const {
        if (allows(record_->ops, wanted)) return {};
        return fail(Errc::KeyFunctionNotPermitted, "the key's attributes do not allow this");
    }

    std::shared_ptr<const KeyRecord> record_;
    std::shared_ptr<const crypto::PublicHalf> half_;
};

}  // namespace

Result<std::shared_ptr<const Key>> open_public_key(std::shared_ptr<const KeyRecord> record) {
    auto half = TRY(crypto::PublicHalf::parse(record->public_key));
    return std::make_shared<const PublicOnlyKey>(std::move(record), std::move(half));
}

}  // namespace kvp11::mechanism
