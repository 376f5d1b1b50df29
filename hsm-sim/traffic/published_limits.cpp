#include "traffic/published_limits.hpp"

#include <algorithm>

namespace kvp11::traffic {
namespace {

using Rates = std::array<std::uint16_t, families>;

constexpr Rates all(std::uint16_t rate) {
    Rates rates{};
    rates.fill(rate);
    return rates;
}

constexpr bool creates = true;

// Published: create 1; delete, purge, backup and restore 10; get 1100; role operations 5. Assumed: import and rotation
// as create, other changes of one key as delete, other reads and random bytes as get.
// AES encryption is published as wrapping only, and HMAC not at all: both as AES wrapping.
constexpr auto rows = std::to_array<OperationLimits>({
    // RSA 2048, 3072, 4096; P-256, P-256K, P-384, P-521; AES 128, 192, 256; others
    {"KeyEncrypt", !creates, Lane::Cryptography, {2800, 2700, 2300, 0, 0, 0, 0, 2100, 2100, 2100, 0}},
    {"KeyDecrypt", !creates, Lane::Cryptography, {1100, 360, 160, 0, 0, 0, 0, 1800, 1900, 2200, 0}},
    {"KeyWrap", !creates, Lane::Cryptography, {2200, 1900, 1900, 0, 0, 0, 0, 2100, 2100, 2100, 0}},
    {"KeyUnwrap", !creates, Lane::Cryptography, {1100, 360, 160, 0, 0, 0, 0, 1800, 1900, 2200, 0}},
    {"KeySign", !creates, Lane::Cryptography, {900, 340, 150, 330, 330, 160, 200, 2100, 2100, 2100, 2100}},
    {"KeyVerify", !creates, Lane::Cryptography, {3400, 3400, 3700, 130, 130, 82, 28, 2100, 2100, 2100, 2100}},
    {"KeyDerive", !creates, Lane::Cryptography, {0, 0, 0, 330, 330, 160, 200, 0, 0, 0, 0}},
    {"KeyCreate", creates, Lane::Creation, all(1)},
    {"KeyImport", creates, Lane::Creation, all(1)},
    {"KeyRotate", creates, Lane::Creation, all(1)},
    {"KeyDelete", !creates, Lane::Change, all(10)},
    {"KeyPurge", !creates, Lane::Change, all(10)},
    {"KeyBackup", !creates, Lane::Change, all(10)},
    {"KeyRestore", creates, Lane::Change, all(10)},
    {"KeyRecover", !creates, Lane::Change, all(10)},
    {"KeyUpdate", !creates, Lane::Change, all(10)},
    {"KeyRotationPolicySet", !creates, Lane::Change, all(10)},
    {"KeyExport", !creates, Lane::Change, all(10)},
    {"KeyRelease", !creates, Lane::Change, all(10)},
    {"KeyGet", !creates, Lane::Read, all(1100)},
    {"KeyList", !creates, Lane::Read, all(1100)},
    {"KeyListVersions", !creates, Lane::Read, all(1100)},
    {"KeyGetDeleted", !creates, Lane::Read, all(1100)},
    {"KeyListDeleted", !creates, Lane::Read, all(1100)},
    {"KeyRotationPolicyGet", !creates, Lane::Read, all(1100)},
    {"KeyAttestationGet", !creates, Lane::Read, all(1100)},
    {"RandomGet", !creates, Lane::Read, all(1100)},
    {"RoleDefinitionGet", !creates, Lane::Roles, all(5)},
    {"RoleDefinitionPut", creates, Lane::Roles, all(5)},
    {"RoleDefinitionDelete", !creates, Lane::Roles, all(5)},
    {"RoleAssignmentGet", !creates, Lane::Roles, all(5)},
    {"RoleAssignmentPut", creates, Lane::Roles, all(5)},
    {"RoleAssignmentDelete", !creates, Lane::Roles, all(5)},
    {"SecurityDomainBackup", !creates, Lane::Free, {}},
    {"SecurityDomainBackupStatusGet", !creates, Lane::Free, {}},
    {"SecurityDomainTransferKey", !creates, Lane::Free, {}},
    {"SecurityDomainRestore", !creates, Lane::Free, {}},
    {"SecurityDomainRestoreStatusGet", !creates, Lane::Free, {}},
    {"BackupCreate", !creates, Lane::Free, {}},
    {"BackupStatusGet", !creates, Lane::Free, {}},
    {"RestoreCreate", !creates, Lane::Free, {}},
    {"RestoreStatusGet", !creates, Lane::Free, {}},
    {"SettingsGet", !creates, Lane::Free, {}},
    {"SettingsUpdate", !creates, Lane::Free, {}},
    {"Authentication", !creates, Lane::Free, {}},
});
constexpr OperationLimits unlisted = {"", !creates, Lane::Free, {}};

// Per quota and family. Secrets are what is published of things that are no keys. AES and HMAC keys, which a vault
// has not, count as EC ones.
constexpr std::uint16_t vault_limits[quotas][families] = {
    {10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10},                        // CreateKey
    {2000, 500, 250, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000},    // UseKey
    {300, 300, 300, 300, 300, 300, 300, 300, 300, 300, 300},             // CreateOther
    {4000, 4000, 4000, 4000, 4000, 4000, 4000, 4000, 4000, 4000, 4000},  // UseOther
};

Family by_size(std::uint32_t bits, std::uint32_t small, std::uint32_t middle, Family smallest) noexcept {
    const unsigned step = bits <= small ? 0U : bits <= middle ? 1U : 2U;
    return static_cast<Family>(static_cast<unsigned>(smallest) + step);
}

Family of_curve(Curve curve) noexcept {
    constexpr Family columns[] = {Family::P256, Family::P384, Family::P521, Family::P256K};
    return columns[static_cast<std::size_t>(curve)];
}

}  // namespace

Family family_of(const KeySpec* spec) noexcept {
    if (!spec) return Family::Other;
    switch (spec->type) {
        case KeyType::Rsa: return by_size(spec->bits, 2048, 3072, Family::Rsa2048);
        case KeyType::Aes: return by_size(spec->bits, 128, 192, Family::Aes128);
        case KeyType::Ec: return of_curve(spec->curve);
        default: break;  // HMAC secrets, and what a Managed HSM has not
    }
    return Family::Other;
}

std::span<const OperationLimits> operation_limits() noexcept { return rows; }

const OperationLimits& limits_of(std::string_view operation) noexcept {
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const OperationLimits& limits) { return limits.operation == operation; });
    return row == rows.end() ? unlisted : *row;
}

std::uint32_t requests_per_10s(Quota quota, Family family) noexcept {
    return vault_limits[static_cast<std::size_t>(quota)][static_cast<std::size_t>(family)];
}

Share share_of(const OperationLimits& limits, const KeySpec* spec) noexcept {
    const Quota quota = spec ? (limits.creates ? Quota::CreateKey : Quota::UseKey)
                             : (limits.creates ? Quota::CreateOther : Quota::UseOther);
    const auto& row = vault_limits[static_cast<std::size_t>(quota)];
    const std::uint32_t limit = *std::max_element(std::begin(row), std::end(row));
    return {quota, limit, limit / requests_per_10s(quota, family_of(spec))};
}

}  // namespace kvp11::traffic
