#include "access/data_action.hpp"

#include <array>

#include "access/folded_map.hpp"

namespace kvp11::access {
namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, data_action_count> names = {
    "Microsoft.KeyVault/managedHsm/keys/read/action",
    "Microsoft.KeyVault/managedHsm/keys/write/action",
    "Microsoft.KeyVault/managedHsm/keys/create",
    "Microsoft.KeyVault/managedHsm/keys/delete",
    "Microsoft.KeyVault/managedHsm/keys/rotate/action",
    "Microsoft.KeyVault/managedHsm/keys/import/action",
    "Microsoft.KeyVault/managedHsm/keys/export/action",
    "Microsoft.KeyVault/managedHsm/keys/release/action",
    "Microsoft.KeyVault/managedHsm/keys/backup/action",
    "Microsoft.KeyVault/managedHsm/keys/restore/action",
    "Microsoft.KeyVault/managedHsm/keys/encrypt/action",
    "Microsoft.KeyVault/managedHsm/keys/decrypt/action",
    "Microsoft.KeyVault/managedHsm/keys/wrap/action",
    "Microsoft.KeyVault/managedHsm/keys/unwrap/action",
    "Microsoft.KeyVault/managedHsm/keys/sign/action",
    "Microsoft.KeyVault/managedHsm/keys/verify/action",
    "Microsoft.KeyVault/managedHsm/keys/derive/action",
    "Microsoft.KeyVault/managedHsm/keys/deletedKeys/read/action",
    "Microsoft.KeyVault/managedHsm/keys/deletedKeys/recover/action",
    "Microsoft.KeyVault/managedHsm/keys/deletedKeys/delete",
    "Microsoft.KeyVault/managedHsm/roleAssignments/read/action",
    "Microsoft.KeyVault/managedHsm/roleAssignments/write/action",
    "Microsoft.KeyVault/managedHsm/roleAssignments/delete/action",
    "Microsoft.KeyVault/managedHsm/roleDefinitions/read/action",
    "Microsoft.KeyVault/managedHsm/roleDefinitions/write/action",
    "Microsoft.KeyVault/managedHsm/roleDefinitions/delete/action",
    "Microsoft.KeyVault/managedHsm/securitydomain/download/action",
    "Microsoft.KeyVault/managedHsm/securitydomain/download/read",
    "Microsoft.KeyVault/managedHsm/securitydomain/upload/action",
    "Microsoft.KeyVault/managedHsm/securitydomain/upload/read",
    "Microsoft.KeyVault/managedHsm/securitydomain/transferkey/read",
    "Microsoft.KeyVault/managedHsm/backup/start/action",
    "Microsoft.KeyVault/managedHsm/backup/status/action",
    "Microsoft.KeyVault/managedHsm/restore/start/action",
    "Microsoft.KeyVault/managedHsm/restore/status/action",
    "Microsoft.KeyVault/managedHsm/rng/action",
    "Microsoft.KeyVault/managedHsm/settings/read/action",
    "Microsoft.KeyVault/managedHsm/settings/write/action",
};

}  // namespace

std::string_view name_of(DataAction action) noexcept { return names[static_cast<std::size_t>(action)]; }

std::optional<DataAction> data_action_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (same_folded(names[i], name)) return static_cast<DataAction>(i);
    }
    return std::nullopt;
}

}  // namespace kvp11::access
