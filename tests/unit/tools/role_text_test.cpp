// Roles as people write them down, and as the commands print them.
#include "tools/role_text.hpp"

#include <fstream>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "tools/role_definition_file.hpp"
#include "unit/tools/temporary_folder.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::tools;
using access::DataAction;
using access::DataActions;
using access::RoleDefinition;

constexpr const char* example = R"({
    "roleName": "My Custom Role",
    "description": "The description",
    "actions": [],
    "notActions": [],
    "dataActions": ["Microsoft.KeyVault/managedHsm/keys/read/action", "MICROSOFT.KeyVault/managedHsm/keys/create"],
    "notDataActions": ["Microsoft.KeyVault/managedHsm/keys/sign/action"]
})";

DataActions actions(std::initializer_list<DataAction> listed) {
    DataActions set;
    for (const DataAction action : listed) set.set(static_cast<std::size_t>(action));
    return set;
}

RoleDefinition example_role() {
    return {"",
            "My Custom Role",
            "The description",
            false,
            actions({DataAction::KeysRead, DataAction::KeysCreate}),
            actions({DataAction::KeysSign})};
}

std::string sentence(const Result<RoleDefinition>& role) { return role ? "" : role.error().message; }

BOOST_AUTO_TEST_SUITE(role_text)

BOOST_AUTO_TEST_CASE(a_role_is_read_from_the_command_line_and_from_a_file) {
    const test::TemporaryFolder folder;
    std::ofstream(folder / "role.json") << example;
    for (const std::string& source :
         {std::string(example), " \n" + std::string(example), folder / "role.json", "@" + (folder / "role.json")}) {
        const auto role = read_role_definition(source);
        BOOST_REQUIRE_MESSAGE(role.ok(), sentence(role));
        BOOST_CHECK(*role == example_role());
    }
    BOOST_CHECK(read_role_definition(folder / "none.json").code() == Errc::FileUnreadable);
    BOOST_CHECK(read_role_definition("").code() == Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(what_show_prints_is_read_again) {
    RoleDefinition role = example_role();
    role.id = "a0000000-0000-4000-8000-000000000001";
    const auto again = read_role_definition(definition_json(role));
    BOOST_REQUIRE_MESSAGE(again.ok(), sentence(again));
    BOOST_CHECK(*again == role);
}

BOOST_AUTO_TEST_CASE(a_role_that_cannot_be_read_is_refused_with_the_reason) {
    const std::pair<const char*, const char*> wrong[] = {
        {"{", "is not a JSON object"},
        {R"({"roleName": "a"} x)", "is not a JSON object"},
        {R"({"roleName": 1})", "'roleName' that is not a text"},
        {R"({"rolename": "a"})", "the member 'rolename'"},
        {R"({"roleName": "a", "dataActions": "keys/read"})", "'dataActions' that are not a list"},
        {R"({"roleName": "a", "dataActions": [1]})", "'dataActions' that are not a list"},
        {R"({"roleName": "a", "dataActions": ["Microsoft.KeyVault/managedHsm/*"]})",
         "the data action 'Microsoft.KeyVault/managedHsm/*'"},
        {R"({"roleName": "a", "notDataActions": ["keys"]})", "the data action 'keys'"},
        {R"({"roleName": "a", "actions": ["*"]})", "has 'actions', want an empty list"},
        {R"({"roleName": "a", "assignableScopes": ["/keys/k"]})", "'assignableScopes'"},
        {R"({"roleName": "a", "permissions": {}})", "'permissions' that are not"},
        {R"({"roleName": "a", "permissions": [{}, {}]})", "'permissions' that are not"},
        {R"({"roleName": "a", "permissions": [{"data": []}]})", "the member 'data'"},
        {R"({"roleName": "a", "permissions": [{}], "dataActions": []})", "both 'permissions' and 'dataActions'"},
    };
    for (const auto& [text, reason] : wrong) {
        const auto role = read_role_definition(text);
        BOOST_REQUIRE_MESSAGE(!role.ok(), text);
        BOOST_CHECK(role.code() == Errc::RoleDefinitionInvalid);
        BOOST_CHECK_MESSAGE(role.error().message.find(reason) != std::string::npos, role.error().message);
    }
}

BOOST_AUTO_TEST_CASE(json_has_the_members_of_az) {
    const RoleDefinition& administrator = access::built_in_roles()[8];
    const auto role = boost::json::parse(definition_json(administrator));
    BOOST_CHECK_EQUAL(role.at("name").as_string(), administrator.id);
    BOOST_CHECK_EQUAL(role.at("roleName").as_string(), "Managed HSM Administrator");
    BOOST_CHECK_EQUAL(role.at("roleType").as_string(), "AKVBuiltInRole");
    BOOST_CHECK_EQUAL(role.at("type").as_string(), "Microsoft.Authorization/roleDefinitions");
    BOOST_CHECK_EQUAL(role.at("id").as_string(),
                      "Microsoft.KeyVault/providers/Microsoft.Authorization/roleDefinitions/" + administrator.id);
    const auto& permission = role.at("permissions").as_array().at(0);
    BOOST_CHECK_EQUAL(permission.at("dataActions").as_array().size(), administrator.allowed.count());
    BOOST_CHECK(permission.at("notDataActions").as_array().empty());

    const NamedAssignment held{
        {"a0000000-0000-4000-8000-000000000001", "alice", administrator.id, "/keys/k"}, administrator.name, ""};
    const auto assignment = boost::json::parse(assignment_json(held));
    BOOST_CHECK_EQUAL(assignment.at("id").as_string(),
                      "/keys/k/providers/Microsoft.Authorization/roleAssignments/a0000000-0000-4000-8000-000000000001");
    BOOST_CHECK_EQUAL(assignment.at("principalId").as_string(), "alice");
    BOOST_CHECK_EQUAL(assignment.at("roleName").as_string(), "Managed HSM Administrator");
    BOOST_CHECK_EQUAL(assignment.at("scope").as_string(), "/keys/k");
}

BOOST_AUTO_TEST_CASE(tables_let_no_control_character_through) {
    RoleDefinition role = example_role();
    role.name = "two\nlines\x1b[2J";
    for (const std::string& text : {definitions_table({role}), definition_text(role),
                                    assignments_table({{{"id", "who\r\n", "role", "/"}, role.name, ""}})}) {
        BOOST_CHECK(text.find('\x1b') == std::string::npos);
        BOOST_CHECK(text.find('\r') == std::string::npos);
        BOOST_CHECK(text.find("two\n") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
