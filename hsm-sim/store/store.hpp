// Store: where a partition keeps its items, whatever holds them: a SQLite file, memory, later etcd.
//
// An item is a key or a record: metadata in the clear, a tag over them, and sealed material. The store
// knows nothing of cryptography; it sees only what it must index. Changes are batches with conditions,
// all or nothing, so that no lock is held while somebody seals and a batch maps to an etcd transaction.
//
// Every method may be called from any thread and, after a fork, from any process.
// Errors: the Store… conditions, DeviceError, DeviceMemory.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "kvp11/backend.hpp"

namespace kvp11::store {

/// What find() answers from, one per PKCS#11 object of an item.
struct StoredFace {
    ObjectKind kind = ObjectKind::Record;
    std::uint64_t record_class = 0;
    Bytes id;
    Bytes label;
    bool is_private = true;
};

enum class ItemKind : std::uint8_t { Key, Record };

struct StoredItem {
    std::uint64_t sequence = 0;  // given by the store, grows in the order of creation
    ItemKind kind = ItemKind::Key;
    std::uint64_t detail = 0;  // key type or object class, for counting
    KeyId id;                  // records have an empty version
    std::uint64_t revision = 0;
    std::int64_t created = 0;
    bool is_latest = true;                  // of its name; kept by the store, ignored when written
    std::optional<std::int64_t> purge_at;   // set: deleted, and gone from then on. Unix seconds, as all times
    std::optional<std::int64_t> rotate_at;  // when the latest version is due for a new one
    Bytes metadata;
    Bytes tag;
    Bytes sealed;
    std::vector<StoredFace> faces;  // written, not read back
};

/// `expected`, when set, is what the value must be for the batch to go through; empty means absent.
struct PutMeta {
    std::string name;
    Bytes value;
    std::optional<Bytes> expected;
};
struct EraseMeta {
    std::string name;
};
/// The first version of a name, or a record. KeyExists when the name is taken, KeyDeleted when a deleted key
/// holds it.
struct InsertItem {
    StoredItem item;
};
/// One more version of a name, its latest from now on. StoreConflict when the latest one is not `expected_latest`
/// (any more), is deleted, or has another revision where one is said; KeyNotFound when the name is gone.
struct AddVersion {
    StoredItem item;
    std::string expected_latest;
    std::uint64_t expected_revision = 0;  // 0: any
};
/// A version as it was elsewhere, with its place in the order of versions given by the order of insertion; the
/// last one of a name is the latest. The name must be free when the batch comes to the first: KeyExists, KeyDeleted.
struct RestoreItem {
    StoredItem item;
};
/// StoreConflict when the stored revision is another one, KeyNotFound when the item is gone.
struct ReplaceItem {
    StoredItem item;
    std::uint64_t expected_revision = 0;
    bool while_latest = false;  // StoreConflict as well when it is not its name's latest any more
};
struct EraseItem {
    KeyId id;
    std::uint64_t expected_revision = 0;
};
/// All items and all meta values.
struct EraseEverything {};

using Change =
    std::variant<PutMeta, EraseMeta, InsertItem, AddVersion, RestoreItem, ReplaceItem, EraseItem, EraseEverything>;
/// Each change finds what those before it left.
using Batch = std::vector<Change>;

enum class NameState : std::uint8_t { Free, Live, Deleted };

/// Latest versions of keys in the order of folded names, after one name.
struct NameQuery {
    NameState state = NameState::Live;
    std::string after;  // a name; empty for the beginning
    std::size_t limit = 25;
};

enum class Due : std::uint8_t { Rotation, Purge };

/// A key counts once, whatever its versions, and not when it is deleted.
struct ItemCount {
    ItemKind kind = ItemKind::Key;
    std::uint64_t detail = 0;
    std::uint64_t count = 0;
};

class Store {
public:
    virtual ~Store() = default;

    /// Changes with every commit of any process; odd while a commit may be under way, and what was read
    /// then must not be remembered.
    [[nodiscard]] virtual std::uint64_t generation() const noexcept = 0;
    /// Makes an odd generation even again when its writer is dead.
    virtual void settle_generation() noexcept = 0;

    /// Empty when there is no such value.
    [[nodiscard]] virtual Result<Bytes> meta(const std::string& name) = 0;
    /// The latest version when id.version is empty; nothing when there is none. Deleted ones as well.
    [[nodiscard]] virtual Result<std::optional<StoredItem>> item(ItemKind kind, const KeyId& id) = 0;
    /// From old to new, deleted or not.
    [[nodiscard]] virtual Result<std::vector<StoredItem>> versions(const std::string& name) = 0;
    [[nodiscard]] virtual Result<NameState> name_state(const std::string& name) = 0;
    [[nodiscard]] virtual Result<std::vector<StoredItem>> latest(const NameQuery& query) = 0;
    /// At most `limit` names of keys whose time has come, the longest overdue first.
    [[nodiscard]] virtual Result<std::vector<std::string>> due(Due what, std::int64_t now, std::size_t limit) = 0;
    [[nodiscard]] virtual Result<std::vector<ObjectRef>> find(const ObjectQuery& query) = 0;
    /// At most `limit` items with a sequence greater than `after`, in order.
    [[nodiscard]] virtual Result<std::vector<StoredItem>> items(std::uint64_t after, std::size_t limit) = 0;
    [[nodiscard]] virtual Result<std::vector<ItemCount>> counts() = 0;
    [[nodiscard]] virtual bool read_only() const noexcept = 0;

    /// Durable when it returns success. StoreConflict and KeyExists as the changes say.
    virtual Result<void> commit(const Batch& batch) = 0;
};

}  // namespace kvp11::store
