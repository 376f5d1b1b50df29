// RemoteKey: a Key whose private or secret half is at the service. Its version is in every path; what needs no secret
// runs here. Immutable and thread-safe; it caches nothing secret.
#pragma once

#include "crypto/asymmetric.hpp"
#include "managed_hsm/remote_service.hpp"
#include "managed_hsm/secret_size.hpp"

namespace kvp11::managed_hsm {

class RemoteKey final : public Key {
public:
    /// PublicKeyInvalid when the service's public half cannot be used.
    static Result<std::shared_ptr<const Key>> open(const RemoteService& service, KeyRecordPtr record);
    RemoteKey(const RemoteService& service, KeyRecordPtr record, std::shared_ptr<const crypto::PublicHalf> half);

    [[nodiscard]] const KeyRecord& record() const noexcept override { return *record_; }
    [[nodiscard]] bool makes_iv() const noexcept override { return true; }

    [[nodiscard]] Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const override;
    [[nodiscard]] Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm&) const override;
    [[nodiscard]] Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm&, bool for_verifying) const override;
    [[nodiscard]] Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm&) const override;
    [[nodiscard]] Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const override;
    [[nodiscard]] Result<Bytes> wrap(const WrapAlgorithm&, const SecretMaterial& material) const override;
    [[nodiscard]] Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView wrapped) const override;
    [[nodiscard]] Result<SecretBytes> agree(const PublicKey& peer) const override;
    [[nodiscard]] Result<SecretMaterial> expose_material(MaterialUse use) const override;

private:
    /// Type, state, time and operations; asks the service again before it says no.
    [[nodiscard]] Result<void> permit(bool type_fits, KeyOps wanted) const;

    const RemoteService& service_;
    KeyRecordPtr record_;
    std::shared_ptr<const crypto::PublicHalf> half_;  // of pairs
    std::shared_ptr<SecretSize> size_;                // of secret keys
};

}  // namespace kvp11::managed_hsm
