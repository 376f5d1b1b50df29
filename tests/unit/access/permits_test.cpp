// What a table lets a principal do: denied unless an assignment at the scope, or above it, allows it.
#include <atomic>
#include <thread>

#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

/// Each data action with its number.
template <class Check>
void for_each_action(Check&& check) {
    for (std::size_t i = 0; i < data_action_count; ++i) {
        BOOST_TEST_CONTEXT(name_of(static_cast<DataAction>(i))) { check(static_cast<DataAction>(i), i); }
    }
}

BOOST_AUTO_TEST_SUITE(permits)

BOOST_AUTO_TEST_CASE(nobody_may_do_anything_by_default) {
    AccessTable others;
    REQUIRE_SUCCESS(others.assign(assignment(1, "alice", role_id::administrator, "/")));
    REQUIRE_SUCCESS(others.assign(assignment(2, "alice", role_id::crypto_user, "/")));
    for (const AccessTable& table : {AccessTable(), others}) {
        for_each_action([&](DataAction action, std::size_t) {
            for (const char* principal : {"bob", "", "alic", "alice1", "00000000-0000-0000-0000-000000000000"}) {
                BOOST_CHECK(!table.permits(principal, action, "key"));
                BOOST_CHECK(!table.permits(principal, action, ""));
                BOOST_CHECK(!table.permits_at_root(principal, action));
            }
        });
    }
}

BOOST_AUTO_TEST_CASE(each_built_in_role_allows_what_it_names_and_nothing_else) {
    for (const RoleDefinition& role : built_in_roles()) {
        AccessTable table;
        REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role.id, "/")));
        for_each_action([&](DataAction action, std::size_t number) {
            BOOST_CHECK_EQUAL(table.permits_at_root("alice", action), role.allowed[number]);
            BOOST_CHECK_EQUAL(table.permits("alice", action, ""), role.allowed[number]);
            BOOST_CHECK_EQUAL(table.permits("alice", action, "any-key"), role.allowed[number]);
        });
    }
}

BOOST_AUTO_TEST_CASE(a_scope_holds_the_narrower_ones_and_no_other) {
    struct Row {
        const char* scope;
        bool root;
        bool keys;
        bool key_a;
        bool key_b;
    };
    const Row rows[] = {
        {"/", true, true, true, true}, {"/keys", false, true, true, true}, {"/keys/a", false, false, true, false}};
    for (const Row& row : rows) {
        AccessTable table;
        REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role_id::crypto_user, row.scope)));
        BOOST_CHECK_EQUAL(table.permits_at_root("alice", DataAction::KeysSign), row.root);
        BOOST_CHECK_EQUAL(table.permits("alice", DataAction::KeysSign, ""), row.keys);
        BOOST_CHECK_EQUAL(table.permits("alice", DataAction::KeysSign, "a"), row.key_a);
        BOOST_CHECK_EQUAL(table.permits("alice", DataAction::KeysSign, "b"), row.key_b);
        BOOST_CHECK(!table.permits("alice", DataAction::KeysExport, "a"));
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_begins_like_the_scope_is_another_key) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role_id::crypto_user, "/keys/abcdefgh")));
    BOOST_CHECK(table.permits("alice", DataAction::KeysSign, "abcdefgh"));
    for (const char* name : {"abcdefg", "abcdefghi", "abcdefgh-2", "bcdefgh", "/keys/abcdefgh", "abcdefgh/"}) {
        BOOST_CHECK_MESSAGE(!table.permits("alice", DataAction::KeysSign, name), name);
    }
}

BOOST_AUTO_TEST_CASE(principals_and_names_are_compared_without_case) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(
        assignment(1, "ABCDEF01-aaaa-bbbb-cccc-0123456789AB", role_id::crypto_user, "/keys/Web-Server-2026")));
    for (const char* principal : {"ABCDEF01-aaaa-bbbb-cccc-0123456789AB", "abcdef01-aaaa-bbbb-cccc-0123456789ab",
                                  "ABCDEF01-AAAA-BBBB-CCCC-0123456789AB"}) {
        for (const char* name : {"Web-Server-2026", "web-server-2026", "WEB-SERVER-2026"}) {
            BOOST_CHECK(table.permits(principal, DataAction::KeysSign, name));
        }
    }
    BOOST_CHECK(!table.permits("abcdef01-aaaa-bbbb-cccc-0123456789ac", DataAction::KeysSign, "web-server-2026"));
}

