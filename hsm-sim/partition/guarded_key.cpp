#include "partition/guarded_key.hpp"

#include "partition/operation_guard.hpp"
#include "partition/use_watch.hpp"

namespace kvp11::partition {

GuardedKey::GuardedKey(std::shared_ptr<const PartitionCore> core, std::shared_ptr<const PartitionKey> key,
                       CallerPtr caller)
    : core_(std::move(core)), key_(std::move(key)), caller_(std::move(caller)) {}

template <class Watched, class Approved, class Make>
auto GuardedKey::prepare(Operation operation, KeyOps wanted, Approved approved, Make make) const -> decltype(make()) {
    OperationGuard guard(*core_, operation, record().id.name, caller_);
    TRY(guard.allow());
    auto made = make();
    TRY(guard.close_preparation(made.ok() ? nullptr : &made.error()));
    const bool is_recorded = core_->audit_log() && core_->settings().audit_level == audit::Level::All;
    if (!made.ok() || (!key_->has_time() && !is_recorded)) return made;
    return decltype(made)(std::make_unique<Watched>(
        std::move(*made), UseWatch(shared_from_this(), operation, wanted, is_recorded && approved())));
}

template <class Work>
auto GuardedKey::perform(Operation operation, bool approved, Work work) const -> decltype(work()) {
    OperationGuard guard(*core_, operation, record().id.name, caller_);
    TRY(guard.allow());
    auto result = work();
    TRY(guard.close(result.ok() ? nullptr : &result.error(), approved));
    return result;
}

Result<std::unique_ptr<Signer>> GuardedKey::signer(const SignatureAlgorithm& algorithm) const {
    return prepare<WatchedSigner>(
        Operation::KeySign, KeyOps::Sign, [&] { return is_approved(algorithm, false); },
        [&] { return key_->signer(algorithm); });
}

Result<std::unique_ptr<Verifier>> GuardedKey::verifier(const SignatureAlgorithm& algorithm) const {
    return prepare<WatchedVerifier>(
        Operation::KeyVerify, KeyOps::Verify, [&] { return is_approved(algorithm, true); },
        [&] { return key_->verifier(algorithm); });
}

Result<std::unique_ptr<Mac>> GuardedKey::mac(const SignatureAlgorithm& algorithm, bool for_verifying) const {
    return prepare<WatchedMac>(
        for_verifying ? Operation::KeyVerify : Operation::KeySign, for_verifying ? KeyOps::Verify : KeyOps::Sign,
        [&] { return is_approved(algorithm, for_verifying); }, [&] { return key_->mac(algorithm, for_verifying); });
}

Result<std::unique_ptr<Cipher>> GuardedKey::encryptor(const CipherAlgorithm& algorithm) const {
    return prepare<WatchedCipher>(
        Operation::KeyEncrypt, KeyOps::Encrypt, [&] { return is_approved(algorithm, false); },
        [&] { return key_->encryptor(algorithm); });
}

Result<std::unique_ptr<Cipher>> GuardedKey::decryptor(const CipherAlgorithm& algorithm) const {
    return prepare<WatchedCipher>(
        Operation::KeyDecrypt, KeyOps::Decrypt, [&] { return is_approved(algorithm, true); },
        [&] { return key_->decryptor(algorithm); });
}

Result<Bytes> GuardedKey::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    return perform(Operation::KeyWrap, is_approved(algorithm, false), [&] { return key_->wrap(algorithm, material); });
}

Result<SecretMaterial> GuardedKey::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    return perform(Operation::KeyUnwrap, is_approved(algorithm, true),
                   [&] { return key_->unwrap(algorithm, wrapped); });
}

Result<SecretBytes> GuardedKey::agree(const PublicKey& peer) const {
    return perform(Operation::KeyDerive, agreement_is_approved(), [&] { return key_->agree(peer); });
}

Result<SecretMaterial> GuardedKey::expose_material(MaterialUse use) const {
    if (use == MaterialUse::Derive) {
        return perform(Operation::KeyDerive, agreement_is_approved(), [&] { return key_->expose_material(use); });
    }
    return perform(Operation::KeyExport, false, [&] { return key_->expose_material(use); });
}

}  // namespace kvp11::partition
