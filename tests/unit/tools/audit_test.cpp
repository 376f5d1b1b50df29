// The audit commands, and settings and zeroisation, through the command line.
#include <filesystem>

#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;

std::string log_file(const Desk& desk) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(desk.path + "/audit")) {
        if (entry.is_regular_file() && holds(content(entry.path().string()), "KeyCreate")) return entry.path().string();
    }
    BOOST_FAIL("no file of " << desk.path << "/audit holds KeyCreate");
    return {};
}

/// A desk on which two keys were made and one was refused.
struct BusyDesk : Desk {
    BusyDesk() {
        EXPECT_DONE(run({"keys", "create", "--name", "one", "--kty", "oct"}));
        EXPECT_DONE(run({"keys", "create", "--name", "two", "--kty", "oct"}));
        BOOST_CHECK_EQUAL(run({"keys", "purge", "--name", "one"}).code, 8);
    }
};

BOOST_AUTO_TEST_SUITE(audit)

BOOST_AUTO_TEST_CASE(what_was_done_is_shown_and_can_be_chosen) {
    const BusyDesk desk;
    const auto show = [&](Words words) {
        words.insert(words.begin(), {"audit", "show"});
        const Outcome outcome = desk.run_without_pin(words);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        return outcome.out;
    };
    const auto all = boost::json::parse(show({"--json"})).as_array();
    BOOST_CHECK_GT(all.size(), 5U);
    const auto made = boost::json::parse(show({"--operation", "keycreate", "--json"})).as_array();
    BOOST_REQUIRE_EQUAL(made.size(), 2U);
    BOOST_CHECK_EQUAL(made[0].at("resource").as_string(), "/keys/one");
    BOOST_CHECK_EQUAL(made[0].at("result").as_string(), "Success");
    BOOST_CHECK_EQUAL(made[0].at("user_name").as_string(), "user");
    BOOST_CHECK_EQUAL(boost::json::parse(show({"--key", "ONE", "--json"})).as_array().size(), 2U);
    BOOST_CHECK_EQUAL(boost::json::parse(show({"--last", "1", "--json"})).as_array().size(), 1U);
    const std::string table = show({"--key", "one"});
    BOOST_CHECK(holds(table, "KeyPurge") && holds(table, "KeyNotFound"));
    BOOST_CHECK_EQUAL(show({"--key", "none"}), "no records\n");
}

BOOST_AUTO_TEST_CASE(an_untouched_log_verifies_with_its_seals_and_without_a_pin) {
    const BusyDesk desk;
    const Outcome sealed = desk.run({"audit", "verify"});
    BOOST_CHECK_EQUAL(sealed.code, 0);
    BOOST_CHECK(holds(sealed.out, "none is missing, changed or out of order"));
    BOOST_CHECK(holds(sealed.out, ", 0 of them sealed"));
    BOOST_CHECK(!holds(desk.run({"audit", "verify"}).out, ", 0 of them sealed"));
    const Outcome chain = desk.run_without_pin({"audit", "verify", "--chain-only"});
    BOOST_CHECK_EQUAL(chain.code, 0);
    BOOST_CHECK(!holds(chain.out, "sealed"));
}

BOOST_AUTO_TEST_CASE(a_changed_record_is_named_with_an_exit_code_of_its_own) {
    const BusyDesk desk;
    const auto made =
        boost::json::parse(desk.run_without_pin({"audit", "show", "--operation", "KeyCreate", "--json"}).out);
    const std::string number = std::to_string(made.at(1).at("number").as_int64());
    const std::string file = log_file(desk);
    std::string text = content(file);
    text.replace(text.find("/keys/two"), 9, "/keys/six");
    std::ofstream(file, std::ios::binary) << text;
    for (const bool with_pin : {true, false}) {
        const Outcome broken =
            with_pin ? desk.run({"audit", "verify"}) : desk.run_without_pin({"audit", "verify", "--chain-only"});
        BOOST_CHECK_EQUAL(broken.code, 9);
        BOOST_CHECK_MESSAGE(holds(broken.out, "record " + number + ": changed"), broken.out);
        BOOST_CHECK(holds(broken.err, "record " + number));
    }
}

