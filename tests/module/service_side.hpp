// The service's side of a Subject's partition, in a process of its own: a partition must not be opened by two
// copies of SQLite in one process, and the module has its own.
#pragma once

#include <iostream>

#include "module/fixture.hpp"
#include "partition/partition.hpp"

namespace kvp11::test {

using Service = partition::Partition;
using ServiceWork = std::function<Result<void>(Service&)>;

/// Runs `work` on the partition with that role logged in; a failure is the case's.
inline void by_service(Subject& subject, kvp11::Role role, const ServiceWork& work) {
    const Ended child = in_child([&] {
        partition::PartitionSettings settings;
        settings.path = subject.partition().string();
        settings.kdf_cost = partition::least_kdf_cost;
        const auto opened = Service::open(std::move(settings));
        if (!opened.ok()) return 2;
        const char* pin = role == kvp11::Role::User ? user_pin : so_pin;
        Result<void> result = (*opened)->login(role, SecretBytes::copy_of(bytes_of(pin)));
        if (result.ok()) result = work(**opened);
        if (result.ok()) return 0;
        std::cerr << "the service says: " << result.error().message << std::endl;
        return 1;
    });
    BOOST_REQUIRE(child.is_clean());
}

}  // namespace kvp11::test
