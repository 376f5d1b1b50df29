// Every operation of a partition as a caller would ask for it, so that roles can be tried on all of them.
#pragma once

#include "conformance/service/stage.hpp"

namespace kvp11::test {

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
