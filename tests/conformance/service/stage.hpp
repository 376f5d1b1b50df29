// Stage: what the operations of role_operations.hpp work on.
#pragma once

#include "conformance/service/partition_subjects.hpp"

namespace kvp11::test {

/// A partition where the owner may do everything, and keys made as they are needed.
class Stage {
public:
    explicit Stage(TestPartition& home);

    [[nodiscard]] partition::Partition& owner() { return *owner_; }
    /// As this principal, in the process where the owner is logged in.
    [[nodiscard]] std::unique_ptr<partition::Partition> as(const std::string& principal) const;

    /// A new key of that name, or of a new one.
    KeyId key(NewKey wanted);
    std::string deleted_key();
    /// The backup of a key that is gone.
    std::string backup();
    std::string fresh_name();

    /// Standing keys, for operations that change nothing.
    KeyId secret;
    KeyId pair;

private:
    std::unique_ptr<partition::Partition> owner_;
    unsigned names_ = 0;
};

}  // namespace kvp11::test
