// A partition in a folder of its own for tests, with its clock and its roles. What only partitions have (roles,
// audit) is tested through it.
#pragma once

#include <functional>

#include "conformance/service/service_subject.hpp"
#include "partition/partition.hpp"
#include "support/subject.hpp"

namespace kvp11::test {

inline constexpr const char* partition_so_pin = "officer-8461";
inline constexpr const char* partition_user_pin = "user-3729";

/// Active, with both PINs; its user has the roles Crypto Officer and Crypto Service Release User beside its own.
class TestPartition {
public:
    explicit TestPartition(const Wanted& wanted, audit::Level audit_level = audit::Level::Management);

    /// As another process would; nobody is logged in.
    [[nodiscard]] std::unique_ptr<partition::Partition> open() const;
    void as_officer(const std::function<void(partition::Partition&)>& work) const;
    /// Assigns the role; the assignment's id.
    std::string grant(const std::string& principal, const std::string& role, const std::string& scope);
    [[nodiscard]] host::ManualClock& clock() const { return *clock_; }
    [[nodiscard]] std::string path() const { return (folder_.path() / "partition").string(); }
    [[nodiscard]] std::string audit_folder() const { return path() + "/audit"; }

private:
    TemporaryFolder folder_;
    std::shared_ptr<host::ManualClock> clock_;
    audit::Level audit_level_;
    unsigned grants_ = 0;
};

/// Somebody whom the REST server authenticated.
partition::Caller principal_caller(const std::string& object_id);

}  // namespace kvp11::test
