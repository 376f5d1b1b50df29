// Assignments: what may be made, listed and removed, and how many.
#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

std::string principal(unsigned number) { return "principal-" + std::to_string(number); }

BOOST_AUTO_TEST_SUITE(assignments)

BOOST_AUTO_TEST_CASE(a_list_holds_what_is_at_exactly_its_scope) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(assignment(4, "alice", role_id::crypto_user, "/")));
    REQUIRE_SUCCESS(table.assign(assignment(3, "alice", role_id::crypto_user, "/keys")));
    REQUIRE_SUCCESS(table.assign(assignment(2, "alice", role_id::crypto_user, "/keys/Signing")));
    REQUIRE_SUCCESS(table.assign(assignment(1, "bob", role_id::crypto_user, "/keys/SIGNING")));
    const auto ids = [&](const std::string& scope) {
        std::vector<std::string> found;
        for (const auto& held : table.assignments(scope)) found.push_back(held.id);
        return found;
    };
    using Ids = std::vector<std::string>;
    BOOST_CHECK(ids("/") == Ids({guid(1004)}));
    BOOST_CHECK(ids("/keys") == Ids({guid(1003)}));
    BOOST_CHECK(ids("/keys/signing") == Ids({guid(1001), guid(1002)}));
    BOOST_CHECK(ids("/keys/sign").empty());
    BOOST_CHECK(ids("nonsense").empty());
    BOOST_CHECK(ids("") == Ids({guid(1001), guid(1002), guid(1003), guid(1004)}));
}

BOOST_AUTO_TEST_CASE(an_assignment_is_kept_with_folded_ids_and_the_spelling_of_names) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign({"A0000000-0000-4000-8000-00000000000F", "Alice@Example.org",
                                  "21DBD100-6940-42C2-9190-5D6CB909625B", "/KEYS/My-Key"}));
    const auto kept = table.assignment("/keys/my-key", "a0000000-0000-4000-8000-00000000000f");
    REQUIRE_SUCCESS(kept);
    BOOST_CHECK(*kept == (RoleAssignment{"a0000000-0000-4000-8000-00000000000f", "Alice@Example.org",
                                         role_id::crypto_user, "/keys/My-Key"}));
}

BOOST_AUTO_TEST_CASE(assignments_that_cannot_be_are_refused_and_change_nothing) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role_id::crypto_user, "/keys/a")));
    const AccessTable before = table;
    const auto refused = [&](Errc errc, auto&& change) {
        RoleAssignment wanted = assignment(2, "bob", role_id::crypto_user, "/");
        change(wanted);
        EXPECT_FAILURE(table.assign(wanted), errc);
    };
    constexpr Errc invalid = Errc::RoleAssignmentInvalid;
    refused(invalid, [](auto& wanted) { wanted.id = "mine"; });
    refused(invalid, [](auto& wanted) { wanted.id.clear(); });
    refused(invalid, [](auto& wanted) { wanted.id = guid(1001); });  // taken
    refused(invalid, [](auto& wanted) { wanted.principal.clear(); });
    refused(invalid, [](auto& wanted) { wanted.principal = std::string(longest_principal + 1, 'p'); });
    refused(invalid, [](auto& wanted) { wanted.scope.clear(); });
    refused(invalid, [](auto& wanted) { wanted.scope = "/keys/"; });
    refused(invalid, [](auto& wanted) { wanted.scope = "/keys/a/b"; });
    refused(invalid, [](auto& wanted) { wanted.scope = "/secrets"; });
    refused(Errc::RoleDefinitionNotFound, [](auto& wanted) { wanted.role = guid(1); });
    refused(Errc::RoleDefinitionNotFound, [](auto& wanted) { wanted.role = "Managed HSM Crypto User"; });
    // The same principal, role and scope, in other letters.
    refused(invalid, [](auto& wanted) { wanted = assignment(2, "ALICE", role_id::crypto_user, "/keys/A"); });
    BOOST_CHECK(table.encode() == before.encode());
    EXPECT_SUCCESS(table.assign(assignment(2, "alice", role_id::crypto_officer, "/keys/a")));
    EXPECT_SUCCESS(table.assign(assignment(3, "alice", role_id::crypto_user, "/keys")));
    EXPECT_SUCCESS(table.assign(assignment(4, "bob", role_id::crypto_user, "/keys/a")));
}

BOOST_AUTO_TEST_CASE(there_are_at_most_50_assignments_at_the_root_and_all_keys_together) {
    AccessTable table;
    for (unsigned i = 0; i < most_assignments_at_root; ++i) {
        REQUIRE_SUCCESS(table.assign(assignment(i, principal(i), role_id::crypto_user, i % 2 == 0 ? "/" : "/keys")));
    }
    EXPECT_FAILURE(table.assign(assignment(90, "one-more", role_id::crypto_user, "/")), Errc::RoleAssignmentInvalid);
    EXPECT_FAILURE(table.assign(assignment(90, "one-more", role_id::crypto_user, "/keys")),
                   Errc::RoleAssignmentInvalid);
    EXPECT_SUCCESS(table.assign(assignment(90, "one-more", role_id::crypto_user, "/keys/a")));
    REQUIRE_SUCCESS(table.remove_assignment("/", guid(1000)));
    EXPECT_SUCCESS(table.assign(assignment(91, "one-more", role_id::crypto_user, "/keys")));
}

BOOST_AUTO_TEST_CASE(there_are_at_most_10_assignments_at_a_key_in_whatever_letters) {
    AccessTable table;
    for (unsigned i = 0; i < most_assignments_at_key; ++i) {
        REQUIRE_SUCCESS(
            table.assign(assignment(i, principal(i), role_id::crypto_user, i % 2 == 0 ? "/keys/a" : "/keys/A")));
    }
    const AccessTable before = table;
    EXPECT_FAILURE(table.assign(assignment(90, "one-more", role_id::crypto_user, "/keys/a")),
                   Errc::RoleAssignmentInvalid);
    BOOST_CHECK(table.encode() == before.encode());
    BOOST_CHECK(!table.permits("one-more", DataAction::KeysSign, "a"));
    EXPECT_SUCCESS(table.assign(assignment(90, "one-more", role_id::crypto_user, "/keys/b")));
}

BOOST_AUTO_TEST_CASE(an_assignment_is_found_and_removed_at_its_own_scope_only) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role_id::crypto_user, "/keys/a")));
    for (const char* scope : {"/", "/keys", "/keys/b", "", "a"}) {
        EXPECT_FAILURE(table.assignment(scope, guid(1001)), Errc::RoleAssignmentNotFound);
        EXPECT_FAILURE(table.remove_assignment(scope, guid(1001)), Errc::RoleAssignmentNotFound);
    }
    EXPECT_FAILURE(table.assignment("/keys/a", guid(1002)), Errc::RoleAssignmentNotFound);
    EXPECT_FAILURE(table.remove_assignment("/keys/a", guid(1002)), Errc::RoleAssignmentNotFound);
    BOOST_CHECK_EQUAL(table.revision(), 1u);
    EXPECT_SUCCESS(table.remove_assignment("/Keys/A", guid(1001)));
    BOOST_CHECK_EQUAL(table.revision(), 2u);
    BOOST_CHECK(table.assignments().empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
