#include "pipeline/pace_limits.hpp"

#include <array>

namespace kvp11::pipeline {
namespace {

constexpr std::uint32_t limits[quotas] = {0, 2000, 10};

// In the order of Weight. 2000 operations with RSA-2048, 500 with RSA-3072, 250 with RSA-4096, 2000 with EC; vaults
// have no AES keys, which count as EC ones. A read counts by a key's type that is not known before: as the lightest.
constexpr std::array rows = {
    WeightRow{Weight::Free, Quota::None, 0},      WeightRow{Weight::Read, Quota::UseKey, 1},
    WeightRow{Weight::Rsa2048, Quota::UseKey, 1}, WeightRow{Weight::Rsa3072, Quota::UseKey, 4},
    WeightRow{Weight::Rsa4096, Quota::UseKey, 8}, WeightRow{Weight::Ec, Quota::UseKey, 1},
    WeightRow{Weight::Aes, Quota::UseKey, 1},     WeightRow{Weight::CreateKey, Quota::CreateKey, 1},
};

constexpr bool in_order() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (static_cast<std::size_t>(rows[i].weight) != i) return false;
    }
    return true;
}
static_assert(in_order());

}  // namespace

const WeightRow& row_of(Weight weight) noexcept { return rows[static_cast<std::size_t>(weight)]; }

std::uint32_t limit_of(Quota quota) noexcept { return limits[static_cast<std::size_t>(quota)]; }

}  // namespace kvp11::pipeline
