#include "records/record_keeper.hpp"

#include <algorithm>

#include "log/log.hpp"
#include "records/certificate_shelf.hpp"
#include "records/record_store.hpp"

namespace kvp11::records {

namespace {

bool matches(const Record& record, const ObjectQuery& query) {
    return (!query.record_class || *query.record_class == record.object_class) &&
           (!query.id || *query.id == record.face.id) && (!query.label || *query.label == record.face.label);
}

Failure of_a_file() {
    return fail(Errc::ActionProhibited, "the certificate is in a file that the configuration names: change the file");
}

class RecordKeeper final : public Backend {
public:
    RecordKeeper(std::unique_ptr<Backend> keys, RecordSettings settings)
        : keys_(std::move(keys)), store_(std::move(settings.path)), shelf_(std::move(settings.certificates), *keys_) {}

    [[nodiscard]] Result<TokenStatus> status() const override { return keys_->status(); }
    [[nodiscard]] bool supports(SignatureScheme scheme, KeyType type) const noexcept override {
        return keys_->supports(scheme, type);
    }
    [[nodiscard]] bool supports(CipherScheme scheme, KeyType type) const noexcept override {
        return keys_->supports(scheme, type);
    }
    [[nodiscard]] bool supports(WrapScheme scheme, KeyType type) const noexcept override {
        return keys_->supports(scheme, type);
    }
    [[nodiscard]] bool supports_generating(KeyType type) const noexcept override {
        return keys_->supports_generating(type);
    }
    [[nodiscard]] bool supports_agreement(KeyType type) const noexcept override {
        return keys_->supports_agreement(type);
    }
    [[nodiscard]] bool supports_derivation(KeyType type) const noexcept override {
        return keys_->supports_derivation(type);
    }
    [[nodiscard]] bool approved_only() const noexcept override { return keys_->approved_only(); }
    [[nodiscard]] bool generation_is_approved(const KeySpec& spec) const noexcept override {
        return keys_->generation_is_approved(spec);
    }
    /// Each of the three grows.
    [[nodiscard]] std::uint64_t generation() const noexcept override {
        return keys_->generation() + store_.generation() + shelf_.generation();
    }

    Result<void> login(Role role, const SecretBytes& pin) override { return keys_->login(role, pin); }
    Result<void> logout() override { return keys_->logout(); }
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label) override {
        TRY(keys_->initialise(so_pin, label));
        return store_.remove_all();
    }
    Result<void> initialise_user_pin(const SecretBytes& pin) override { return keys_->initialise_user_pin(pin); }
    Result<void> change_pin(Role role, const SecretBytes& old_pin, const SecretBytes& new_pin) override {
        return keys_->change_pin(role, old_pin, new_pin);
    }

    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<std::shared_ptr<const KeyRecord>> key_record(const KeyId& id) const override {
        return keys_->key_record(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override {
        if (auto certificate = shelf_.record(id)) return certificate;
        return store_.record(id);
    }
    [[nodiscard]] Result<std::shared_ptr<const Key>> open(const KeyId& id) const override { return keys_->open(id); }

    Result<std::shared_ptr<const KeyRecord>> generate(const NewKey& key) override { return keys_->generate(key); }
    Result<std::shared_ptr<const KeyRecord>> import_key(const NewKey& key, const SecretMaterial& material) override {
        return keys_->import_key(key, material);
    }
    Result<std::shared_ptr<const KeyRecord>> update(const KeyId& id, const KeyUpdate& change) override {
        return keys_->update(id, change);
    }
    Result<void> remove(const ObjectRef& ref) override;
    Result<std::shared_ptr<const Record>> create_record(const Record& record) override;
    Result<std::shared_ptr<const Record>> update_record(const Record& record) override;

    Result<void> random(MutableBytes output) override { return keys_->random(output); }

private:
    std::unique_ptr<Backend> keys_;
    RecordStore store_;
    mutable CertificateShelf shelf_;
};

Result<std::vector<ObjectRef>> RecordKeeper::find(const ObjectQuery& query) const {
    std::vector<ObjectRef> found;
    const bool wants_records = !query.kind || *query.kind == ObjectKind::Record;
    if (!query.kind || *query.kind != ObjectKind::Record) {
        found = TRY(keys_->find(query));
        std::erase_if(found, [](const ObjectRef& ref) { return ref.kind == ObjectKind::Record; });
    }
    if (!wants_records) return found;
    for (const auto& certificate : shelf_.refreshed()) {
        if (matches(*certificate, query)) found.push_back({ObjectKind::Record, {certificate->id, {}}});
    }
    const std::vector<ObjectRef> kept = TRY(store_.find(query));
    found.insert(found.end(), kept.begin(), kept.end());
    return found;
}

Result<void> RecordKeeper::remove(const ObjectRef& ref) {
    if (ref.kind != ObjectKind::Record) return keys_->remove(ref);
    if (shelf_.record(ref.id.name)) return of_a_file();
    return store_.remove(ref.id.name);
}

Result<std::shared_ptr<const Record>> RecordKeeper::create_record(const Record& record) {
    auto made = store_.create(record);
    if (!made.ok()) log::write(log::Level::Warn, "no record was made: " + made.error().message);
    return made;
}

Result<std::shared_ptr<const Record>> RecordKeeper::update_record(const Record& record) {
    if (shelf_.record(record.id)) return of_a_file();
    auto changed = store_.update(record);
    if (!changed.ok()) log::write(log::Level::Warn, "a record was not changed: " + changed.error().message);
    return changed;
}

}  // namespace

Result<std::unique_ptr<Backend>> with_records(std::unique_ptr<Backend> keys, RecordSettings settings) {
    return std::make_unique<RecordKeeper>(std::move(keys), std::move(settings));
}

}  // namespace kvp11::records
