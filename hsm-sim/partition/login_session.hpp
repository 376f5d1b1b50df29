// LoginSession: the secrets of a partition while a role is logged in, in this process. Immutable and
// shared; they are wiped when the last holder drops them. Their memory is kept out of swap if allowed.
#pragma once

#include <string>

#include "partition/caller.hpp"
#include "partition/item_seal.hpp"

namespace kvp11::partition {

struct LoginSession {
    Role role;
    std::string epoch;  // TokenFacts::epoch of the partition key
    SecretBytes role_secret;
    SecretBytes partition_key;
    SecretBytes domain_key;
    ItemSeal seal;
    CallerPtr caller;  // whom the PKCS#11 login of this role stands for

    [[nodiscard]] bool is_user() const noexcept { return role == Role::User; }
};

}  // namespace kvp11::partition
