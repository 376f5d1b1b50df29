// `kvp11 doctor` on configurations that are broken, and on partitions.
#include <sys/stat.h>

#include "tools/doctor_connection.hpp"
#include "tools/doctor_report.hpp"
#include "tools/doctor_token.hpp"
#include "unit/tools/doctor_run.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// A partition, and a configuration with a slot on it.
struct PartitionDesk : Desk {
    [[nodiscard]] std::string configuration(const std::string& more = "") const {
        put("kvp11.toml", "[[slot]]\nid = 3\nlabel = \"desk\"\npath = \"" + path + "\"\n" + more);
        return folder / "kvp11.toml";
    }
    [[nodiscard]] Examined examined(Words words = {}) const { return examine(configuration(), std::move(words)); }
    void make_key(const Words& more = {}) const {
        Words words = {"keys", "create", "--name", "web", "--kty", "EC"};
        words.insert(words.end(), more.begin(), more.end());
        EXPECT_DONE(run(words));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(doctor)

BOOST_AUTO_TEST_CASE(a_configuration_that_is_not_there_is_named) {
    const TemporaryFolder folder;
    const auto examined = examine(folder / "none.toml");
    BOOST_TEST(examined.code == 20);
    EXPECT_CHECK(examined, "configuration", "failed");
    BOOST_TEST(examined.text("configuration") ==
               (folder / "none.toml") + ": cannot be read: No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_the_configuration_is_shown_with_its_place) {
    const TemporaryFolder folder;
    std::ofstream(folder / "kvp11.toml") << "[[slot]]\nid = 0\nlable = \"x\"\npath = \"p\"\n";
    const auto examined = examine(folder / "kvp11.toml");
    BOOST_TEST(examined.code == 20);
    BOOST_TEST(holds(examined.text("configuration"), "kvp11.toml:3:1: slot.lable: there is no such key"));
    BOOST_TEST(holds(examined.advice("configuration"), "docs/configuration.md"));
}

BOOST_AUTO_TEST_CASE(a_slot_that_there_is_not_is_answered_with_those_that_there_are) {
    const PartitionDesk desk;
    const auto examined = desk.examined({"--slot", "7"});
    BOOST_TEST(examined.code == 20);
    BOOST_TEST(examined.text("configuration") == desk.configuration() + " has no slot 7, only 3");
}

BOOST_AUTO_TEST_CASE(a_good_partition_has_nothing_that_failed) {
    const PartitionDesk desk;
    const auto examined = desk.examined({"--slot", "3"});
    BOOST_TEST_CONTEXT(examined.json) BOOST_TEST(examined.code == 0);
    for (const char* check : {"configuration", "folder", "life-cycle", "pin", "audit"})
        EXPECT_CHECK(examined, check, "ok");
    for (const char* check : {"key", "mechanism"}) EXPECT_CHECK(examined, check, "skipped");
}

BOOST_AUTO_TEST_CASE(the_report_for_people_has_a_line_for_each_check) {
    const PartitionDesk desk;
    const Outcome outcome = test::kvp11({"doctor", "--config", desk.configuration()});
    BOOST_TEST(outcome.code == 0);
    BOOST_TEST(outcome.out.starts_with("slot 3 desk: " + desk.path + "\nok       configuration  "));
    BOOST_TEST(holds(outcome.out, "\nok       folder         " + desk.path + ", mode 0700, owner "));
    BOOST_TEST(holds(outcome.out, "\nskipped: key            because no --key was given\n"));
}

BOOST_AUTO_TEST_CASE(a_missing_partition_stops_what_needs_it) {
    const PartitionDesk desk;
    std::filesystem::remove_all(desk.path);
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 40);
    EXPECT_CHECK(examined, "folder", "failed");
    EXPECT_CHECK(examined, "pin", "skipped");
    BOOST_TEST(examined.text("pin") == "the check of folder failed");
    BOOST_TEST(holds(examined.advice("folder"), "kvp11 hsm create"));
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_open_to_others_is_a_warning) {
    const PartitionDesk desk;
    BOOST_REQUIRE(::chmod(desk.path.c_str(), 0755) == 0);
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 0);
    EXPECT_CHECK(examined, "folder", "warning");
    BOOST_TEST(holds(examined.text("folder"), "mode 0755"));
}

BOOST_AUTO_TEST_CASE(a_partition_without_its_root_key_is_found_before_a_login) {
    const PartitionDesk desk;
    std::filesystem::remove(desk.path + "/root.key");
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 40);
    BOOST_TEST(examined.text("folder") == desk.path + "/root.key is not there: no PIN opens the partition without it");
}

