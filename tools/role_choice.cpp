#include "tools/role_choice.hpp"

#include <array>

#include "access/folded_map.hpp"
#include "access/guid.hpp"
#include "access/token_principals.hpp"
#include "crypto/random.hpp"

namespace kvp11::tools {
namespace {

struct TokenPrincipal {
    const char* word;
    std::string object_id;
};

std::array<TokenPrincipal, 3> token_principals(const std::string& serial) {
    return {{{"user", access::token_principal(serial, Role::User)},
             {"so", access::token_principal(serial, Role::SecurityOfficer)},
             {"public", access::public_principal}}};
}

}  // namespace

Result<access::RoleDefinition> role_named(const partition::Partition& partition, const std::string& name_or_id) {
    const std::size_t slash = name_or_id.find_last_of('/');
    const std::string id = slash == std::string::npos ? name_or_id : name_or_id.substr(slash + 1);
    std::string known;
    for (access::RoleDefinition& role : TRY(partition.role_definitions())) {
        if (access::same_folded(role.id, id) || access::same_folded(role.name, name_or_id)) return std::move(role);
        known += (known.empty() ? "'" : ", '") + role.name + "'";
    }
    return fail(Errc::RoleDefinitionNotFound, "there is no role '" + name_or_id + "', want one of " + known);
}

Result<std::string> principal_named(const partition::Partition& partition, const std::string& word) {
    const TokenStatus status = TRY(partition.status());
    for (const TokenPrincipal& principal : token_principals(status.serial)) {
        if (word == principal.word) return principal.object_id;
    }
    return word;
}

std::string word_of(const std::string& principal, const std::string& serial) {
    for (const TokenPrincipal& known : token_principals(serial)) {
        if (access::same_folded(principal, known.object_id)) return known.word;
    }
    return {};
}

Result<std::string> new_guid() {
    std::array<std::uint8_t, 16> bytes{};
    TRY(crypto::random_bytes(bytes));
    return access::guid_of(bytes);
}

}  // namespace kvp11::tools
