#include "access/token_principals.hpp"

#include <set>

#include "access/guid.hpp"
#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

constexpr const char* serial = "0123456789abcdef";

/// What a principal of a new partition may do, with any key and at "/".
DataActions rights_of(const AccessTable& table, const std::string& principal) {
    DataActions rights;
    for (std::size_t i = 0; i < data_action_count; ++i) {
        const auto action = static_cast<DataAction>(i);
        rights[i] = table.permits_at_root(principal, action);
        BOOST_CHECK_EQUAL(table.permits(principal, action, "key"), rights[i]);
    }
    return rights;
}

DataActions allowed_by(std::initializer_list<const char*> roles) {
    DataActions all;
    for (const char* id : roles) all |= AccessTable().definition(id).value().allowed;
    return all;
}

BOOST_AUTO_TEST_SUITE(token_principals)

BOOST_AUTO_TEST_CASE(a_principal_is_a_guid_that_holds_the_serial_and_the_role) {
    BOOST_CHECK_EQUAL(token_principal(serial, Role::SecurityOfficer), "6b767031-3101-4012-8345-6789abcdef01");
    BOOST_CHECK_EQUAL(token_principal(serial, Role::User), "6b767031-3101-4012-8345-6789abcdef02");
    BOOST_CHECK_EQUAL(token_principal("0123456789ABCDEF", Role::User), token_principal(serial, Role::User));
    BOOST_CHECK(is_guid(public_principal));
}

BOOST_AUTO_TEST_CASE(each_digit_of_the_serial_counts) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < 16; ++i) {
        for (const char digit : {'1', 'a', 'f'}) {
            std::string other(16, '0');
            other[i] = digit;
            for (const Role role : {Role::User, Role::SecurityOfficer}) {
                BOOST_CHECK(is_guid(token_principal(other, role)));
                BOOST_CHECK(seen.insert(token_principal(other, role)).second);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(any_text_makes_a_guid) {
    for (const char* odd : {"", "0", "no serial at all", "0123456789abcdef0123"}) {
        BOOST_CHECK(is_guid(token_principal(odd, Role::User)));
    }
    BOOST_CHECK_EQUAL(token_principal("", Role::User), token_principal("0000000000000000", Role::User));
}

BOOST_AUTO_TEST_CASE(a_new_partition_lets_the_three_callers_of_pkcs11_do_what_they_need) {
    const auto made = default_table(serial, {});
    REQUIRE_SUCCESS(made);
    BOOST_CHECK_EQUAL(made->assignments("/").size(), 6u);
    BOOST_CHECK_EQUAL(made->assignments().size(), 6u);
    BOOST_CHECK_EQUAL(rights_of(*made, public_principal), allowed_by({role_id::token_public}));
    BOOST_CHECK_EQUAL(rights_of(*made, token_principal(serial, Role::User)),
                      allowed_by({role_id::crypto_user, role_id::token_user}));
    BOOST_CHECK_EQUAL(rights_of(*made, token_principal(serial, Role::SecurityOfficer)),
                      allowed_by({role_id::administrator, role_id::crypto_officer, role_id::token_security_officer}));
}

BOOST_AUTO_TEST_CASE(separation_of_duties_holds_by_default) {
    const AccessTable table = default_table(serial, {"alice"}).value();
    using enum DataAction;
    const std::string officer = token_principal(serial, Role::SecurityOfficer);
    for (const DataAction action : {KeysSign, KeysDecrypt, KeysUnwrap, KeysDerive, KeysCreate, KeysRotate}) {
        BOOST_CHECK(!table.permits(officer, action, "key"));
        BOOST_CHECK(!table.permits("alice", action, "key"));
        BOOST_CHECK(!table.permits(public_principal, action, "key"));
    }
    const std::string user = token_principal(serial, Role::User);
    for (const DataAction action : {RoleAssignmentsWrite, RoleDefinitionsWrite, DeletedKeysDelete, BackupStart}) {
        BOOST_CHECK(!table.permits_at_root(user, action));
    }
}

BOOST_AUTO_TEST_CASE(administrators_have_their_role_once) {
    const auto made =
        default_table(serial, {"alice", "", "Bob", "ALICE", token_principal(serial, Role::SecurityOfficer)});
    REQUIRE_SUCCESS(made);
    BOOST_CHECK_EQUAL(made->assignments().size(), 8u);
    for (const char* name : {"Alice", "bob"}) {
        BOOST_CHECK_EQUAL(rights_of(*made, name), allowed_by({role_id::administrator}));
    }
}

BOOST_AUTO_TEST_CASE(the_same_partition_gets_the_same_table) {
    const AccessTable first = default_table(serial, {"alice", "bob"}).value();
    BOOST_CHECK(default_table(serial, {"alice", "bob"}).value().encode() == first.encode());
    std::set<std::string> ids;
    for (const auto& held : first.assignments()) ids.insert(held.id);
    for (const auto& held : default_table("ffffffffffffffff", {"alice", "bob"}).value().assignments()) {
        BOOST_CHECK(!ids.contains(held.id));
    }
    BOOST_CHECK(ids.contains("6b767031-3102-4012-8345-6789abcdef01"));
}

BOOST_AUTO_TEST_CASE(administrators_that_cannot_be_are_refused) {
    EXPECT_FAILURE(default_table(serial, {std::string(longest_principal + 1, 'a')}), Errc::RoleAssignmentInvalid);
    std::vector<std::string> many;
    for (unsigned i = 0; i < most_assignments_at_root - 6; ++i) many.push_back(guid(i));
    EXPECT_SUCCESS(default_table(serial, many));
    many.push_back("one-more");
    EXPECT_FAILURE(default_table(serial, many), Errc::RoleAssignmentInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
