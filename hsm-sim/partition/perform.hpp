// Partition's one way of doing things; for partition.cpp and partition_life_cycle.cpp only.
#pragma once

#include "partition/operation_guard.hpp"
#include "partition/partition.hpp"

namespace kvp11::partition {

template <class Work>
auto Partition::run(OperationGuard guard, const Caller& caller, Work work) {
    using Outcome = decltype(work(caller));
    if (const Result<void> allowed = guard.allow(); !allowed.ok()) return Outcome(fail(allowed.error()));
    Outcome outcome = work(caller);
    const Result<void> recorded = guard.close(outcome.ok() ? nullptr : &outcome.error());
    if (!recorded.ok()) return Outcome(fail(recorded.error()));
    return outcome;
}

template <class Work>
auto Partition::perform(Operation operation, std::string_view key_name, Work work) const {
    const CallerPtr caller = this->caller();
    return run(OperationGuard(*core_, operation, key_name, caller), *caller, work);
}

// A scope is "/", or of keys: "/keys", "/keys/NAME".
template <class Work>
auto Partition::perform_at(std::string_view scope, Operation operation, Work work) const {
    constexpr std::string_view key_scope = "/keys/";
    const CallerPtr caller = this->caller();
    OperationGuard guard(*core_, operation, scope.starts_with(key_scope) ? scope.substr(key_scope.size()) : "", caller);
    if (!scope.starts_with("/keys")) guard.ask_at_root();
    return run(std::move(guard), *caller, work);
}

}  // namespace kvp11::partition