BOOST_AUTO_TEST_CASE(a_locked_pin_is_found_before_a_program_meets_it) {
    const PartitionDesk desk;
    {
        partition::PartitionSettings settings;
        settings.path = desk.path;
        const auto partition = partition::Partition::open(settings).value();
        for (int i = 0; i < 10; ++i) BOOST_TEST(!partition->login(Role::User, Desk::secret("wrong-pin")).ok());
    }
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 43);
    EXPECT_CHECK(examined, "pin", "failed");
    BOOST_TEST(holds(examined.advice("pin"), "--init-pin"));
}

BOOST_AUTO_TEST_CASE(a_wrong_pin_is_a_warning) {
    const PartitionDesk desk;
    partition::PartitionSettings settings;
    settings.path = desk.path;
    BOOST_TEST(!partition::Partition::open(settings).value()->login(Role::User, Desk::secret("wrong-pin")).ok());
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 0);
    EXPECT_CHECK(examined, "pin", "warning");
    BOOST_TEST(examined.text("pin") == "1 of 10 wrong PINs of the user");
}

BOOST_AUTO_TEST_CASE(a_changed_audit_log_is_found) {
    const PartitionDesk desk;
    desk.make_key();
    bool changed = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(desk.path + "/audit")) {
        std::string text = content(entry.path().string());
        const auto at = text.find("KeyCreate");
        if (!entry.is_regular_file() || at == std::string::npos) continue;
        text.replace(at, 9, "KeyDelete");
        std::ofstream(entry.path()) << text;
        changed = true;
    }
    BOOST_REQUIRE(changed);
    const auto examined = desk.examined();
    BOOST_TEST(examined.code == 44);
    EXPECT_CHECK(examined, "audit", "failed");
}

BOOST_AUTO_TEST_CASE(a_key_of_a_partition_signs_with_the_pin) {
    const PartitionDesk desk;
    desk.make_key();
    const auto without = desk.examined({"--key", "web"});
    BOOST_TEST(without.code == 0);
    BOOST_TEST(without.text("mechanism") ==
               "CKM_ECDSA_SHA256 is supported; not tried: it needs the PIN, by --pin-file or KVP11_PIN");
    const auto with = desk.examined({"--key", "web", "--pin-file", desk.folder / "pin"});
    BOOST_TEST(with.code == 0);
    BOOST_TEST(with.text("mechanism") == "CKM_ECDSA_SHA256: a trial signature of 64 bytes was made and verified");
    BOOST_TEST(with.text("key").starts_with("web: EC P-256, version "));
}

BOOST_AUTO_TEST_CASE(keys_that_cannot_be_used_are_told_apart) {
    const PartitionDesk desk;
    desk.make_key({"--enabled", "false"});
    const auto disabled = desk.examined({"--key", "web"});
    BOOST_TEST(disabled.code == 28);
    BOOST_TEST(disabled.text("key") == "web is disabled");
    EXPECT_CHECK(disabled, "mechanism", "skipped");
    const auto missing = desk.examined({"--key", "nothing"});
    BOOST_TEST(missing.code == 28);
    EXPECT_CHECK(missing, "key", "failed");
}

