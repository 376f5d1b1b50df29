// The keys commands on a real partition: what they make, show, refuse, and with which exit code.
#include <algorithm>

#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;

constexpr const char* policy =
    R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P28D"},"action":{"type":"Rotate"}}],
        "attributes":{"expiryTime":"P60D"}})";

std::string version_of(const boost::json::value& bundle) {
    const std::string kid(bundle.at_pointer("/key/kid").as_string());
    return kid.substr(kid.rfind('/') + 1);
}

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(a_key_is_made_as_the_options_say_and_shown_as_it_is) {
    const Desk desk;
    const auto made = desk.json({"keys", "create", "--name", "web", "--kty", "EC-HSM", "--curve", "P-384", "--ops",
                                 "sign", "verify", "--tags", "team=web", "stage=test", "--expires",
                                 "2090-01-01T00:00:00Z", "--not-before", "2020-01-01"});
    BOOST_CHECK_EQUAL(made.at_pointer("/key/kty").as_string(), "EC-HSM");
    BOOST_CHECK_EQUAL(made.at_pointer("/key/crv").as_string(), "P-384");
    BOOST_CHECK_EQUAL(made.at_pointer("/key/key_ops").as_array().size(), 2U);
    BOOST_CHECK_EQUAL(made.at_pointer("/attributes/exp").as_int64(), 3'786'912'000);
    BOOST_CHECK_EQUAL(made.at_pointer("/attributes/recoveryLevel").as_string(), "Recoverable+Purgeable");
    BOOST_CHECK_EQUAL(made.at_pointer("/tags/team").as_string(), "web");
    BOOST_CHECK(desk.json({"keys", "show", "--name", "WEB"}) == made);
    const Outcome table = desk.run({"keys", "show", "--name", "web"});
    for (const char* part : {"EC P-384", "sign, verify", "enabled", "2090-01-01T00:00:00Z", "stage=test, team=web",
                             "sensitive, not extractable", "label 'web'"}) {
        BOOST_CHECK_MESSAGE(holds(table.out, part), part << " in\n" << table.out);
    }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_there_gets_a_version_and_both_stay) {
    const Desk desk;
    const std::string first = version_of(desk.json({"keys", "create", "--name", "k", "--kty", "oct"}));
    const std::string second =
        version_of(desk.json({"keys", "create", "--name", "k", "--kty", "oct", "--size", "128"}));
    BOOST_CHECK_NE(first, second);
    BOOST_CHECK_EQUAL(version_of(desk.json({"keys", "show", "--name", "k"})), second);
    BOOST_CHECK_EQUAL(version_of(desk.json({"keys", "show", "--name", "k", "--version", first})), first);
    BOOST_CHECK_EQUAL(desk.json({"keys", "list-versions", "--name", "k"}).as_array().size(), 2U);
    BOOST_CHECK_EQUAL(desk.json({"keys", "list"}).as_array().size(), 1U);
    const std::string listed = desk.run({"keys", "list-versions", "--name", "k"}).out;
    BOOST_CHECK_LT(listed.find(first), listed.find(second));
}

BOOST_AUTO_TEST_CASE(attributes_change_and_can_be_taken_away) {
    const Desk desk;
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct", "--tags", "a=b"}));
    auto now = desk.json({"keys", "set-attributes", "--name", "k", "--enabled", "false", "--expires", "2090-01-01"});
    BOOST_CHECK(!now.at_pointer("/attributes/enabled").as_bool());
    BOOST_CHECK_EQUAL(now.at_pointer("/attributes/exp").as_int64(), 3'786'912'000);
    BOOST_CHECK_EQUAL(now.at_pointer("/tags/a").as_string(), "b");
    now = desk.json({"keys", "set-attributes", "--name", "k", "--enabled", "true", "--expires", "", "--tags", "",
                     "--ops", "encrypt"});
    BOOST_CHECK(now.at_pointer("/attributes/enabled").as_bool());
    BOOST_CHECK(!now.at("attributes").as_object().contains("exp"));
    BOOST_CHECK(!now.as_object().contains("tags"));
    BOOST_CHECK_EQUAL(now.at_pointer("/key/key_ops").as_array().size(), 1U);
    BOOST_CHECK_EQUAL(desk.run({"keys", "set-attributes", "--name", "k", "--enabled", "maybe"}).code, 2);
}

BOOST_AUTO_TEST_CASE(a_deleted_key_is_listed_recovered_and_purged) {
    const Desk desk;
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct"}));
    const std::string version = version_of(desk.json({"keys", "show", "--name", "k"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "recover", "--name", "k"}).code, 8);
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "k"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "show", "--name", "k"}).code, 8);
    BOOST_CHECK(desk.json({"keys", "list"}).as_array().empty());
    BOOST_CHECK_EQUAL(desk.json({"keys", "list-deleted"}).as_array().size(), 1U);
    const auto deleted = desk.json({"keys", "show-deleted", "--name", "k"});
    BOOST_CHECK_EQUAL(deleted.at("recoveryId").as_string(), "/deletedkeys/k");
    BOOST_CHECK_EQUAL(deleted.at("scheduledPurgeDate").as_int64() - deleted.at("deletedDate").as_int64(), 90 * 86'400);
    const Outcome taken = desk.run({"keys", "create", "--name", "k", "--kty", "oct"});
    BOOST_CHECK_EQUAL(taken.code, 8);
    BOOST_CHECK(holds(taken.err, "kvp11 keys recover"));

    EXPECT_DONE(desk.run({"keys", "recover", "--name", "k"}));
    BOOST_CHECK_EQUAL(version_of(desk.json({"keys", "show", "--name", "k"})), version);
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "k"}));
    EXPECT_DONE(desk.run({"keys", "purge", "--name", "k"}));
    BOOST_CHECK(desk.json({"keys", "list-deleted"}).as_array().empty());
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct"}));
}

