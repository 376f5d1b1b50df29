// What Microsoft publishes about limits and speeds, as rows: per operation, type and size of key.
//
// Sources: "Azure Key Vault service limits" (requests per 10 seconds) and "Managed HSM scaling guidance" (operations
// per second). Where they are silent the row says what was assumed. Everything here is constant.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "kvp11/key.hpp"

namespace kvp11::traffic {

/// The columns of the published tables.
enum class Family : std::uint8_t {
    Rsa2048,
    Rsa3072,
    Rsa4096,
    P256,
    P256K,
    P384,
    P521,
    Aes128,
    Aes192,
    Aes256,
    Other,  // HMAC keys, and operations of no key
};
inline constexpr std::size_t families = 11;

/// Sizes that are in no table count as the next larger one that is, or as the largest.
Family family_of(const KeySpec* spec) noexcept;

/// Requests that share a quota. A request of one family weighs as much as its share of the quota says.
enum class Quota : std::uint8_t { CreateKey, UseKey, CreateOther, UseOther };
inline constexpr std::size_t quotas = 4;

/// Requests that wait for each other in an HSM.
enum class Lane : std::uint8_t {
    Cryptography,  // one processor: an operation that is half as fast as another takes twice of it
    Creation,
    Change,
    Read,
    Roles,
    Free,  // takes nothing of the capacity
};
inline constexpr std::size_t lanes = 5;

struct OperationLimits {
    std::string_view operation;  // the audit name
    bool creates;
    Lane lane;
    std::array<std::uint16_t, families> per_second;  // of one HSM; 0: there is no such operation
};

std::span<const OperationLimits> operation_limits() noexcept;
/// Of an operation that has no row: a read that takes nothing of the capacity.
const OperationLimits& limits_of(std::string_view operation) noexcept;

/// How many requests of this family a vault takes in 10 seconds, HSM-protected keys.
std::uint32_t requests_per_10s(Quota quota, Family family) noexcept;

/// The quota of a request, how large it is, and how much of it the request is.
struct Share {
    Quota quota;
    std::uint32_t limit;
    std::uint32_t weight;
};
Share share_of(const OperationLimits& limits, const KeySpec* spec) noexcept;

}  // namespace kvp11::traffic
