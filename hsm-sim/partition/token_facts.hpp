// What a partition's store says of the partition itself, beside its items. A value.
#pragma once

#include <string>
#include <vector>

#include "kvp11/backend.hpp"

namespace kvp11::partition {

/// A holder of a part of the security domain.
struct Officer {
    std::string subject;     // "CN=…" as far as it is readable
    std::string thumbprint;  // SHA-256 of the certificate, lower-case hex
    bool operator==(const Officer&) const = default;
};

struct TokenFacts {
    LifeCycle life_cycle = LifeCycle::Uninitialised;
    bool has_security_domain = false;
    std::string label;
    std::string serial;
    /// Another one whenever the partition key is another one: what was unsealed before is void then.
    std::string epoch;
    std::int64_t created = 0;
    std::string group;
    std::uint8_t kdf_cost = 0;
    std::vector<std::string> administrators;
    std::vector<Officer> officers;
    std::uint8_t quorum = 0;
    std::uint32_t retention_days = 90;  // of deleted keys; 0: none are kept (session objects)
    bool purge_protection = false;
    bool has_access_table = false;      // roles were changed, so the store must hold their table
    bool has_changed_settings = false;  // the same of the service's settings
};

Bytes encode_facts(const TokenFacts& facts);
/// StoreDamaged for anything that encode_facts would not have written.
Result<TokenFacts> decode_facts(ByteView encoded);

}  // namespace kvp11::partition
