#include "records/certificate_shelf.hpp"

#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "crypto/digest.hpp"
#include "log/log.hpp"
#include "records/certificate_record.hpp"

namespace kvp11::records {

namespace {

constexpr std::int64_t look_pause = 1'000;
/// Until keys are sought again that could not be, because the service did not answer or nobody was logged in.
constexpr std::int64_t retry_pause = 3'000;

std::int64_t monotonic_milliseconds() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// What a certificate without a key is found by: its file's name, or of a chain something that is no key's name.
Bytes own_label(const std::string& stem, std::size_t place) {
    const std::string label = place == 0 ? stem : stem + " chain " + std::to_string(place);
    return copy_of(bytes_of(label));
}

Bytes own_id(const crypto::CertificateFacts& certificate) {
    return crypto::hash(Digest::Sha1, certificate.public_key_info);
}

bool is_issuer_of(const crypto::CertificateFacts& issuer, const crypto::CertificateFacts& subject) {
    return issuer.subject == subject.issuer;
}

bool same_records(const std::vector<std::shared_ptr<const Record>>& a,
                  const std::vector<std::shared_ptr<const Record>>& b) {
    const auto same = [](const auto& left, const auto& right) {
        return left->id == right->id && left->face == right->face;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

}  // namespace

CertificateShelf::~CertificateShelf() {
    for (const Snapshot* one = present_.load(); one != nullptr;) {
        const Snapshot* before = one->before;
        delete one;
        one = before;
    }
}

const std::vector<std::shared_ptr<const Record>>& CertificateShelf::refreshed() {
    // Never destroyed: hosts call until the very end.
    static const auto* const none = new std::vector<std::shared_ptr<const Record>>();
    if (patterns_.empty()) return *none;
    const std::int64_t now = monotonic_milliseconds();
    std::int64_t looked = looked_.load();
    const bool is_time = looked < 0 || now - looked >= look_pause;
    const Snapshot* present = present_.load(std::memory_order_acquire);
    // Who comes first of all waits for nobody: without a snapshot each thread makes its own.
    if (present == nullptr) {
        refresh();
        looked_ = now;
    } else if (is_time && looked_.compare_exchange_strong(looked, now)) {
        pid_t reader = reader_.load();
        const pid_t self = getpid();
        if (reader != self && reader_.compare_exchange_strong(reader, self)) {
            refresh();
            reader_ = 0;
        }
    }
    present = present_.load(std::memory_order_acquire);
    return present == nullptr ? *none : present->records;
}

std::shared_ptr<const Record> CertificateShelf::record(const std::string& id) const {
    const Snapshot* present = present_.load(std::memory_order_acquire);
    if (present == nullptr) return nullptr;
    for (const auto& record : present->records) {
        if (record->id == id) return record;
    }
    return nullptr;
}

void CertificateShelf::look_again() {
    match_again_ = 1;
    looked_ = -1;
}

void CertificateShelf::refresh() {
    const Snapshot* present = present_.load(std::memory_order_acquire);
    auto fresh = std::make_unique<Snapshot>();
    fresh->files = files_named(patterns_);
    const std::int64_t again = match_again_.load();
    const bool files_changed = present == nullptr || fresh->files != present->files;
    const bool keys_changed = keys_.generation() != matched_for_.load();
    const bool is_retry = again != 0 && monotonic_milliseconds() >= again;
    if (!files_changed && !keys_changed && !is_retry) return;
    if (files_changed) {
        for (const FileMark& file : fresh->files) {
            std::size_t place = 0;
            for (crypto::CertificateFacts& one : certificates_in(file))
                fresh->certificates.push_back({std::move(one), stem_of(file.path), place++, {}, {}});
        }
    } else {
        fresh->certificates = present->certificates;
    }
    match_again_ = 0;
    match(fresh->certificates);
    publish(std::move(fresh));
}

bool CertificateShelf::still_matches(Certificate& certificate) const {
    if (!certificate.key) return false;
    const auto record = keys_.key_record(*certificate.key);
    if (!record.ok() || (*record)->public_key != certificate.certificate.key) return false;
    certificate.key_face = (*record)->face;
    return true;
}

bool CertificateShelf::match_with(Certificate& certificate, const ObjectQuery& query, std::size_t* seen) {
    certificate.key.reset();
    const auto refs = keys_.find(query);
    if (!refs.ok()) {
        match_again_ = monotonic_milliseconds() + retry_pause;
        log::write(log::Level::Debug,
                   "no key sought for certificate " + certificate.stem + ": " + refs.error().message);
        return false;
    }
    if (seen != nullptr) *seen = refs->size();
    for (const ObjectRef& ref : *refs) {
        if (ref.kind != *query.kind) continue;
        certificate.key = ref.id;
        if (still_matches(certificate)) return true;
    }
    certificate.key.reset();
    return false;
}

/// Before a login a partition shows public halves alone.
bool CertificateShelf::match_with_any(Certificate& certificate) {
    ObjectQuery every;
    for (const ObjectKind kind : {ObjectKind::PrivateKey, ObjectKind::PublicKey}) {
        every.kind = kind;
        std::size_t seen = 0;
        if (match_with(certificate, every, &seen)) return true;
        if (match_again_ != 0 || seen > 0) return false;
    }
    return false;
}

void CertificateShelf::match(Certificates& certificates) {
    const std::uint64_t generation = keys_.generation();
    bool is_leaf_left = false;
    for (Certificate& certificate : certificates) {
        if (still_matches(certificate)) continue;
        ObjectQuery by_name;
        by_name.kind = ObjectKind::PrivateKey;
        by_name.label = copy_of(bytes_of(certificate.stem));
        const bool is_leaf = certificate.place == 0;
        certificate.key.reset();
        if (is_leaf && !match_with(certificate, by_name)) is_leaf_left = true;
    }
    // Seeking among all keys is asking for all of them, which certificates of a chain alone are not worth.
    if (is_leaf_left) {
        for (Certificate& certificate : certificates) {
            if (!certificate.key && !match_with_any(certificate) && match_again_ != 0) break;
        }
    }
    // What the search itself has taught the backend is no reason to search again.
    matched_for_ = match_again_ == 0 ? keys_.generation() : generation;
}

void CertificateShelf::publish(std::unique_ptr<Snapshot> fresh) {
    const Certificates& all = fresh->certificates;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Certificate& one = all[i];
        const bool is_above =
            one.certificate.is_authority || (one.place > 0 && is_issuer_of(one.certificate, all[i - 1].certificate));
        const Category category = one.key    ? Category::TokenUser
                                  : is_above ? Category::Authority
                                             : Category::Unspecified;
        auto record = std::make_shared<const Record>(
            record_of_certificate(one.certificate, category, one.key ? one.key_face.id : own_id(one.certificate),
                                  one.key ? one.key_face.label : own_label(one.stem, one.place)));
        // The same certificate in several files is one object, the one with a key if any has.
        const auto same = std::find_if(fresh->records.begin(), fresh->records.end(),
                                       [&](const auto& other) { return other->id == record->id; });
        if (same == fresh->records.end()) {
            fresh->records.push_back(std::move(record));
        } else if (one.key) {
            *same = std::move(record);
        }
    }
    const Snapshot* present = present_.load(std::memory_order_acquire);
    for (;;) {
        const bool differs = present == nullptr || !same_records(present->records, fresh->records);
        if (!differs && present->files == fresh->files) return;
        fresh->before = present;
        if (present_.compare_exchange_weak(present, fresh.get())) {
            (void)fresh.release();
            if (differs) generation_.fetch_add(1);
            return;
        }
    }
}

}  // namespace kvp11::records
