// The whole ceremony through the command line, as its users run it, with the officers of
// tests/vectors/security-domain.
#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;
using partition::Partition;

std::string officer_file(const std::string& name) { return std::string(KVP11_VECTORS) + "/security-domain/" + name; }

/// A folder with PIN files, in which partitions are made and lost.
struct Table {
    TemporaryFolder folder;
    std::string path = folder / "partition";
    std::string domain = folder / "sd.json";
    std::string exchange = folder / "exchange.cer";
    std::string blob = folder / "blob.json";
    std::string backup = folder / "backup.jwe";

    Table() {
        std::ofstream(folder / "so-pin") << "so-pin-1\n";
        std::ofstream(folder / "pin") << "user-pin-1\n";
    }

    [[nodiscard]] Words as_officer(Words words) const {
        for (const std::string& word : {std::string("--path"), path, std::string("--so-pin-file"), folder / "so-pin"}) {
            words.push_back(word);
        }
        return words;
    }
    Outcome create() const {
        return kvp11(as_officer({"hsm", "create", "--name", "drill", "--administrators", "alice,bob", "--pin-file",
                                 folder / "pin", "--kdf-cost", "10"}));
    }
    Outcome download(const std::string& quorum = "2") const {
        return kvp11(as_officer({"security-domain", "download", "--sd-wrapping-keys", officer_file("wrap1.cer"),
                                 officer_file("wrap2.cer"), officer_file("wrap3.cer"), "--sd-quorum", quorum,
                                 "--security-domain-file", domain}));
    }
    Outcome restore_blob(const Words& officers) const {
        Words words{
            "security-domain",        "restore-blob", "--sd-file",         domain, "--sd-exchange-key", exchange,
            "--sd-file-restore-blob", blob,           "--sd-wrapping-keys"};
        for (const std::string& officer : officers) words.push_back(officer_file(officer));
        return kvp11(words);
    }
    Outcome init_recovery() const {
        return kvp11(as_officer({"security-domain", "init-recovery", "--sd-exchange-key", exchange}));
    }
    boost::json::value status() const {
        const Outcome outcome = kvp11({"hsm", "status", "--path", path, "--json"});
        BOOST_REQUIRE_EQUAL(outcome.code, 0);
        return boost::json::parse(outcome.out);
    }
    std::string state() const { return std::string(status().at("state").as_string()); }

    /// The partition with its user logged in.
    std::unique_ptr<Partition> opened() const {
        partition::PartitionSettings settings;
        settings.path = path;
        auto partition = Partition::open(settings).value();
        BOOST_REQUIRE(partition->login(Role::User, SecretBytes::copy_of(bytes_of("user-pin-1"))).ok());
        return partition;
    }
};

NewKey curve_key() {
    NewKey key;
    key.name = "signing";
    key.spec.type = KeyType::Ec;
    key.ops = KeyOps::Sign | KeyOps::Verify;
    key.public_face = Face{};
    return key;
}

BOOST_AUTO_TEST_SUITE(ceremony)

BOOST_AUTO_TEST_CASE(a_created_partition_waits_for_its_security_domain) {
    const Table table;
    EXPECT_DONE(table.create());
    BOOST_CHECK_EQUAL(table.state(), "provisioned");
    BOOST_CHECK(table.opened()->generate(curve_key()).code() == Errc::PartitionNotActive);
    EXPECT_DONE(table.download());
    BOOST_CHECK_EQUAL(table.state(), "active");
    BOOST_CHECK(table.opened()->generate(curve_key()).ok());
}

BOOST_AUTO_TEST_CASE(a_lost_partition_comes_back_through_a_quorum_and_a_backup) {
    const Table table;
    EXPECT_DONE(table.create());
    EXPECT_DONE(table.download());
    const auto before = table.opened()->generate(curve_key());
    BOOST_REQUIRE(before.ok());
    EXPECT_DONE(kvp11(table.as_officer({"hsm", "backup", "--file", table.backup})));

    std::filesystem::remove_all(table.path);
    EXPECT_DONE(table.create());
    const Outcome foreign = kvp11(table.as_officer({"hsm", "restore", "--file", table.backup}));
    BOOST_CHECK_NE(foreign.code, 0);
    EXPECT_DONE(table.init_recovery());
    BOOST_CHECK_EQUAL(table.state(), "recovery");

    const Outcome alone = table.restore_blob({"wrap1.key"});
    BOOST_CHECK_EQUAL(alone.code, 4);
    BOOST_CHECK(alone.err.find("opens with 2 of its 3 officers and got 1") != std::string::npos);
    BOOST_CHECK(!std::filesystem::exists(table.blob));

    EXPECT_DONE(table.restore_blob({"wrap3.key", "wrap1.key"}));
    EXPECT_DONE(kvp11(table.as_officer({"security-domain", "upload", "--sd-file", table.blob, "--restore-blob"})));
    BOOST_CHECK_EQUAL(table.state(), "active");
    EXPECT_DONE(kvp11(table.as_officer({"hsm", "restore", "--file", table.backup})));
    const auto after = table.opened()->key_record({"signing", ""});
    BOOST_REQUIRE(after.ok());
    BOOST_CHECK((*after)->public_key == (*before)->public_key);
    BOOST_CHECK((*after)->id == (*before)->id);
}

