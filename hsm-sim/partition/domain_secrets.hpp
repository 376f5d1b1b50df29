// What a partition puts into its security domain, and reads back from one. Pure functions but for the
// random part.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "partition/login_session.hpp"
#include "partition/security_domain.hpp"
#include "partition/token_facts.hpp"

namespace kvp11::partition {

// The names of Azure's own two blobs.
inline constexpr std::string_view domain_tag = "hsm_backup";
inline constexpr std::string_view enclave_tag = "partition_enclave_backup";

struct DomainSource {
    const TokenFacts& facts;
    const LoginSession& session;
};
Result<SecretBytes> encode_domain(const DomainSource& source);
/// The partition's serial and a random value: what tells two downloads apart.
Result<SecretBytes> encode_enclave(const std::string& serial);

struct RecoveredDomain {
    std::string partition_name;
    SecretBytes partition_key;
    SecretBytes domain_key;
    std::vector<Officer> officers;
    std::uint8_t quorum = 0;
};
/// SecurityDomainInvalid when there is no blob of ours among the data or it does not decode.
Result<RecoveredDomain> decode_domain(const std::vector<Datum>& data);

/// The common name in a DER Name, as far as it can be read; else empty.
std::string common_name_of(ByteView der_name);

}  // namespace kvp11::partition
