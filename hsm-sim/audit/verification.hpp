// Verifying a log: what was done to it, from its lines alone. Functions over a folder.
#pragma once

#include "audit/audit_log.hpp"
#include "audit/log_folder.hpp"

namespace kvp11::audit {

/// AuditLog::verify.
Result<Verification> verify_log(const LogFolder& folder, const SecretBytes* seal_key,
                                const std::optional<Checkpoint>& expected);

}  // namespace kvp11::audit
