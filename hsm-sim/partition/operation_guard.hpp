// OperationGuard: one operation of one caller: whether it is allowed, and what the audit log says of it.
//
//   OperationGuard guard(core, Operation::KeyPurge, name, caller);
//   TRY(guard.allow());  … do it …  TRY(guard.close(nullptr));
//
// One caller's at a time.
#pragma once

#include <chrono>

#include "partition/operations.hpp"
#include "partition/partition_core.hpp"

namespace kvp11::partition {

class OperationGuard {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    OperationGuard(const PartitionCore& core, Operation operation, std::string_view key_name, CallerPtr caller,
                   TimePoint begun = std::chrono::steady_clock::now());

    /// For what is asked about the scope "/" although its row is about keys.
    void ask_at_root() noexcept { sphere_ = Sphere::Partition; }

    /// Readiness, rights, and room for the record of a success. A refusal is recorded.
    /// PartitionErrorState, PartitionNotActive, UserNotLoggedIn, AccessDenied, StoreFull.
    [[nodiscard]] Result<void> allow();
    /// Records the outcome; null for success. The error is that of the log itself.
    Result<void> close(const Error* error, bool approved = false);
    /// Records a success nowhere, a refusal as close() does: for preparing what is recorded when it is done.
    Result<void> close_preparation(const Error* error);

private:
    [[nodiscard]] Result<void> check() const;
    [[nodiscard]] Result<void> check_standing() const;
    [[nodiscard]] Result<void> check_rights(const PartitionCore::Standing& standing) const;
    [[nodiscard]] Failure refusal() const;
    /// Whether its success is.
    [[nodiscard]] bool is_recorded() const noexcept;
    /// `texts` keeps what the record shows and nobody else has.
    struct Texts {
        std::string resource;
        std::string program;
    };
    [[nodiscard]] audit::AuditEntry record(const Error* error, bool approved, Texts& texts) const;

    const PartitionCore& core_;
    const OperationRow& row_;
    std::string_view key_name_;
    CallerPtr caller_;
    Sphere sphere_;
    TimePoint begun_;
};

}  // namespace kvp11::partition
