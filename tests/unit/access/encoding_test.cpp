// A table as bytes: it comes back as it was, and nothing else is taken for one.
#include <random>

#include "store/binary_encoding.hpp"
#include "support/bytes.hpp"
#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;
using namespace kvp11::test;

AccessTable some_table() {
    using enum DataAction;
    AccessTable table;
    (void)table.put_definition(custom_role(2, actions({KeysSign, SettingsWrite}), actions({KeysRead})));
    (void)table.put_definition(custom_role(1));
    (void)table.assign(assignment(3, "alice", guid(2), "/"));
    (void)table.assign(assignment(1, "Bob", role_id::crypto_user, "/keys/Signing"));
    (void)table.assign(assignment(2, "alice", role_id::token_user, "/keys"));
    (void)table.remove_assignment("/keys", guid(1002));
    return table;
}

/// Says how decoding ended: with the same bytes again, or with StoreDamaged; nothing else may happen.
void check_decoding(const Bytes& encoded) {
    const auto table = AccessTable::decode(encoded);
    if (table) {
        BOOST_CHECK(table->encode() == encoded);
        for (const auto& held : table->assignments()) EXPECT_SUCCESS(table->definition(held.role));
    } else {
        EXPECT_FAILURE(table, Errc::StoreDamaged);
    }
}

/// A table written by hand: what encode() would not write must be told apart from what it would.
class Written {
public:
    explicit Written(std::uint8_t format = 1) { writer_.integer(format).integer(std::uint64_t{7}); }
    Written& count(std::uint32_t number) { return writer_.integer(number), *this; }
    Written& role(const std::string& id, const std::string& name, std::uint64_t allowed = 1, std::uint64_t denied = 0) {
        writer_.text(id).text(name).text("").integer(allowed).integer(denied);
        return *this;
    }
    Written& held(const std::string& id, const std::string& principal, const std::string& role,
                  const std::string& scope) {
        writer_.text(id).text(principal).text(role).text(scope);
        return *this;
    }
    [[nodiscard]] Result<AccessTable> read() const { return AccessTable::decode(writer_.view()); }

private:
    store::BinaryWriter writer_;
};

BOOST_AUTO_TEST_SUITE(encoding)

BOOST_AUTO_TEST_CASE(a_table_comes_back_as_it_was) {
    const AccessTable table = some_table();
    const auto again = AccessTable::decode(table.encode());
    REQUIRE_SUCCESS(again);
    BOOST_CHECK_EQUAL(again->revision(), 6u);
    BOOST_CHECK(again->definitions() == table.definitions());
    BOOST_CHECK(again->assignments() == table.assignments());
    BOOST_CHECK(again->permits("ALICE", DataAction::KeysSign, "x"));
    BOOST_CHECK(again->permits_at_root("alice", DataAction::SettingsWrite));
    BOOST_CHECK(again->permits("bob", DataAction::KeysSign, "SIGNING"));
    BOOST_CHECK(!again->permits("bob", DataAction::KeysSign, "x"));
}

BOOST_AUTO_TEST_CASE(a_change_after_decoding_goes_on_from_its_revision) {
    AccessTable table = AccessTable::decode(some_table().encode()).value();
    REQUIRE_SUCCESS(table.assign(assignment(9, "carol", role_id::crypto_user, "/")));
    BOOST_CHECK_EQUAL(table.revision(), 7u);
}

BOOST_AUTO_TEST_CASE(the_bytes_of_the_format_stay) {
    AccessTable table;
    REQUIRE_SUCCESS(table.put_definition(
        {guid(1), "R", "D", false, actions({DataAction::KeysWrite}), actions({DataAction::SettingsWrite})}));
    REQUIRE_SUCCESS(table.assign({guid(2), "P", guid(1), "/keys/K"}));
    const std::string id = "61303030303030302d303030302d343030302d383030302d30303030303030303030303";
    BOOST_CHECK_EQUAL(to_hex(table.encode()), "01"
                                              "0200000000000000"
                                              "01000000"
                                              "24000000" +
                                                  id +
                                                  "1"
                                                  "01000000"
                                                  "52"
                                                  "01000000"
                                                  "44"
                                                  "0200000000000000"
                                                  "0000000020000000"
                                                  "01000000"
                                                  "24000000" +
                                                  id +
                                                  "2"
                                                  "01000000"
                                                  "50"
                                                  "24000000" +
                                                  id +
                                                  "1"
                                                  "07000000"
                                                  "2f6b6579732f4b");
}