BOOST_AUTO_TEST_CASE(mechanisms_are_found_by_their_usual_names) {
    const PartitionDesk desk;
    desk.make_key();
    BOOST_TEST(desk.examined({"--mechanism", "ecdsa-sha384"}).text("mechanism") == "CKM_ECDSA_SHA384 is supported");
    const auto unknown = desk.examined({"--mechanism", "CKM_SHA265_RSA_PKCS"});
    BOOST_TEST(unknown.code == 29);
    BOOST_TEST(unknown.text("mechanism") ==
               "there is no mechanism CKM_SHA265_RSA_PKCS; did you mean CKM_SHA256_RSA_PKCS?");
    const auto misfit = desk.examined({"--key", "web", "--mechanism", "CKM_SHA256_RSA_PKCS"});
    BOOST_TEST(misfit.code == 29);
    BOOST_TEST(misfit.text("mechanism") == "CKM_SHA256_RSA_PKCS is not for EC P-256 keys such as web");
}

BOOST_AUTO_TEST_CASE(rsa_keys_sign_with_each_padding) {
    const PartitionDesk desk;
    EXPECT_DONE(desk.run({"keys", "create", "--name", "sign", "--kty", "RSA", "--size", "2048"}));
    for (const char* mechanism :
         {"CKM_RSA_PKCS", "CKM_SHA512_RSA_PKCS", "CKM_RSA_PKCS_PSS", "CKM_SHA384_RSA_PKCS_PSS"}) {
        const auto examined =
            desk.examined({"--key", "sign", "--mechanism", mechanism, "--pin-file", desk.folder / "pin"});
        BOOST_TEST(examined.text("mechanism") ==
                   std::string(mechanism) + ": a trial signature of 256 bytes was made and verified");
    }
}

BOOST_AUTO_TEST_CASE(dates_of_http_are_read) {
    BOOST_TEST(tools::http_date("Sun, 06 Nov 1994 08:49:37 GMT").value() == 784111777);  // RFC 9110 5.6.7
    for (const char* text : {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 CET",
                             "Sun, 06 Xyz 1994 08:49:37 GMT", "Sun, xx Nov 1994 08:49:37 GMT"})
        BOOST_TEST(!tools::http_date(text).has_value(), text);
}

BOOST_AUTO_TEST_CASE(claims_of_a_token_are_read_and_others_are_none) {
    // {"aud":"https://managedhsm.azure.net","tid":"t","oid":"o","appid":"a"}
    const auto claims = tools::claims_in(Desk::secret(
        "e30.eyJhdWQiOiJodHRwczovL21hbmFnZWRoc20uYXp1cmUubmV0IiwidGlkIjoidCIsIm9pZCI6Im8iLCJhcHBpZCI6ImEifQ.sig"));
    BOOST_REQUIRE(claims.has_value());
    BOOST_TEST(claims->audience == "https://managedhsm.azure.net");
    BOOST_TEST(claims->tenant == "t");
    BOOST_TEST(claims->object_id == "o");
    BOOST_TEST(claims->application == "a");
    for (const char* text : {"", "opaque", "a.b", "e30.%%%.sig", "e30.W10.sig"})
        BOOST_TEST(!tools::claims_in(Desk::secret(text)).has_value(), text);
}

BOOST_AUTO_TEST_CASE(the_first_area_that_failed_is_the_exit_code) {
    using namespace kvp11::tools;
    SlotReport report;
    report.findings = {fine(Area::Name, "a"), warning(Area::Clock, "b", "c"), failed(Area::Token, "d", "e"),
                       failed(Area::Role, "f", "g")};
    BOOST_TEST(report_code({report}) == 26);
    report.findings.resize(2);
    BOOST_TEST(report_code({report}) == 0);
}

BOOST_AUTO_TEST_CASE(the_page_has_the_table_of_exit_codes) {
    const std::string page = content(KVP11_DOCS "/remote.md");
    BOOST_TEST(holds(page, tools::areas_markdown()), tools::areas_markdown());
}

BOOST_AUTO_TEST_SUITE_END()