BOOST_AUTO_TEST_CASE(upload_can_include_the_officers_step) {
    const Table table;
    EXPECT_DONE(table.create());
    EXPECT_DONE(table.download());
    std::filesystem::remove_all(table.path);
    EXPECT_DONE(table.create());
    EXPECT_DONE(table.init_recovery());
    EXPECT_DONE(kvp11(
        table.as_officer({"security-domain", "upload", "--sd-file", table.domain, "--sd-exchange-key", table.exchange,
                          "--sd-wrapping-keys", officer_file("wrap2.key"), officer_file("wrap3.key")})));
    BOOST_CHECK_EQUAL(table.state(), "active");
}

BOOST_AUTO_TEST_CASE(status_shows_officers_quorum_roles_and_counts) {
    const Table table;
    EXPECT_DONE(table.create());
    EXPECT_DONE(table.download());
    BOOST_REQUIRE(table.opened()->generate(curve_key()).ok());
    const boost::json::value status = table.status();
    BOOST_CHECK_EQUAL(status.at("name").as_string(), "drill");
    BOOST_CHECK_EQUAL(status.at("store").as_string(), table.path);
    BOOST_CHECK(status.at_pointer("/security_domain/present").as_bool());
    BOOST_CHECK_EQUAL(status.at_pointer("/security_domain/quorum").as_int64(), 2);
    BOOST_CHECK_EQUAL(status.at_pointer("/security_domain/officers").as_array().size(), 3u);
    BOOST_CHECK_EQUAL(status.at_pointer("/roles/administrators").as_array().size(), 2u);
    BOOST_CHECK(status.at_pointer("/roles/user/pin_set").as_bool());
    BOOST_CHECK_EQUAL(status.at_pointer("/keys/ec").to_number<int>(), 1);
    BOOST_CHECK_EQUAL(status.at_pointer("/keys/total").to_number<int>(), 1);
    BOOST_CHECK(!status.at("self_tests").as_array().empty());

    const Outcome table_text = kvp11({"hsm", "status", "--path", table.path});
    BOOST_CHECK_EQUAL(table_text.code, 0);
    for (const char* expected : {"active", "recoverable by 2 of 3 officers", "alice, bob", "1 EC", "sd-2"}) {
        BOOST_CHECK_MESSAGE(table_text.out.find(expected) != std::string::npos, expected << " in\n" << table_text.out);
    }
}

BOOST_AUTO_TEST_CASE(status_says_when_no_security_domain_protects_a_token) {
    const Table table;
    partition::PartitionSettings settings;
    settings.path = table.path;
    settings.kdf_cost = 10;
    auto partition = Partition::open(settings).value();
    BOOST_REQUIRE(partition->initialise(SecretBytes::copy_of(bytes_of("so-pin-1")), "plain").ok());
    BOOST_CHECK(!table.status().at_pointer("/security_domain/present").as_bool());
    BOOST_CHECK(kvp11({"hsm", "status", "--path", table.path}).out.find("no security domain protects") !=
                std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_is_overwritten_or_half_done) {
    const Table table;
    EXPECT_DONE(table.create());
    std::ofstream(table.domain) << "precious";
    BOOST_CHECK_EQUAL(table.download().code, 2);
    BOOST_CHECK_EQUAL(content(table.domain), "precious");
    BOOST_CHECK_EQUAL(table.state(), "provisioned");

    std::filesystem::remove(table.domain);
    BOOST_CHECK_EQUAL(table.download("4").code, 2);
    BOOST_CHECK(!std::filesystem::exists(table.domain));
    BOOST_CHECK_EQUAL(table.state(), "provisioned");
    BOOST_CHECK_NE(table.create().code, 0);
}

BOOST_AUTO_TEST_CASE(refusals_have_their_exit_codes) {
    const Table table;
    BOOST_CHECK_EQUAL(kvp11(table.as_officer({"hsm", "backup", "--file", table.backup})).code,
                      6);  // no partition
    EXPECT_DONE(table.create());
    BOOST_CHECK_EQUAL(kvp11(table.as_officer({"hsm", "backup", "--file", table.backup})).code,
                      7);  // not active
    std::ofstream(table.folder / "so-pin") << "wrong-pin\n";
    BOOST_CHECK_EQUAL(table.download().code, 3);
    BOOST_CHECK_EQUAL(table.status().at_pointer("/roles/security_officer/wrong_pins").to_number<int>(), 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
