// Reads a partition's audit log from its folder, as `kvp11 audit show` and `export` do: whoever may read the files may
// read the records, without a PIN. A member of those commands.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "audit/audit_record.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {

class AuditSource {
public:
    /// --path, --slot, --operation, --key.
    void declare(Options& options);

    using Each = std::function<Result<void>(std::uint64_t number, const audit::AuditRecord& record)>;
    /// The records that were asked for, in their order; ends at the first failure of `each`. AuditBroken, after all
    /// others were given, when there are lines that cannot be read.
    [[nodiscard]] Result<void> read(const Each& each) const;
    /// The partition's name.
    [[nodiscard]] Result<std::string> pool() const;

private:
    [[nodiscard]] bool is_wanted(const audit::AuditRecord& record) const;

    PartitionAccess access_;
    std::string operation_;
    std::string key_;
};

}  // namespace kvp11::tools
