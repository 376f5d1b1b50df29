// PartitionKey: an opened key of a partition: its record, and its material parsed once.
//
// Every factory checks, in this order, that the algorithm fits the key's type, that the key is
// enabled, that its operations allow it, and that the material is there. Immutable, thread-safe.
#pragma once

#include <mutex>

#include "crypto/asymmetric.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::partition {

/// Either a private half, or a secret, or neither where only the public half may be used.
struct KeyMaterial {
    std::shared_ptr<const crypto::PrivateHalf> private_half;
    SecretBytes secret;
};

class PartitionKey final : public Key {
public:
    /// `absent` is what operations give that need material which is not there: UserNotLoggedIn, or
    /// KeyFunctionNotPermitted when the private half was destroyed.
    PartitionKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const KeyMaterial> material, Errc absent);

    [[nodiscard]] const KeyRecord& record() const noexcept override { return *record_; }
    [[nodiscard]] const std::shared_ptr<const KeyRecord>& shared_record() const noexcept { return record_; }

    [[nodiscard]] Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm& algorithm) const override;
    [[nodiscard]] Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm& algorithm) const override;
    [[nodiscard]] Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm& algorithm,
                                                   bool for_verifying) const override;
    [[nodiscard]] Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm& algorithm) const override;
    [[nodiscard]] Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm& algorithm) const override;
    [[nodiscard]] Result<Bytes> wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const override;
    [[nodiscard]] Result<SecretMaterial> unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const override;
    [[nodiscard]] Result<SecretBytes> agree(const PublicKey& peer) const override;
    [[nodiscard]] Result<SecretMaterial> expose_material(MaterialUse use) const override;

private:
    [[nodiscard]] bool is_pair() const noexcept;
    [[nodiscard]] Result<void> permit(bool type_fits, KeyOps wanted) const;
    [[nodiscard]] Result<const crypto::PrivateHalf*> private_half() const;
    [[nodiscard]] Result<const crypto::PublicHalf*> public_half() const;
    [[nodiscard]] Result<const SecretBytes*> secret() const;

    std::shared_ptr<const KeyRecord> record_;
    std::shared_ptr<const KeyMaterial> material_;
    Errc absent_;
    // Parsed when first wanted: most keys are only ever asked to sign.
    mutable std::once_flag public_parsed_;
    mutable std::optional<Result<std::shared_ptr<const crypto::PublicHalf>>> public_half_;
};

}  // namespace kvp11::partition
