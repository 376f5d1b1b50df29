// Custom roles: what may be made, replaced and removed.
#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

BOOST_AUTO_TEST_SUITE(definitions)

BOOST_AUTO_TEST_CASE(a_new_table_has_the_built_in_roles_only) {
    const AccessTable table;
    const auto roles = table.definitions();
    BOOST_REQUIRE_EQUAL(roles.size(), built_in_roles().size());
    for (std::size_t i = 0; i < roles.size(); ++i) BOOST_CHECK(roles[i] == built_in_roles()[i]);
    BOOST_CHECK_EQUAL(table.revision(), 0u);
}

BOOST_AUTO_TEST_CASE(custom_roles_follow_in_the_order_of_their_ids) {
    AccessTable table;
    for (const unsigned number : {3U, 1U, 2U}) REQUIRE_SUCCESS(table.put_definition(custom_role(number)));
    const auto roles = table.definitions();
    BOOST_REQUIRE_EQUAL(roles.size(), built_in_roles().size() + 3);
    for (unsigned i = 0; i < 3; ++i) BOOST_CHECK(roles[built_in_roles().size() + i] == custom_role(i + 1));
    BOOST_CHECK_EQUAL(table.revision(), 3u);
}

BOOST_AUTO_TEST_CASE(an_id_is_kept_in_lower_case_and_found_in_either) {
    AccessTable table;
    RoleDefinition role = custom_role(0xabc);
    role.id = upper(role.id);
    role.built_in = true;  // a caller's word for it does not count
    REQUIRE_SUCCESS(table.put_definition(role));
    BOOST_CHECK(table.definition(guid(0xabc)).value() == custom_role(0xabc));
    BOOST_CHECK(table.definition(upper(guid(0xabc))).value() == custom_role(0xabc));
    BOOST_CHECK(table.definition(upper(role_id::crypto_user)).value().built_in);
    EXPECT_SUCCESS(table.remove_definition(upper(guid(0xabc))));
}

BOOST_AUTO_TEST_CASE(putting_again_replaces) {
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(custom_role(1)));
    RoleDefinition changed = custom_role(1, actions({DataAction::KeysSign}));
    changed.name = "CUSTOM 1";  // its own name is not another's
    REQUIRE_SUCCESS(table.put_definition(changed));
    BOOST_CHECK(table.definition(guid(1)).value() == changed);
    BOOST_CHECK_EQUAL(table.definitions().size(), built_in_roles().size() + 1);
    BOOST_CHECK_EQUAL(table.revision(), 2u);
}

BOOST_AUTO_TEST_CASE(definitions_that_cannot_be_are_refused_and_change_nothing) {
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(custom_role(1)));
    const AccessTable before = table;
    const auto refused = [&](auto&& change) {
        RoleDefinition role = custom_role(2);
        change(role);
        EXPECT_FAILURE(table.put_definition(role), Errc::RoleDefinitionInvalid);
    };
    refused([](auto& role) { role.id.clear(); });
    refused([](auto& role) { role.id = "my-role"; });
    refused([](auto& role) { role.id = "{" + role.id + "}"; });
    refused([](auto& role) { role.name.clear(); });
    refused([](auto& role) { role.name = "custom 1"; });
    refused([](auto& role) { role.name = std::string(longest_role_name + 1, 'n'); });
    refused([](auto& role) { role.description = std::string(longest_description + 1, 'd'); });
    BOOST_CHECK(table.encode() == before.encode());
}

BOOST_AUTO_TEST_CASE(built_in_roles_can_be_neither_replaced_nor_removed) {
    const std::string sentence = "Cannot re-use the name/GUID matching that of a built-in role.";
    AccessTable table;
    for (const RoleDefinition& role : built_in_roles()) {
        RoleDefinition wanted = custom_role(1);
        wanted.id = upper(role.id);
        EXPECT_FAILURE(table.put_definition(wanted), Errc::RoleDefinitionInvalid);
        BOOST_CHECK(table.put_definition(wanted).error().message.starts_with(sentence));
        wanted = custom_role(1);
        wanted.name = upper(role.name);
        EXPECT_FAILURE(table.put_definition(wanted), Errc::RoleDefinitionInvalid);
        BOOST_CHECK(table.put_definition(wanted).error().message.starts_with(sentence));
        EXPECT_FAILURE(table.remove_definition(upper(role.id)), Errc::RoleDefinitionInvalid);
    }
    BOOST_CHECK_EQUAL(table.revision(), 0u);
}

BOOST_AUTO_TEST_CASE(there_are_at_most_50_custom_roles) {
    AccessTable table;
    for (unsigned i = 0; i < most_custom_roles; ++i) REQUIRE_SUCCESS(table.put_definition(custom_role(i)));
    EXPECT_FAILURE(table.put_definition(custom_role(99)), Errc::RoleDefinitionInvalid);
    EXPECT_SUCCESS(table.put_definition(custom_role(7, actions({DataAction::KeysRead}))));  // replacing is no more
    REQUIRE_SUCCESS(table.remove_definition(guid(7)));
    EXPECT_SUCCESS(table.put_definition(custom_role(99)));
}

BOOST_AUTO_TEST_CASE(a_role_that_is_not_there_is_not_found) {
    AccessTable table;
    EXPECT_FAILURE(table.definition(guid(1)), Errc::RoleDefinitionNotFound);
    EXPECT_FAILURE(table.definition(""), Errc::RoleDefinitionNotFound);
    EXPECT_FAILURE(table.definition("Managed HSM Crypto User"), Errc::RoleDefinitionNotFound);  // ids, not names
    EXPECT_FAILURE(table.remove_definition(guid(1)), Errc::RoleDefinitionNotFound);
}

BOOST_AUTO_TEST_CASE(an_assigned_role_is_removed_only_after_its_assignments) {
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(custom_role(1)));
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", upper(guid(1)), "/keys/a")));
    EXPECT_FAILURE(table.remove_definition(guid(1)), Errc::RoleDefinitionInvalid);
    REQUIRE_SUCCESS(table.remove_assignment("/keys/a", guid(1001)));
    EXPECT_SUCCESS(table.remove_definition(guid(1)));
    EXPECT_FAILURE(table.definition(guid(1)), Errc::RoleDefinitionNotFound);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
