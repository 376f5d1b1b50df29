#include "records/certificate_keeper.hpp"

#include "kvp11/forwarding_backend.hpp"
#include "records/certificate_shelf.hpp"

namespace kvp11::records {

namespace {

bool matches(const Record& record, const ObjectQuery& query) {
    return (!query.record_class || *query.record_class == record.object_class) &&
           (!query.id || *query.id == record.face.id) && (!query.label || *query.label == record.face.label);
}

Failure of_a_file() {
    return fail(Errc::ActionProhibited, "the certificate is in a file that the configuration names: change the file");
}

class CertificateKeeper final : public ForwardingBackend {
public:
    CertificateKeeper(std::unique_ptr<Backend> below, std::vector<std::string> certificates)
        : ForwardingBackend(std::move(below)), shelf_(std::move(certificates), ForwardingBackend::below()) {}

    /// Both grow.
    [[nodiscard]] std::uint64_t generation() const noexcept override {
        return below().generation() + shelf_.generation();
    }
    Result<void> login(Role role, const SecretBytes& pin) override {
        TRY(below().login(role, pin));
        shelf_.look_again();
        return {};
    }
    [[nodiscard]] Result<std::vector<ObjectRef>> find(const ObjectQuery& query) const override {
        std::vector<ObjectRef> found = TRY(below().find(query));
        if (query.kind && *query.kind != ObjectKind::Record) return found;
        for (const auto& certificate : shelf_.refreshed()) {
            if (matches(*certificate, query)) found.push_back({ObjectKind::Record, {certificate->id, {}}});
        }
        return found;
    }
    [[nodiscard]] Result<std::shared_ptr<const Record>> record(const std::string& id) const override {
        if (auto certificate = shelf_.record(id)) return certificate;
        return below().record(id);
    }
    Result<void> remove(const ObjectRef& ref) override {
        if (ref.kind == ObjectKind::Record && shelf_.record(ref.id.name)) return of_a_file();
        return below().remove(ref);
    }
    Result<std::shared_ptr<const Record>> update_record(const Record& record) override {
        if (shelf_.record(record.id)) return of_a_file();
        return below().update_record(record);
    }

private:
    mutable CertificateShelf shelf_;
};

}  // namespace

std::unique_ptr<Backend> with_certificates(std::unique_ptr<Backend> below, std::vector<std::string> certificates) {
    if (certificates.empty()) return below;
    return std::make_unique<CertificateKeeper>(std::move(below), std::move(certificates));
}

}  // namespace kvp11::records
