#include "token/session_store.hpp"

namespace kvp11::token {

namespace {

ObjectKind kind_of(const KeyRecord& record) {
    return is_pair(record.spec.type) ? ObjectKind::PrivateKey : ObjectKind::SecretKey;
}

bool matches(const KeyRecord& record, const ObjectQuery& query) {
    return (!query.kind || *query.kind == kind_of(record)) && (!query.id || *query.id == record.face.id) &&
           (!query.label || *query.label == record.face.label) && (query.with_private || !record.face.is_private);
}

/// A key of the token under an alias's record.
class AliasedKey final : public Key {
public:
    AliasedKey(std::shared_ptr<const Key> key, std::shared_ptr<const KeyRecord> record)
        : key_(std::move(key)), record_(std::move(record)) {}

    [[nodiscard]] const KeyRecord& record() const noexcept override { return *record_; }
    [[nodiscard]] bool makes_iv() const noexcept override { return key_->makes_iv(); }
    [[nodiscard]] Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm& algorithm) const override {
        TRY(require(KeyOps::Sign));
        return key_->signer(algorithm);
    }
    [[nodiscard]] Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm& algorithm) const override {
        TRY(require(KeyOps::Verify));
        return key_->verifier(algorithm);
    }
    [[nodiscard]] Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm& algorithm,
                                                   bool for_verifying) const override {
        TRY(require(for_verifying ? KeyOps::Verify : KeyOps::Sign));
        return key_->mac(algorithm, for_verifying);
    }
    [[nodiscard]] Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm& algorithm) const override {
        TRY(require(KeyOps::Encrypt));
        return key_->encryptor(algorithm);
    }
    [[nodiscard]] Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm& algorithm) const override {
        TRY(require(KeyOps::Decrypt));
        return key_->decryptor(algorithm);
    }
    [[nodiscard]] Result<Bytes> wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const override {
        TRY(require(KeyOps::Wrap));
        return key_->wrap(algorithm, material);
    }
    [[nodiscard]] Result<SecretMaterial> unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const override {
        TRY(require(KeyOps::Unwrap));
        return key_->unwrap(algorithm, wrapped);
    }
    [[nodiscard]] Result<SecretBytes> agree(const PublicKey& peer) const override {
        TRY(require(KeyOps::Derive));
        return key_->agree(peer);
    }
    [[nodiscard]] Result<SecretMaterial> expose_material(MaterialUse use) const override {
        return key_->expose_material(use);
    }
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
    Result<void> require(KeyOps operation) const {
        if (allows(record_->ops, operation)) return {};
        return fail(Errc::KeyFunctionNotPermitted);
    }

    std::shared_ptr<const Key> key_;
    std::shared_ptr<const KeyRecord> record_;
};

}  // namespace

std::shared_ptr<const KeyRecord> SessionStore::add_alias(std::shared_ptr<const Key> key, const NewKey& wanted) {
    auto record = std::make_shared<KeyRecord>(key->record());
    record->ops = wanted.ops & record->ops;
    record->protection = wanted.protection;
    record->face = wanted.face;
    record->public_face.reset();
    record->tags.clear();
    std::lock_guard lock(mutex_);
    // A name that no key of the store can have.
    record->id = {"alias/" + std::to_string(++made_), {}};
    record->revision = 1;
    aliases_[record->id] = {std::move(key), record};
    ++changes_;
    return record;
}

Result<std::vector<ObjectRef>> SessionStore::find(const ObjectQuery& query) const {
    std::vector<ObjectRef> found = TRY(below().find(query));
    std::lock_guard lock(mutex_);
    for (const auto& [id, alias] : aliases_) {
        if (matches(*alias.record, query)) found.push_back({kind_of(*alias.record), id});
    }
    return found;
}

Result<std::shared_ptr<const KeyRecord>> SessionStore::key_record(const KeyId& id) const {
    {
        std::lock_guard lock(mutex_);
        const auto at = aliases_.find(id);
        if (at != aliases_.end()) return at->second.record;
    }
    return below().key_record(id);
}

Result<std::shared_ptr<const Key>> SessionStore::open(const KeyId& id) const {
    {
        std::lock_guard lock(mutex_);
        const auto at = aliases_.find(id);
        if (at != aliases_.end())
            return std::shared_ptr<const Key>(std::make_shared<AliasedKey>(at->second.key, at->second.record));
    }
    return below().open(id);
}

Result<std::shared_ptr<const KeyRecord>> SessionStore::update(const KeyId& id, const KeyUpdate& change) {
    {
        std::lock_guard lock(mutex_);
        const auto at = aliases_.find(id);
        if (at != aliases_.end()) {
            auto record = std::make_shared<KeyRecord>(*at->second.record);
            if (change.ops) record->ops = *change.ops & at->second.key->record().ops;
            if (change.protection) record->protection = *change.protection;
            if (change.face) record->face = *change.face;
            ++record->revision;
            at->second.record = record;
            ++changes_;
            return std::shared_ptr<const KeyRecord>(std::move(record));
        }
    }
    return below().update(id, change);
}

Result<void> SessionStore::remove(const ObjectRef& ref) {
    {
        std::lock_guard lock(mutex_);
        if (aliases_.erase(ref.id) != 0) {
            ++changes_;
            return {};
        }
    }
    return below().remove(ref);
}

}  // namespace kvp11::token
