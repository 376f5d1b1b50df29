#include "access/data_action.hpp"

#include <set>

#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(data_action)

BOOST_AUTO_TEST_CASE(every_action_has_a_name_of_its_own_by_which_it_is_found) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < data_action_count; ++i) {
        const auto action = static_cast<DataAction>(i);
        const std::string_view name = name_of(action);
        BOOST_CHECK(name.starts_with("Microsoft.KeyVault/managedHsm/"));
        BOOST_CHECK(names.insert(name).second);
        BOOST_CHECK(data_action_named(name) == action);
    }
}

BOOST_AUTO_TEST_CASE(every_action_of_the_services_description_is_known) {
    const auto listed = boost::json::parse(vector_text("data-actions.json")).at("DataAction").as_array();
    BOOST_CHECK_EQUAL(listed.size(), 34u);
    for (const auto& name : listed) {
        const auto action = data_action_named(std::string_view(name.as_string()));
        BOOST_REQUIRE_MESSAGE(action.has_value(), name);
        BOOST_CHECK_EQUAL(name_of(*action), std::string_view(name.as_string()));
    }
}

BOOST_AUTO_TEST_CASE(names_are_found_without_regard_to_case) {
    BOOST_CHECK(data_action_named("MICROSOFT.KEYVAULT/MANAGEDHSM/KEYS/SIGN/ACTION") == DataAction::KeysSign);
    BOOST_CHECK(data_action_named("microsoft.keyvault/managedhsm/keys/deletedkeys/delete") ==
                DataAction::DeletedKeysDelete);
}

BOOST_AUTO_TEST_CASE(other_names_are_none) {
    for (const char* name :
         {"", "Microsoft.KeyVault/managedHsm/keys/sign", "Microsoft.KeyVault/managedHsm/*", "keys/sign/action",
          " Microsoft.KeyVault/managedHsm/keys/sign/action", "Microsoft.KeyVault/managedHsm/keys/sign/action/"}) {
        BOOST_CHECK_MESSAGE(!data_action_named(name), name);
    }
}

BOOST_AUTO_TEST_CASE(numbers_that_partitions_store_do_not_move) {
    BOOST_CHECK_EQUAL(static_cast<int>(DataAction::KeysRead), 0);
    BOOST_CHECK_EQUAL(static_cast<int>(DataAction::KeysSign), 14);
    BOOST_CHECK_EQUAL(static_cast<int>(DataAction::RoleAssignmentsRead), 20);
    BOOST_CHECK_EQUAL(static_cast<int>(DataAction::SettingsWrite), 37);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
