// PartitionKey: an opened key of a partition: its record, and its material parsed once.
//
// Every factory checks, in this order, that the algorithm fits the key's type, that the key is enabled, that its
// time has come and not passed, that its operations allow it, that the mode does, and that the material is there.
// Immutable, thread-safe.
#pragma once

#include <mutex>

#include "crypto/asymmetric.hpp"
#include "fips/approved_mode.hpp"
#include "host/clock.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::partition {

/// Either a private half, or a secret, or neither where only the public half may be used.
struct KeyMaterial {
    std::shared_ptr<const crypto::PrivateHalf> private_half;
    SecretBytes secret;
};

/// The partition's rules for its keys. The clock lives as long as the partition.
struct KeyRules {
    fips::Mode mode = fips::Mode::All;
    const host::Clock* clock = nullptr;
};

class PartitionKey final : public Key {
public:
    /// `absent` is what operations give that need material which is not there: UserNotLoggedIn, or
    /// KeyFunctionNotPermitted when the private half was destroyed.
    PartitionKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const KeyMaterial> material, Errc absent,
                 KeyRules rules);

    [[nodiscard]] const KeyRecord& record() const noexcept override { return *record_; }
    /// In approved mode, which takes no IV of a caller's (SP 800-38D §8.2).
    [[nodiscard]] bool makes_iv() const noexcept override { return rules_.mode == fips::Mode::Approved; }
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
    [[nodiscard]] bool is_approved(const SignatureAlgorithm& algorithm, bool for_verifying) const noexcept override;
    [[nodiscard]] bool is_approved(const CipherAlgorithm& algorithm, bool for_decrypting) const noexcept override;
    [[nodiscard]] bool is_approved(const WrapAlgorithm& algorithm, bool for_unwrapping) const noexcept override;
    [[nodiscard]] bool agreement_is_approved() const noexcept override;

    /// Whether the key has a time at all, so that a prepared operation must ask again.
    [[nodiscard]] bool has_time() const noexcept { return record_->not_before || record_->expires; }
    /// KeyNotYetValid, KeyExpired, for what is not allowed outside the key's time.
    [[nodiscard]] Result<void> check_time(KeyOps wanted) const;

private:
    [[nodiscard]] bool is_pair() const noexcept;
    [[nodiscard]] Result<void> permit(bool type_fits, KeyOps wanted) const;
    template <class... Algorithm>
    [[nodiscard]] Result<void> permit_by_mode(fips::Use use, const Algorithm&... algorithm) const;
    [[nodiscard]] Result<const crypto::PrivateHalf*> private_half() const;
    [[nodiscard]] Result<const crypto::PublicHalf*> public_half() const;
    [[nodiscard]] Result<const SecretBytes*> secret() const;

    std::shared_ptr<const KeyRecord> record_;
    std::shared_ptr<const KeyMaterial> material_;
    Errc absent_;
    KeyRules rules_;
    // Parsed when first wanted: most keys are only ever asked to sign.
    mutable std::once_flag public_parsed_;
    mutable std::optional<Result<std::shared_ptr<const crypto::PublicHalf>>> public_half_;
};

}  // namespace kvp11::partition
