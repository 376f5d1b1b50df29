// The life of a partition and the life of a key, as tables: in which state what may happen, and which state follows.
// The core asks the tables before it changes a state; docs/partition-states.svg and docs/key-states.svg are drawn
// from them. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "kvp11/backend.hpp"
#include "partition/operations.hpp"
#include "partition/stored_items.hpp"

namespace kvp11::partition {

enum class LifeEvent : std::uint8_t {
    Create,                  // kvp11 hsm create
    Initialise,              // C_InitToken
    DownloadSecurityDomain,  // for its officers
    BeginRecovery,           // of another partition, in this one
    UploadSecurityDomain,
    SelfTestFails,  // in one process; the store knows nothing of it
    Restart,        // of that process
    Zeroise,
};

struct LifeRow {
    LifeCycle from;
    LifeEvent event;
    LifeCycle to;
};

enum class KeyLife : std::uint8_t {
    Absent,  // never made, or purged: nothing is left
    Live,
    Deleted,  // keeps its name, is used by nobody
};

enum class KeyEvent : std::uint8_t { Create, Import, Restore, Rotate, Delete, Recover, Purge, RetentionEnds };

struct KeyLifeRow {
    KeyLife from;
    KeyEvent event;
    KeyLife to;
};

/// What an event is called in docs/, and whose it is: whoever may do `operation`, or who `by` says.
struct EventText {
    std::string_view name;
    std::optional<Operation> operation;
    std::string_view by;
};

std::span<const LifeRow> life_rows() noexcept;
std::span<const KeyLifeRow> key_life_rows() noexcept;
std::string_view name_of(LifeCycle state) noexcept;
std::string_view name_of(KeyLife state) noexcept;
const EventText& words_of(LifeEvent event) noexcept;
const EventText& words_of(KeyEvent event) noexcept;

/// A deleted key whose retention has ended is absent, even before somebody cleans up.
KeyLife life_of(const KeyRecord& record, std::int64_t now) noexcept;
KeyLife life_of(NameState state) noexcept;

/// PartitionNotActive, or AlreadyInitialized for Create, when the table has no such row. Restart is not asked for: what
/// follows it is what the store says.
Result<LifeCycle> next(LifeCycle from, LifeEvent event);
/// KeyNotFound, KeyExists or KeyDeleted, with the key's name.
Result<KeyLife> next(KeyLife from, KeyEvent event, std::string_view name);

}  // namespace kvp11::partition
