// What other hands are writing right now; weak, so that their definitions win. To be removed.
#include "partition/partition_core.hpp"

namespace kvp11::partition {
namespace {
Failure pending() { return fail(Errc::FunctionNotSupported, "not there yet"); }
}  // namespace

__attribute__((weak)) Result<std::string> PartitionCore::backup_key(const std::string&) const { return pending(); }
__attribute__((weak)) Result<KeyRecordPtr> PartitionCore::restore_key(const std::string&) { return pending(); }
__attribute__((weak)) Result<KeyRecordPtr> PartitionCore::import_wrapped_key(const NewKey&, const std::string&) {
    return pending();
}
__attribute__((weak)) Result<void> PartitionCore::configure(const SettingsChange&) { return pending(); }
__attribute__((weak)) Result<void> PartitionCore::zeroise() { return pending(); }

}  // namespace kvp11::partition

namespace kvp11::audit {
__attribute__((weak)) std::unique_ptr<AuditLog> AuditLog::open(LogSettings) { return nullptr; }
}  // namespace kvp11::audit
