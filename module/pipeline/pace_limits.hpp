// What a Key Vault answers in 10 seconds, as published ("Azure Key Vault service limits", HSM-protected keys), and how
// much of it each call takes. Rows; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pipeline/pipeline.hpp"

namespace kvp11::pipeline {

/// Calls that share a limit: new keys, and everything else.
enum class Quota : std::uint8_t { None, UseKey, CreateKey };
inline constexpr std::size_t quotas = 3;

struct WeightRow {
    Weight weight;
    Quota quota;
    std::uint32_t units;  // of the quota
};

const WeightRow& row_of(Weight weight) noexcept;
/// Units in 10 seconds.
std::uint32_t limit_of(Quota quota) noexcept;

}  // namespace kvp11::pipeline