BOOST_AUTO_TEST_CASE(each_command_is_done_as_the_role_that_has_its_data_action) {
    const Desk desk;
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "create", "--name", "l", "--kty", "oct", "--as", "so"}).code, 3);
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "k"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "purge", "--name", "k", "--as", "user"}).code, 3);
    EXPECT_DONE(desk.run({"keys", "purge", "--name", "k"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "list", "--as", "root"}).code, 2);
    BOOST_CHECK(holds(kvp11({"keys", "purge", "--help"}).out, "left out, so"));
    BOOST_CHECK(holds(kvp11({"keys", "create", "--help"}).out, "left out, user"));
}

BOOST_AUTO_TEST_CASE(rotation_wants_a_policy_and_follows_it) {
    const Desk desk;
    desk.put("policy.json", policy);
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct"}));
    const Outcome early = desk.run({"keys", "rotate", "--name", "k"});
    BOOST_CHECK_EQUAL(early.code, 8);
    BOOST_CHECK(holds(early.err, "rotation-policy update"));
    EXPECT_DONE(desk.run({"keys", "rotation-policy", "update", "--name", "k", "--value", desk.folder / "policy.json"}));
    const auto shown = boost::json::parse(desk.run({"keys", "rotation-policy", "show", "--name", "k"}).out);
    BOOST_CHECK_EQUAL(shown.at_pointer("/lifetimeActions/0/trigger/timeAfterCreate").as_string(), "P28D");
    const auto rotated = desk.json({"keys", "rotate", "--name", "k"});
    const std::int64_t lives =
        rotated.at_pointer("/attributes/exp").as_int64() - rotated.at_pointer("/attributes/created").as_int64();
    BOOST_CHECK_EQUAL(lives, 60 * 86'400);
    const Outcome nothing = desk.run({"keys", "rotate-due"});
    BOOST_CHECK_EQUAL(nothing.code, 0);
    BOOST_CHECK_EQUAL(nothing.out, "nothing was due\n");

    desk.put("short.json", R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P7D"},"action":{"type":"Rotate"}}]})");
    BOOST_CHECK_EQUAL(
        desk.run({"keys", "rotation-policy", "update", "--name", "k", "--value", desk.folder / "short.json"}).code, 5);
}

BOOST_AUTO_TEST_CASE(one_key_goes_to_a_file_and_comes_back) {
    const Desk desk;
    const std::string file = desk.folder / "k.backup";
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "EC"}));
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "EC"}));
    const auto before = desk.json({"keys", "list-versions", "--name", "k"});
    EXPECT_DONE(desk.run({"keys", "backup", "--name", "k", "--file", file}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "backup", "--name", "k", "--file", file}).code, 2);
    BOOST_CHECK_EQUAL(desk.run({"keys", "restore", "--file", file}).code, 8);
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "k"}));
    EXPECT_DONE(desk.run({"keys", "purge", "--name", "k"}));

    std::string changed = content(file);
    changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
    desk.put("changed.backup", changed);
    BOOST_CHECK_EQUAL(desk.run({"keys", "restore", "--file", desk.folder / "changed.backup"}).code, 5);
    const Desk foreign;
    BOOST_CHECK_EQUAL(foreign.run({"keys", "restore", "--file", file}).code, 5);
    EXPECT_DONE(desk.run({"keys", "restore", "--file", file}));
    BOOST_CHECK(desk.json({"keys", "list-versions", "--name", "k"}) == before);
}

