// Every operation of a partition as a caller would ask for it, so that roles can be tried on all of them.
#pragma once

#include "conformance/service/partition_subjects.hpp"

namespace kvp11::test {

/// What the operations work on: a partition where the owner may do everything, and keys made as they are needed.
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

/// An operation of the table, done by `caller` on fresh things of the stage; on the key `name` when one is given.
struct OperationCase {
    partition::Operation operation;
    bool succeeds;  // for who may: some need more than the right to be asked for, and fail with another condition
    Result<void> (*run)(Stage& stage, partition::Partition& caller, const std::string& name);
};

/// All but those that are for the PIN and the partition's own policies.
const std::vector<OperationCase>& operation_cases();

bool is_refusal(const Result<void>& result);

}  // namespace kvp11::test
