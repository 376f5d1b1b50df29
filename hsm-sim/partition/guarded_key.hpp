// GuardedKey: an opened key of a partition as one caller may use it. Every use names its data action, and is
// recorded where the audit level says so; the work is PartitionKey's. Thread-safe.
#pragma once

#include <memory>

#include "partition/operations.hpp"
#include "partition/partition_core.hpp"

namespace kvp11::partition {

class GuardedKey final : public Key, public std::enable_shared_from_this<GuardedKey> {
public:
    GuardedKey(std::shared_ptr<const PartitionCore> core, std::shared_ptr<const PartitionKey> key, CallerPtr caller);

    [[nodiscard]] const PartitionCore& core() const noexcept { return *core_; }
    [[nodiscard]] const CallerPtr& caller() const noexcept { return caller_; }
    /// As PartitionKey's.
    [[nodiscard]] Result<void> check_time(KeyOps wanted) const { return key_->check_time(wanted); }

    [[nodiscard]] const KeyRecord& record() const noexcept override { return key_->record(); }
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
    [[nodiscard]] bool is_approved(const SignatureAlgorithm& algorithm, bool for_verifying) const noexcept override {
        return key_->is_approved(algorithm, for_verifying);
    }
    [[nodiscard]] bool is_approved(const CipherAlgorithm& algorithm, bool for_decrypting) const noexcept override {
        return key_->is_approved(algorithm, for_decrypting);
    }
    [[nodiscard]] bool is_approved(const WrapAlgorithm& algorithm, bool for_unwrapping) const noexcept override {
        return key_->is_approved(algorithm, for_unwrapping);
    }
    [[nodiscard]] bool agreement_is_approved() const noexcept override { return key_->agreement_is_approved(); }

private:
    /// Makes a prepared operation by `make`, and wraps it in a Watched… where each use must be looked at.
    /// `approved` is asked where it is recorded.
    template <class Watched, class Approved, class Make>
    auto prepare(Operation operation, KeyOps wanted, Approved approved, Make make) const -> decltype(make());
    template <class Work>
    auto perform(Operation operation, bool approved, Work work) const -> decltype(work());

    std::shared_ptr<const PartitionCore> core_;
    std::shared_ptr<const PartitionKey> key_;
    CallerPtr caller_;
};

}  // namespace kvp11::partition