BOOST_AUTO_TEST_CASE(a_key_comes_in_plain_or_wrapped_for_an_exchange_key) {
    const Desk desk;
    const std::string pem = std::string(KVP11_VECTORS) + "/security-domain/wrap1.key";
    const auto plain = desk.json({"keys", "import", "--name", "plain", "--pem-file", pem});
    BOOST_CHECK_EQUAL(plain.at_pointer("/key/kty").as_string(), "RSA-HSM");

    const auto kek = desk.json({"keys", "create", "--name", "kek", "--kty", "RSA", "--ops", "import"});
    EXPECT_DONE(desk.run({"keys", "download", "--name", "kek", "--file", desk.folder / "kek.pem"}));
    const std::string kid = "https://desk.local" + std::string(kek.at_pointer("/key/kid").as_string());
    const Words make{"keys", "make-transfer-blob", "--kek-file", desk.folder / "kek.pem", "--kid", kid};
    const auto with = [](Words words, const Words& more) {
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    EXPECT_DONE(kvp11(with(make, {"--pem-file", pem, "--file", desk.folder / "rsa.byok"})));
    const auto wrapped = desk.json({"keys", "import", "--name", "wrapped", "--byok-file", desk.folder / "rsa.byok"});
    BOOST_CHECK(wrapped.at_pointer("/key/n") == plain.at_pointer("/key/n"));

    desk.put("aes", std::string(32, 'k'));
    EXPECT_DONE(kvp11(with(make, {"--secret-file", desk.folder / "aes", "--file", desk.folder / "aes.byok"})));
    EXPECT_DONE(
        desk.run({"keys", "import", "--name", "secret", "--kty", "oct", "--byok-file", desk.folder / "aes.byok"}));
    BOOST_CHECK(holds(desk.run({"keys", "show", "--name", "secret"}).out, "AES 256"));

    desk.put("nonsense.byok", "{}");
    BOOST_CHECK_EQUAL(desk.run({"keys", "import", "--name", "x", "--byok-file", desk.folder / "nonsense.byok"}).code,
                      5);
    const Desk foreign;
    BOOST_CHECK_EQUAL(foreign.run({"keys", "import", "--name", "x", "--byok-file", desk.folder / "rsa.byok"}).code, 8);
    BOOST_CHECK_EQUAL(kvp11(with(make, {"--pem-file", pem, "--secret-file", pem, "--file", "x"})).code, 2);
}

BOOST_AUTO_TEST_CASE(lists_go_on_over_pages) {
    const Desk desk;
    {
        partition::PartitionSettings settings;
        settings.path = desk.path;
        const auto partition = partition::Partition::open(settings).value();
        BOOST_REQUIRE(partition->login(Role::User, Desk::secret("user-pin-1")).ok());
        for (int i = 0; i < 1003; ++i) {
            NewKey key;
            key.name = "key-" + std::to_string(i);
            key.spec = {.type = KeyType::Aes, .bits = 128};
            BOOST_REQUIRE(partition->generate(key).ok());
        }
    }
    BOOST_CHECK_EQUAL(desk.json({"keys", "list"}).as_array().size(), 1003U);
    const std::string text = desk.run({"keys", "list"}).out;
    BOOST_CHECK_EQUAL(std::count(text.begin(), text.end(), '\n'), 1004);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
