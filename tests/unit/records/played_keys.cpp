#include "played_keys.hpp"

#include <cstdlib>
#include <fstream>

#include "crypto/certificate_issue.hpp"

namespace kvp11::test {

KeyPtr PlayedKeys::add(const std::string& name) {
    auto key = fresh_key();
    add(name, key->public_key(), name);
    return key;
}

void PlayedKeys::add(const std::string& name, const PublicKey& key, const std::string& label) {
    auto record = std::make_shared<KeyRecord>();
    record->id = {name, std::string(32, '0')};
    record->spec.type = key.type;
    record->public_key = key;
    record->face.label = copy_of(bytes_of(label));
    record->face.id = copy_of(bytes_of(name));
    if (has_public_halves) record->public_face = record->face;
    keys_[name] = std::move(record);
    ++generation_;
}

void PlayedKeys::remove_key(const std::string& name) {
    keys_.erase(name);
    ++generation_;
}

Result<TokenStatus> PlayedKeys::status() const {
    TokenStatus status;
    status.label = "played";
    return status;
}

Result<std::vector<ObjectRef>> PlayedKeys::find(const ObjectQuery& query) const {
    if (is_down) return fail(Errc::DeviceError, "nobody answers");
    auto& counted = const_cast<PlayedKeys&>(*this);
    ++(query.label ? counted.by_label : counted.of_all);
    std::vector<ObjectRef> refs;
    for (const auto& [name, key] : keys_) {
        if (query.label && *query.label != key->face.label) continue;
        if (query.id && *query.id != key->face.id) continue;
        for (const ObjectKind kind : {ObjectKind::PrivateKey, ObjectKind::PublicKey}) {
            if (kind == ObjectKind::PrivateKey && (hides_private || !key->has_material)) continue;
            if (kind == ObjectKind::PublicKey && !key->public_face) continue;
            if (!query.kind || *query.kind == kind) refs.push_back({kind, key->id});
        }
    }
    // A backend may have records of its own; the keeper answers for all of them.
    if (!query.kind || *query.kind == ObjectKind::Record) refs.push_back({ObjectKind::Record, {"below", {}}});
    return refs;
}

Result<std::shared_ptr<const KeyRecord>> PlayedKeys::key_record(const KeyId& id) const {
    const auto at = keys_.find(id.name);
    if (at == keys_.end()) return fail(Errc::KeyNotFound);
    return at->second;
}

Workplace::Workplace(std::vector<std::string> names) {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-records-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root = pattern;
    for (const std::string& name : names) certificates.push_back(path(name));
    auto below = std::make_unique<PlayedKeys>();
    keys = below.get();
    slot = records::with_records(std::move(below), {path("kept/records.db"), certificates}).value();
}

Workplace::~Workplace() {
    slot.reset();
    std::error_code ignored;
    std::filesystem::remove_all(root, ignored);
}

std::unique_ptr<Backend> Workplace::another() const {
    return records::with_records(std::make_unique<PlayedKeys>(), {path("kept/records.db"), certificates}).value();
}

void Workplace::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary | std::ios::trunc) << text;
}

KeyPtr fresh_key() {
    KeySpec spec;
    spec.type = KeyType::Ec;
    return crypto::PrivateHalf::generate(spec).value();
}

crypto::Certificate certificate(const std::string& name, const KeyPtr& key, const KeyPtr& issuer_key,
                                const crypto::Certificate* issuer) {
    crypto::CertificateWish wish;
    wish.common_name = name;
    wish.dns_names = {name + ".localhost"};
    wish.is_authority = issuer == nullptr;
    return crypto::issue_certificate(wish, *key, issuer_key ? *issuer_key : *key, issuer).value();
}

ObjectQuery all_records() {
    ObjectQuery query;
    query.kind = ObjectKind::Record;
    return query;
}

ObjectQuery records_labelled(const std::string& label) {
    ObjectQuery query = all_records();
    query.label = copy_of(bytes_of(label));
    return query;
}

Record data(const std::string& label) {
    Record record;
    record.object_class = 0;
    record.face.is_private = false;
    record.face.label = copy_of(bytes_of(label));
    record.face.extras[0x11] = {1, 2, 3};
    return record;
}

std::vector<std::string> labels(const Backend& slot, const ObjectQuery& query) {
    std::vector<std::string> labels;
    const auto refs = slot.find(query);
    REQUIRE_OK(refs);
    for (const ObjectRef& ref : *refs) {
        if (ref.kind != ObjectKind::Record) {
            labels.push_back("key " + ref.id.name);
            continue;
        }
        const auto record = slot.record(ref.id.name);
        REQUIRE_OK(record);
        labels.emplace_back(text_of((*record)->face.label));
    }
    return labels;
}

}  // namespace kvp11::test