BOOST_AUTO_TEST_CASE(an_empty_table_and_the_largest_one_come_back) {
    EXPECT_SUCCESS(AccessTable::decode(AccessTable().encode()));
    AccessTable table;
    for (unsigned i = 0; i < most_custom_roles; ++i) REQUIRE_SUCCESS(table.put_definition(custom_role(i)));
    for (unsigned i = 0; i < most_assignments_at_root; ++i) {
        REQUIRE_SUCCESS(table.assign(assignment(i, guid(i), guid(i), "/")));
    }
    for (unsigned i = 0; i < 10 * most_assignments_at_key; ++i) {
        REQUIRE_SUCCESS(table.assign(assignment(100 + i, guid(i), guid(0), "/keys/k" + std::to_string(i % 10))));
    }
    EXPECT_SUCCESS(AccessTable::decode(table.encode()));
}

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_noticed_or_makes_another_valid_table) {
    const Bytes encoded = some_table().encode();
    for (std::size_t bit = 0; bit < 8 * encoded.size(); ++bit) {
        Bytes changed = encoded;
        changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
        check_decoding(changed);
    }
}

BOOST_AUTO_TEST_CASE(every_truncated_or_longer_encoding_is_damaged) {
    const Bytes encoded = some_table().encode();
    for (std::size_t size = 0; size < encoded.size(); ++size) {
        EXPECT_FAILURE(AccessTable::decode(ByteView(encoded).first(size)), Errc::StoreDamaged);
    }
    Bytes longer = encoded;
    longer.push_back(0);
    EXPECT_FAILURE(AccessTable::decode(longer), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(random_changes_never_make_an_inconsistent_table) {
    std::mt19937 random(20261122);  // NOLINT(cert-msc51-cpp): the same bytes in every run
    const Bytes encoded = some_table().encode();
    for (unsigned round = 0; round < 20000; ++round) {
        Bytes changed = encoded;
        for (unsigned i = 0; i < 1 + random() % 4; ++i) {
            changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
        }
        check_decoding(changed);
    }
}

BOOST_AUTO_TEST_CASE(what_encode_would_not_write_is_damaged) {
    const std::string user = role_id::crypto_user;
    constexpr std::uint64_t no_action = std::uint64_t{1} << data_action_count;
    EXPECT_SUCCESS(Written().count(1).role(guid(1), "A").count(1).held(guid(2), "p", guid(1), "/").read());

    const Result<AccessTable> damaged[] = {
        Written(0).count(0).count(0).read(),
        Written(2).count(0).count(0).read(),
        Written().count(0xFFFFFFFF).read(),
        Written().count(0).count(0xFFFFFFFF).read(),
        Written().count(2).role(guid(1), "A").count(0).read(),
        Written().count(1).role("no guid", "A").count(0).read(),
        Written().count(1).role("A0000000-0000-4000-8000-00000000000A", "A").count(0).read(),
        Written().count(1).role(user, "A").count(0).read(),
        Written().count(1).role(guid(1), "").count(0).read(),
        Written().count(1).role(guid(1), "Managed HSM Crypto User").count(0).read(),
        Written().count(1).role(guid(1), "A", no_action).count(0).read(),
        Written().count(1).role(guid(1), "A", 1, no_action).count(0).read(),
        Written().count(2).role(guid(1), "A").role(guid(1), "A").count(0).read(),
        Written().count(2).role(guid(1), "A").role(guid(2), "a").count(0).read(),
        Written().count(2).role(guid(2), "A").role(guid(1), "B").count(0).read(),  // not in order
        Written().count(0).count(1).held("no guid", "p", user, "/").read(),
        Written().count(0).count(1).held(guid(1), "", user, "/").read(),
        Written().count(0).count(1).held(guid(1), "p", guid(1), "/").read(),  // no such role
        Written().count(0).count(1).held(guid(1), "p", "21DBD100-6940-42c2-9190-5d6cb909625b", "/").read(),
        Written().count(0).count(1).held(guid(1), "p", user, "/keys/").read(),
        Written().count(0).count(1).held(guid(1), "p", user, "/KEYS").read(),
        Written().count(0).count(2).held(guid(1), "p", user, "/").held(guid(1), "q", user, "/").read(),
        Written().count(0).count(2).held(guid(1), "p", user, "/").held(guid(2), "P", user, "/").read(),
        Written().count(0).count(2).held(guid(2), "p", user, "/").held(guid(1), "q", user, "/").read(),
    };
    for (const auto& result : damaged) EXPECT_FAILURE(result, Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(a_table_over_the_limits_is_damaged) {
    Written roles;
    roles.count(most_custom_roles + 1);
    for (unsigned i = 0; i <= most_custom_roles; ++i) roles.role(guid(i), "R" + std::to_string(i));
    EXPECT_FAILURE(roles.count(0).read(), Errc::StoreDamaged);
    Written at_key;
    at_key.count(0).count(most_assignments_at_key + 1);
    for (unsigned i = 0; i <= most_assignments_at_key; ++i)
        at_key.held(guid(i), guid(i), role_id::crypto_user, "/keys/a");
    EXPECT_FAILURE(at_key.read(), Errc::StoreDamaged);
    Written at_root;
    at_root.count(0).count(most_assignments_at_root + 1);
    for (unsigned i = 0; i <= most_assignments_at_root; ++i)
        at_root.held(guid(i), guid(i), role_id::crypto_user, "/keys");
    EXPECT_FAILURE(at_root.read(), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
