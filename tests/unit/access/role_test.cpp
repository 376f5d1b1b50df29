// The built-in roles against the recording of a real Managed HSM (tests/vectors/builtin-roles.json).
#include "access/role.hpp"

#include <set>

#include "access/guid.hpp"
#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

constexpr std::size_t roles_of_azure = 9;

DataActions actions_of(const boost::json::array& names, const std::string& prefix) {
    DataActions set;
    for (const auto& name : names) {
        const auto action = data_action_named(prefix + std::string(name.as_string()));
        BOOST_REQUIRE_MESSAGE(action.has_value(), name);
        set.set(static_cast<std::size_t>(*action));
    }
    return set;
}

BOOST_AUTO_TEST_SUITE(role)

BOOST_AUTO_TEST_CASE(built_in_roles_are_those_of_the_recording_exactly) {
    const auto recorded = boost::json::parse(vector_text("builtin-roles.json"));
    const std::string prefix(recorded.at("prefix").as_string());
    const auto& roles = recorded.at("roles").as_array();
    BOOST_REQUIRE_EQUAL(roles.size(), roles_of_azure);
    BOOST_REQUIRE_GE(built_in_roles().size(), roles.size());
    for (std::size_t i = 0; i < roles.size(); ++i) {
        const RoleDefinition& ours = built_in_roles()[i];
        BOOST_CHECK_EQUAL(ours.id, std::string(roles[i].at("name").as_string()));
        BOOST_CHECK_EQUAL(ours.name, std::string(roles[i].at("roleName").as_string()));
        BOOST_CHECK_EQUAL(ours.description, "");
        BOOST_CHECK_EQUAL(ours.allowed, actions_of(roles[i].at("dataActions").as_array(), prefix));
        BOOST_CHECK(ours.denied.none());
    }
}

BOOST_AUTO_TEST_CASE(three_roles_of_ours_follow) {
    const auto roles = built_in_roles();
    BOOST_REQUIRE_EQUAL(roles.size(), roles_of_azure + 3);
    BOOST_CHECK_EQUAL(roles[9].id, role_id::token_public);
    BOOST_CHECK_EQUAL(roles[10].id, role_id::token_user);
    BOOST_CHECK_EQUAL(roles[11].id, role_id::token_security_officer);
    using enum DataAction;
    BOOST_CHECK_EQUAL(roles[9].allowed, actions({KeysRead, KeysVerify, KeysEncrypt, KeysWrap, Random}));
    BOOST_CHECK_EQUAL(roles[10].allowed, actions({KeysExport, DeletedKeysRead}));
    // An officer's login takes nothing from what there was before it.
    BOOST_CHECK_EQUAL(roles[11].allowed, roles[9].allowed | actions({KeysWrite, KeysDelete, KeysImport}));
}

BOOST_AUTO_TEST_CASE(ids_and_names_are_unique_and_ids_are_guids_in_lower_case) {
    std::set<std::string> seen;
    for (const RoleDefinition& role : built_in_roles()) {
        BOOST_CHECK(role.built_in);
        BOOST_CHECK(is_guid(role.id));
        for (const char c : role.id) BOOST_CHECK(c < 'A' || c > 'Z');
        BOOST_CHECK(seen.insert(role.id).second);
        BOOST_CHECK(seen.insert(role.name).second);
    }
}

BOOST_AUTO_TEST_CASE(ids_that_code_names_are_the_roles_they_say) {
    AccessTable table;
    const auto name = [&](const char* id) { return table.definition(id).value().name; };
    BOOST_CHECK_EQUAL(name(role_id::administrator), "Managed HSM Administrator");
    BOOST_CHECK_EQUAL(name(role_id::crypto_officer), "Managed HSM Crypto Officer");
    BOOST_CHECK_EQUAL(name(role_id::crypto_user), "Managed HSM Crypto User");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
