// ForwardingBackend: a Backend that hands every call down to another one, for those that add something to it. Owns the
// one below. Thread-safe and fork-safe as that is.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"

namespace kvp11 {

class ForwardingBackend : public Backend {
public:
    explicit ForwardingBackend(std::unique_ptr<Backend> below) : below_(std::move(below)) {}

    [[nodiscard]] Result<TokenStatus> status() const override { return below_->status(); }
    [[nodiscard]] bool supports(const SignatureAlgorithm& algorithm, KeyType type,
                                bool for_verifying) const noexcept override {
        return below_->supports(algorithm, type, for_verifying);
    }
    [[nodiscard]] bool supports(CipherScheme scheme, KeyType type, bool for_decrypting) const noexcept override {
        return below_->supports(scheme, type, for_decrypting);
    }
    [[nodiscard]] bool supports(WrapScheme scheme, KeyType type) const noexcept override {
        return below_->supports(scheme, type);
    }
    [[nodiscard]] bool supports_generating(KeyType type) const noexcept override {
        return below_->supports_generating(type);
    }
    [[nodiscard]] bool supports_agreement(KeyType type) const noexcept override {
        return below_->supports_agreement(type);
    }
    [[nodiscard]] bool supports_derivation(KeyType type) const noexcept override {
        return below_->supports_derivation(type);
    }
    [[nodiscard]] bool approved_only() const noexcept override { return below_->approved_only(); }
    [[nodiscard]] bool generation_is_approved(const KeySpec& spec) const noexcept override {
        return below_->generation_is_approved(spec);
    }
    [[nodiscard]] std::uint64_t generation() const noexcept override { return below_->generation(); }

    Result<void> login(Role role, const SecretBytes& pin) override { return below_->login(role, pin); }
    Result<void> logout() override { return below_->logout(); }
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label) override {
        return below_->initialise(so_pin, label);
    }
    Result<void> initialise_user_pin(const SecretBytes& pin) override { return below_->initialise_user_pin(pin); }
    Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) override {
        return below_->change_pin(role, old_pin, new_pin);
    }

    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override {
        return below_->find(query);
    }
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId& id) const override {
        return below_->key_record(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_sketch(const KeyId& id) const override {
        return below_->key_sketch(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override {
        return below_->record(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId& id) const override { return below_->open(id); }

    Result<std::shared_ptr<const KeyRecord>> generate(const NewKey& key) override { return below_->generate(key); }
    Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey& key, const SecretMaterial& material) override {
        return below_->import_key(key, material);
    }
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId& id, const KeyUpdate& change) override {
        return below_->update(id, change);
    }
    Result<void> remove(const ObjectRef& ref) override { return below_->remove(ref); }
    Result<std::shared_ptr<const Record>> create_record(const Record& record) override {
        return below_->create_record(record);
    }
    Result<std::shared_ptr<const Record>> update_record(const Record& record) override {
        return below_->update_record(record);
    }
    Result<void> random(MutableBytes output) override { return below_->random(output); }
    Result<void> seed_random(ByteView seed) override { return below_->seed_random(seed); }

protected:
    [[nodiscard]] Backend& below() const noexcept { return *below_; }

private:
    std::unique_ptr<Backend> below_;
};

}  // namespace kvp11
