#include "records/record_keeper.hpp"

#include <algorithm>

#include "kvp11/forwarding_backend.hpp"
#include "log/log.hpp"
#include "records/certificate_keeper.hpp"
#include "records/record_store.hpp"

namespace kvp11::records {

namespace {

class RecordKeeper final : public ForwardingBackend {
public:
    RecordKeeper(std::unique_ptr<Backend> keys, std::string path)
        : ForwardingBackend(std::move(keys)), store_(std::move(path)) {}

    /// Both grow.
    [[nodiscard]] std::uint64_t generation() const noexcept override {
        return below().generation() + store_.generation();
    }
    Result<void> initialise(const SecretBytes& so_pin, const std::string& label) override {
        TRY(below().initialise(so_pin, label));
        return store_.remove_all();
    }

    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override;
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override {
        return store_.record(id);
    }
    Result<void> remove(const ObjectRef& ref) override {
        return ref.kind == ObjectKind::Record ? store_.remove(ref.id.name) : below().remove(ref);
    }
    Result<std::shared_ptr<const Record>> create_record(const Record& record) override;
    Result<std::shared_ptr<const Record>> update_record(const Record& record) override;

private:
    RecordStore store_;
};

Result<std::vector<ObjectRef>> RecordKeeper::find(const ObjectQuery& query) const {
    std::vector<ObjectRef> found;
    if (!query.kind || *query.kind != ObjectKind::Record) {
        found = TRY(below().find(query));
        std::erase_if(found, [](const ObjectRef& ref) { return ref.kind == ObjectKind::Record; });
    }
    if (query.kind && *query.kind != ObjectKind::Record) return found;
    const std::vector<ObjectRef> kept = TRY(store_.find(query));
    found.insert(found.end(), kept.begin(), kept.end());
    return found;
}

Result<std::shared_ptr<const Record>> RecordKeeper::create_record(const Record& record) {
    auto made = store_.create(record);
    if (!made.ok()) log::write(log::Level::Warn, "no record was made: " + made.error().message);
    return made;
}

Result<std::shared_ptr<const Record>> RecordKeeper::update_record(const Record& record) {
    auto changed = store_.update(record);
    if (!changed.ok()) log::write(log::Level::Warn, "a record was not changed: " + changed.error().message);
    return changed;
}

}  // namespace

Result<std::unique_ptr<Backend>> with_records(std::unique_ptr<Backend> keys, RecordSettings settings) {
    return with_certificates(std::make_unique<RecordKeeper>(std::move(keys), std::move(settings.path)),
                             std::move(settings.certificates));
}

}  // namespace kvp11::records
