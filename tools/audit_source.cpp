#include "tools/audit_source.hpp"

#include <strings.h>

#include "audit/audit_log.hpp"
#include "partition/partition_folder.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

bool same_word(std::string_view left, std::string_view right) {
    return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

/// Whether the resource is the key of this name: "/keys/NAME" or "/keys/NAME/VERSION".
bool is_of_key(std::string_view resource, std::string_view name) {
    constexpr std::string_view prefix = "/keys/";
    if (!resource.starts_with(prefix)) return false;
    resource.remove_prefix(prefix.size());
    return same_word(resource.substr(0, resource.find('/')), name);
}

}  // namespace

void AuditSource::declare(Options& options) {
    access_.declare_place(options);
    options.text("--operation", operation_, "Only this operation, such as KeySign");
    options.text("--key", key_, "Only what was done to the key of this name");
}

bool AuditSource::is_wanted(const audit::AuditRecord& record) const {
    if (!operation_.empty() && !same_word(record.operation, operation_)) return false;
    return key_.empty() || is_of_key(record.key, key_);
}

Result<void> AuditSource::read(const Each& each) const {
    const partition::PartitionSettings settings = TRY(access_.settings());
    const partition::PartitionFolder folder(settings.path, settings.group);
    const auto log = audit::AuditLog::open({.folder = folder.audit_folder(), .group = settings.group});
    Result<void> outcome;
    const Result<void> read = log->read(0, [&](std::uint64_t number, const audit::AuditRecord& record) {
        if (is_wanted(record)) outcome = each(number, record);
        return outcome.ok();
    });
    return outcome.ok() ? read : outcome;
}

Result<std::string> AuditSource::pool() const {
    const auto partition = TRY(access_.open());
    return TRY(partition->status()).label;
}

}  // namespace kvp11::tools
