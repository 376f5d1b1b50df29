// CertificateShelf: the certificates of a slot's files as records, each with the id and label of the key that it is
// for.
//
// A key is sought by the file's name first, which is one lookup, and only when that is not the certificate's key, or
// none, among all keys. Chains above it get a label of their own. Files are looked at when somebody searches, at most
// once a second, and read again when they changed; keys are sought again when the backend's generation has changed.
//
// Lock-free: what was read once stays until the shelf goes, so readers need no lock and a child of fork() inherits
// none. One thread at a time reads files; others go on with what there is. Thread-safe.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "kvp11/backend.hpp"
#include "records/certificate_files.hpp"

namespace kvp11::records {

class CertificateShelf {
public:
    /// `keys` outlives it.
    CertificateShelf(std::vector<std::string> patterns, const Backend& keys)
        : patterns_(std::move(patterns)), keys_(keys) {}
    CertificateShelf(const CertificateShelf&) = delete;
    CertificateShelf& operator=(const CertificateShelf&) = delete;
    ~CertificateShelf();

    /// Looks whether something changed. Valid as long as the shelf.
    const std::vector<std::shared_ptr<const Record>>& refreshed();
    /// After a login, which may show keys that were not seen before.
    void look_again();
    /// Null when there is none. Looks at no file.
    [[nodiscard]] std::shared_ptr<const Record> record(const std::string& id) const;
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

private:
    struct Certificate {
        crypto::CertificateFacts certificate;
        std::string stem;
        std::size_t place = 0;  // in its file
        std::optional<KeyId> key;
        Face key_face;
    };
    using Certificates = std::vector<Certificate>;
    struct Snapshot {
        std::vector<FileMark> files;
        Certificates certificates;
        std::vector<std::shared_ptr<const Record>> records;
        const Snapshot* before = nullptr;
    };

    void refresh();
    void match(Certificates& certificates);
    /// `seen`: how many keys the query gave.
    bool match_with(Certificate& certificate, const ObjectQuery& query, std::size_t* seen = nullptr);
    bool match_with_any(Certificate& certificate);
    bool still_matches(Certificate& certificate) const;
    void publish(std::unique_ptr<Snapshot> fresh);

    const std::vector<std::string> patterns_;
    const Backend& keys_;
    std::atomic<const Snapshot*> present_{nullptr};
    std::atomic<std::uint64_t> generation_{1};
    std::atomic<pid_t> reader_{0};               // the process whose thread reads; a child takes over
    std::atomic<std::int64_t> looked_{-1};       // when, in milliseconds of the monotonic clock; -1: never
    std::atomic<std::int64_t> match_again_{0};   // 0: not needed
    std::atomic<std::uint64_t> matched_for_{0};  // the generation of the keys
};

}  // namespace kvp11::records