BOOST_AUTO_TEST_CASE(a_log_that_is_cut_off_behind_its_seal_is_found_out) {
    const BusyDesk desk;
    const std::string audit = desk.path + "/audit";
    std::filesystem::copy(audit, desk.folder / "earlier", std::filesystem::copy_options::recursive);
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "one"}));
    EXPECT_DONE(desk.run({"audit", "verify"}));
    std::filesystem::remove_all(audit);
    std::filesystem::rename(desk.folder / "earlier", audit);
    const Outcome cut = desk.run({"audit", "verify"});
    BOOST_CHECK_EQUAL(cut.code, 9);
    BOOST_CHECK_MESSAGE(holds(cut.out, "truncated"), cut.out);
}

BOOST_AUTO_TEST_CASE(records_are_exported_as_azure_has_them) {
    const BusyDesk desk;
    const std::string file = desk.folder / "events.jsonl";
    EXPECT_DONE(desk.run_without_pin({"audit", "export", "--operation", "KeyCreate", "--file", file}));
    std::istringstream lines(content(file));
    std::string line;
    int count = 0;
    while (std::getline(lines, line)) {
        const auto event = boost::json::parse(line);
        BOOST_CHECK_EQUAL(event.at("category").as_string(), "AuditEvent");
        BOOST_CHECK_EQUAL(event.at("operationName").as_string(), "KeyCreate");
        BOOST_CHECK_EQUAL(event.at("PoolName").as_string(), "desk");
        ++count;
    }
    BOOST_CHECK_EQUAL(count, 2);
    BOOST_CHECK_EQUAL(desk.run_without_pin({"audit", "export", "--file", file}).code, 2);
    BOOST_CHECK_EQUAL(desk.run_without_pin({"audit", "export", "--operation", "KeyCreate"}).out, content(file));
}

BOOST_AUTO_TEST_CASE(settings_change_and_purge_protection_stays) {
    const Desk desk;
    const Outcome changed = desk.run({"hsm", "update", "--retention-days", "7"});
    BOOST_CHECK_EQUAL(changed.code, 0);
    BOOST_CHECK_EQUAL(changed.out, "deleted keys are kept for 7 days and can be purged before\n");
    BOOST_CHECK_EQUAL(desk.run({"hsm", "update", "--retention-days", "6"}).code, 2);
    BOOST_CHECK_EQUAL(desk.run({"hsm", "update"}).code, 2);
    EXPECT_DONE(desk.run({"hsm", "update", "--enable-purge-protection"}));
    EXPECT_DONE(desk.run({"keys", "create", "--name", "k", "--kty", "oct"}));
    EXPECT_DONE(desk.run({"keys", "delete", "--name", "k"}));
    BOOST_CHECK_EQUAL(desk.run({"keys", "purge", "--name", "k"}).code, 8);
    const auto status = boost::json::parse(desk.run_without_pin({"hsm", "status", "--json"}).out);
    BOOST_CHECK_EQUAL(status.at("retention_days").to_number<int>(), 7);
    BOOST_CHECK(status.at("purge_protection").as_bool());
}

BOOST_AUTO_TEST_CASE(zeroising_wants_the_name_and_no_pin) {
    const BusyDesk desk;
    const Outcome other = desk.run_without_pin({"hsm", "zeroise", "--confirm", "chair"});
    BOOST_CHECK_EQUAL(other.code, 2);
    BOOST_CHECK(holds(other.err, "want the partition's name 'desk'"));
    BOOST_CHECK_EQUAL(desk.json({"keys", "list"}).as_array().size(), 2U);
    EXPECT_DONE(desk.run_without_pin({"hsm", "zeroise", "--confirm", "desk"}));
    BOOST_CHECK(holds(desk.run_without_pin({"hsm", "status"}).out, "uninitialised"));
    BOOST_CHECK_EQUAL(desk.run({"keys", "list"}).code, 6);
    BOOST_CHECK_EQUAL(desk.run_without_pin({"hsm", "zeroise", "--confirm", "desk"}).code, 6);
    BOOST_CHECK(holds(desk.run_without_pin({"audit", "show"}).out, "Zeroise"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
