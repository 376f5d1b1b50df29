// What the tests of the server open and make in partitions.
#pragma once

#include <memory>

#include "partition/partition.hpp"

namespace kvp11::test {

inline std::unique_ptr<partition::Partition> partition_at(const std::string& path) {
    partition::PartitionSettings settings;
    settings.path = path;
    return partition::Partition::open(settings).value();
}

inline NewKey new_ec_key() {
    NewKey key;
    key.spec = {.type = KeyType::Ec, .bits = 256, .curve = Curve::P256};
    return key;
}

}  // namespace kvp11::test
