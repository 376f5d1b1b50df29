#include "records/record_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "crypto/random.hpp"
#include "records/stored_record.hpp"

namespace kvp11::records {

namespace {

/// How often a change is tried again when other processes were faster.
constexpr int most_attempts = 64;

Failure system_failure(const std::string& what, const std::string& path) {
    const Errc code = errno == ENOSPC || errno == EDQUOT                    ? Errc::StoreFull
                      : errno == EACCES || errno == EPERM || errno == EROFS ? Errc::StoreReadOnly
                                                                            : Errc::DeviceError;
    return fail(code, what + " " + path + ": " + std::strerror(errno));
}

Result<void> refuse_private(const Record& record) {
    if (!record.face.is_private) return {};
    return fail(Errc::AttributeValueInvalid,
                "records of a Managed HSM's slot lie in the clear on this machine: CKA_PRIVATE can only be false");
}

Failure not_found(const std::string& id) { return fail(Errc::KeyNotFound, "there is no record '" + id + "'"); }

template <class ChangeOnce>
auto until_undisturbed(ChangeOnce change_once) {
    for (int attempt = 1;; ++attempt) {
        auto result = change_once();
        if (result.ok() || result.code() != Errc::StoreConflict || attempt == most_attempts) return result;
    }
}

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<void> make_folder(const std::string& folder) {
    for (std::size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
        const std::string part = folder.substr(0, slash);
        if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return system_failure("cannot make", part);
        if (slash == std::string::npos) return {};
    }
}

Result<void> flush_folder(const std::string& folder) {
    const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool flushed = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0) close(descriptor);
    if (!flushed) return system_failure("cannot flush", folder);
    return {};
}

}  // namespace

RecordStore::~RecordStore() { delete store_.load(); }

std::uint64_t RecordStore::generation() const noexcept {
    const store::SqliteStore* store = store_.load(std::memory_order_acquire);
    return store == nullptr ? 0 : store->generation();
}

Result<store::SqliteStore*> RecordStore::existing() const {
    if (store::SqliteStore* store = store_.load(std::memory_order_acquire)) return store;
    struct stat facts {};
    if (path_.empty() || stat(path_.c_str(), &facts) != 0) return nullptr;
    auto opened = TRY(
        store::SqliteStore::open(path_, store::GenerationWord::map_file(path_ + "-generation", facts.st_mode & 0666U)));
    store::SqliteStore* present = nullptr;
    if (store_.compare_exchange_strong(present, opened.get())) return opened.release();
    return present;
}

// Made under another name and linked to its own, so that nobody sees half of it and the first of several wins.
Result<void> RecordStore::lay_out() const {
    if (path_.empty()) return fail(Errc::TokenWriteProtected, "the slot has no file for records");
    TRY(make_folder(folder_of(path_)));
    std::string name = path_ + ".new-XXXXXX";
    const int descriptor = mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0) return system_failure("cannot write beside", path_);
    close(descriptor);
    auto laid_out = store::SqliteStore::lay_out(name, {});
    const bool is_there = laid_out.ok() && (link(name.c_str(), path_.c_str()) == 0 || errno == EEXIST);
    if (laid_out.ok() && !is_there) laid_out = system_failure("cannot name", path_);
    unlink(name.c_str());
    TRY(laid_out);
    return flush_folder(folder_of(path_));
}

Result<std::vector<ObjectRef>> RecordStore::find(const ObjectQuery& query) const {
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return std::vector<ObjectRef>{};
    ObjectQuery records = query;
    records.kind = ObjectKind::Record;
    return store->find(records);
}

Result<store::StoredItem> RecordStore::item(store::SqliteStore& store, const std::string& id) const {
    auto item = TRY(store.item(store::ItemKind::Record, {id, {}}));
    if (!item) return not_found(id);
    return std::move(*item);
}

Result<RecordPtr> RecordStore::record(const std::string& id) const {
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return not_found(id);
    const store::StoredItem stored = TRY(item(*store, id));
    Record record = TRY(record_of(stored));
    return std::make_shared<const Record>(std::move(record));
}

Result<RecordPtr> RecordStore::create(const Record& wanted) {
    TRY(refuse_private(wanted));
    if (TRY(existing()) == nullptr) TRY(lay_out());
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return fail(Errc::StoreNotFound, "the store cannot be opened: " + path_);
    auto record = std::make_shared<Record>(wanted);
    Bytes random(16);
    TRY(crypto::random_bytes(random));
    record->id = record_id(random);
    record->revision = 1;
    TRY(store->commit({store::InsertItem{item_of(*record, std::time(nullptr))}}));
    return RecordPtr(std::move(record));
}

Result<RecordPtr> RecordStore::update(const Record& wanted) {
    TRY(refuse_private(wanted));
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return not_found(wanted.id);
    return until_undisturbed([&]() -> Result<RecordPtr> {
        const store::StoredItem before = TRY(item(*store, wanted.id));
        auto record = std::make_shared<Record>(wanted);
        record->id = before.id.name;
        record->revision = before.revision + 1;
        TRY(store->commit({store::ReplaceItem{item_of(*record, before.created), before.revision}}));
        return RecordPtr(std::move(record));
    });
}

Result<void> RecordStore::remove(const std::string& id) {
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return not_found(id);
    return until_undisturbed([&]() -> Result<void> {
        const store::StoredItem before = TRY(item(*store, id));
        return store->commit({store::EraseItem{before.id, before.revision}});
    });
}

Result<void> RecordStore::remove_all() {
    store::SqliteStore* store = TRY(existing());
    if (store == nullptr) return {};
    return store->commit({store::EraseEverything{}});
}

}  // namespace kvp11::records