BOOST_AUTO_TEST_CASE(only_letters_of_ascii_are_folded) {
    AccessTable table;
    // '[' and '{', '@' and '`', and the two of "\xC4" differ in the bit in which the cases of letters do.
    REQUIRE_SUCCESS(table.assign(assignment(1, "p@\xC4[", role_id::crypto_user, "/")));
    BOOST_CHECK(table.permits("P@\xC4[", DataAction::KeysSign, "a"));
    for (const char* other : {"p`\xC4[", "p@\xE4[", "p@\xC4{"}) {
        BOOST_CHECK(!table.permits(other, DataAction::KeysSign, "a"));
    }
}

BOOST_AUTO_TEST_CASE(assignments_to_one_principal_add_up) {
    AccessTable table;
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", role_id::crypto_officer, "/keys")));
    REQUIRE_SUCCESS(table.assign(assignment(2, "Alice", role_id::crypto_user, "/keys/a")));
    BOOST_CHECK(table.permits("alice", DataAction::KeysSign, "a"));
    BOOST_CHECK(table.permits("alice", DataAction::DeletedKeysDelete, "a"));
    BOOST_CHECK(!table.permits("alice", DataAction::KeysSign, "b"));
    BOOST_CHECK(table.permits("alice", DataAction::DeletedKeysDelete, "b"));
    BOOST_CHECK(!table.permits_at_root("alice", DataAction::DeletedKeysDelete));
}

BOOST_AUTO_TEST_CASE(what_a_role_denies_is_taken_from_that_role_alone) {
    using enum DataAction;
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(
        custom_role(1, actions({KeysRead, KeysSign, KeysDecrypt}), actions({KeysSign, KeysDelete}))));
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", guid(1), "/")));
    BOOST_CHECK(table.permits("alice", KeysDecrypt, "a"));
    BOOST_CHECK(!table.permits("alice", KeysSign, "a"));
    REQUIRE_SUCCESS(table.assign(assignment(2, "alice", role_id::crypto_user, "/keys/a")));
    BOOST_CHECK(table.permits("alice", KeysSign, "a"));  // the other role has it
    BOOST_CHECK(table.permits("alice", KeysDelete, "a"));
    BOOST_CHECK(!table.permits("alice", KeysSign, "b"));
}

BOOST_AUTO_TEST_CASE(a_change_counts_at_once) {
    using enum DataAction;
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(custom_role(1, actions({KeysSign}))));
    REQUIRE_SUCCESS(table.assign(assignment(1, "alice", guid(1), "/keys/a")));
    const AccessTable before = table;
    BOOST_CHECK(table.permits("alice", KeysSign, "a"));
    REQUIRE_SUCCESS(table.put_definition(custom_role(1, actions({KeysVerify}))));
    BOOST_CHECK(!table.permits("alice", KeysSign, "a"));
    BOOST_CHECK(table.permits("alice", KeysVerify, "a"));
    REQUIRE_SUCCESS(table.remove_assignment("/keys/a", guid(1001)));
    BOOST_CHECK(!table.permits("alice", KeysVerify, "a"));
    BOOST_CHECK(before.permits("alice", KeysSign, "a"));  // a copy is a value of its own
}

BOOST_AUTO_TEST_CASE(many_threads_may_ask_one_table) {
    AccessTable table;
    for (unsigned i = 0; i < 40; ++i) {
        REQUIRE_SUCCESS(table.assign(assignment(i, guid(i), role_id::crypto_user, "/keys/key-" + std::to_string(i))));
    }
    std::vector<std::thread> threads;
    std::atomic<unsigned> wrong{0};
    for (unsigned t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (unsigned i = 0; i < 4000; ++i) {
                const unsigned number = (i + t) % 40;
                const bool own = table.permits(guid(number), DataAction::KeysSign, "KEY-" + std::to_string(number));
                const bool other = table.permits(guid(number), DataAction::KeysSign, "key-40");
                if (!own || other) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_CHECK_EQUAL(wrong.load(), 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
