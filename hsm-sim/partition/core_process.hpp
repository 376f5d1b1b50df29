// What a PartitionCore knows in one process. Not for use outside partition_core*.cpp.
#pragma once

#include <array>

#include "host/thread_number.hpp"
#include "partition/partition_core.hpp"

namespace kvp11::partition {

struct PartitionCore::Process {
    std::uint64_t mark = 0;

    std::mutex store_mutex;  // guards opening the store again

    std::mutex session_mutex;
    std::shared_ptr<const LoginSession> session;
    std::shared_ptr<const LoginSession> announced;  // see announce_session()
    std::atomic<std::uint64_t> login_count{1};      // changes with `session`

    std::mutex facts_mutex;
    std::atomic<std::uint64_t> facts_generation{1};  // odd: none read yet
    std::shared_ptr<const TokenFacts> facts;

    std::mutex access_mutex;
    std::uint64_t access_generation = 1;  // odd: none read yet
    std::uint64_t access_login = 0;
    Bytes access_encoded;
    std::shared_ptr<const access::AccessTable> access;

    /// What threads know of the standing, each in a place of its own; see known_standing().
    struct alignas(64) KnownStanding {  // a cache line's size
        std::mutex mutex;
        StandingPtr standing;
    };
    std::array<KnownStanding, 16> standings;
    [[nodiscard]] KnownStanding& own_standing() { return standings[host::thread_number() % standings.size()]; }

    KeyCache cache;
};

/// Names of the store's meta values.
namespace meta_name {
inline constexpr const char* facts = "facts";
inline constexpr const char* facts_tag = "facts.tag";
inline constexpr const char* key_by_role = "partition-key.by-role";
inline constexpr const char* key_by_domain = "partition-key.by-domain";
inline constexpr const char* domain_by_key = "domain-key.by-partition-key";
inline constexpr const char* transfer = "transfer-key";
inline constexpr const char* access = "access";
inline constexpr const char* access_tag = "access.tag";
inline constexpr const char* checkpoint = "audit.checkpoint";
inline constexpr const char* checkpoint_tag = "audit.checkpoint.tag";
inline constexpr const char* attestation = "attestation-key";
inline constexpr const char* settings = "settings";
inline constexpr const char* settings_tag = "settings.tag";
inline std::string credential(Role role) { return std::string("role.") + role_word(role); }
inline std::string failures(Role role) { return std::string("failures.") + role_word(role); }
}  // namespace meta_name

/// The associated data under which each of the three boxes is sealed.
inline ByteView box_binding(const char* name) { return bytes_of(name); }

/// How often a change is tried again when other processes were faster.
inline constexpr int most_attempts = 64;

}  // namespace kvp11::partition
