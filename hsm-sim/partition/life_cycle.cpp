#include "partition/life_cycle.hpp"

#include <array>

#include "partition/service_error.hpp"

namespace kvp11::partition {
namespace {

using enum LifeEvent;

constexpr auto partition_rows = std::to_array<LifeRow>({
    {LifeCycle::Uninitialised, Create, LifeCycle::Provisioned},
    {LifeCycle::Uninitialised, Initialise, LifeCycle::Active},
    {LifeCycle::Provisioned, DownloadSecurityDomain, LifeCycle::Active},
    {LifeCycle::Provisioned, BeginRecovery, LifeCycle::Recovery},
    {LifeCycle::Provisioned, Initialise, LifeCycle::Active},
    {LifeCycle::Provisioned, SelfTestFails, LifeCycle::Error},
    {LifeCycle::Provisioned, Zeroise, LifeCycle::Uninitialised},
    {LifeCycle::Recovery, BeginRecovery, LifeCycle::Recovery},
    {LifeCycle::Recovery, UploadSecurityDomain, LifeCycle::Active},
    {LifeCycle::Recovery, Initialise, LifeCycle::Active},
    {LifeCycle::Recovery, SelfTestFails, LifeCycle::Error},
    {LifeCycle::Recovery, Zeroise, LifeCycle::Uninitialised},
    {LifeCycle::Active, DownloadSecurityDomain, LifeCycle::Active},
    {LifeCycle::Active, Initialise, LifeCycle::Active},
    {LifeCycle::Active, SelfTestFails, LifeCycle::Error},
    {LifeCycle::Active, Zeroise, LifeCycle::Uninitialised},
    {LifeCycle::Error, Restart, LifeCycle::Provisioned},
    {LifeCycle::Error, Restart, LifeCycle::Recovery},
    {LifeCycle::Error, Restart, LifeCycle::Active},
    {LifeCycle::Error, Zeroise, LifeCycle::Uninitialised},
});

constexpr auto key_rows = std::to_array<KeyLifeRow>({
    {KeyLife::Absent, KeyEvent::Create, KeyLife::Live},
    {KeyLife::Absent, KeyEvent::Import, KeyLife::Live},
    {KeyLife::Absent, KeyEvent::Restore, KeyLife::Live},
    {KeyLife::Live, KeyEvent::Create, KeyLife::Live},  // one more version
    {KeyLife::Live, KeyEvent::Import, KeyLife::Live},
    {KeyLife::Live, KeyEvent::Rotate, KeyLife::Live},
    {KeyLife::Live, KeyEvent::Delete, KeyLife::Deleted},
    {KeyLife::Deleted, KeyEvent::Recover, KeyLife::Live},
    {KeyLife::Deleted, KeyEvent::Purge, KeyLife::Absent},
    {KeyLife::Deleted, KeyEvent::RetentionEnds, KeyLife::Absent},
});

// In the order of LifeEvent.
constexpr EventText partition_events[] = {
    {"hsm create", {}, "who may write the folder"},
    {"C_InitToken", {}, "the officer's PIN, where there is one"},
    {"security-domain download", Operation::SecurityDomainDownload, {}},
    {"security-domain init-recovery", Operation::SecurityDomainTransferKey, {}},
    {"security-domain upload", Operation::SecurityDomainUpload, {}},
    {"a self-test fails", {}, "in one process"},
    {"restart", {}, "of that process"},
    {"hsm zeroise", {}, "who may write the folder"},
};

// In the order of KeyEvent.
constexpr EventText key_events[] = {
    {"create", Operation::KeyCreate, {}}, {"import", Operation::KeyImport, {}}, {"restore", Operation::KeyRestore, {}},
    {"rotate", Operation::KeyRotate, {}}, {"delete", Operation::KeyDelete, {}}, {"recover", Operation::KeyRecover, {}},
    {"purge", Operation::KeyPurge, {}},   {"retention ends", {}, "the clock"},
};

constexpr std::string_view partition_states[] = {"uninitialised", "provisioned", "active", "recovery", "error"};
constexpr std::string_view key_states[] = {"absent", "live", "deleted"};

/// Why the event may not happen there.
Failure refusal(LifeCycle from, LifeEvent event) {
    switch (event) {
        case Create: return fail(Errc::AlreadyInitialized, "there is a partition already");
        case BeginRecovery:
            return fail(Errc::PartitionNotActive,
                        "recovery begins in a partition that is provisioned and not yet active");
        case UploadSecurityDomain: return fail(Errc::PartitionNotActive, "no recovery was begun in this partition");
        case DownloadSecurityDomain:
            if (from != LifeCycle::Recovery) break;
            return fail(Errc::PartitionNotActive, "the partition is being recovered: upload a security domain instead");
        default: break;
    }
    return fail(Errc::PartitionNotActive, "the partition is " + std::string(name_of(from)));
}

Failure refusal(KeyLife from, KeyEvent event, std::string_view name) {
    const std::string quoted = "'" + std::string(name) + "'";
    const bool makes = event == KeyEvent::Create || event == KeyEvent::Import || event == KeyEvent::Restore;
    if (makes && from == KeyLife::Live) return fail(Errc::KeyExists, "a key named " + quoted + " exists");
    if (makes) return key_name_is_held(name);
    const bool wants_deleted = event == KeyEvent::Recover || event == KeyEvent::Purge;
    return wants_deleted ? deleted_key_not_found(name) : key_not_found({std::string(name), {}});
}

}  // namespace

std::span<const LifeRow> life_rows() noexcept { return partition_rows; }
std::span<const KeyLifeRow> key_life_rows() noexcept { return key_rows; }

std::string_view name_of(LifeCycle state) noexcept { return partition_states[static_cast<std::size_t>(state)]; }
std::string_view name_of(KeyLife state) noexcept { return key_states[static_cast<std::size_t>(state)]; }
const EventText& words_of(LifeEvent event) noexcept { return partition_events[static_cast<std::size_t>(event)]; }
const EventText& words_of(KeyEvent event) noexcept { return key_events[static_cast<std::size_t>(event)]; }

KeyLife life_of(const KeyRecord& record, std::int64_t now) noexcept {
    if (!record.deletion) return KeyLife::Live;
    return record.deletion->scheduled_purge <= now ? KeyLife::Absent : KeyLife::Deleted;
}

KeyLife life_of(NameState state) noexcept {
    if (state == NameState::Free) return KeyLife::Absent;
    return state == NameState::Live ? KeyLife::Live : KeyLife::Deleted;
}

Result<LifeCycle> next(LifeCycle from, LifeEvent event) {
    for (const LifeRow& row : partition_rows) {
        if (row.from == from && row.event == event) return row.to;
    }
    return refusal(from, event);
}

Result<KeyLife> next(KeyLife from, KeyEvent event, std::string_view name) {
    for (const KeyLifeRow& row : key_rows) {
        if (row.from == from && row.event == event) return row.to;
    }
    return refusal(from, event, name);
}

}  // namespace kvp11::partition
