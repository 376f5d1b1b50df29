#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "fips/error_state.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

namespace fs = std::filesystem;

partition::SettingsChange retention(std::uint32_t days) { return {.retention_days = days, .purge_protection = {}}; }
partition::SettingsChange protection(bool is_on) { return {.retention_days = {}, .purge_protection = is_on}; }

std::unique_ptr<partition::Partition> officer_token(const std::string& path) {
    auto token = fresh_token(path);
    log_in(*token, Role::SecurityOfficer);
    return token;
}

/// The names in a folder, the audit log left out.
std::vector<std::string> files_in(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path)) {
        if (entry.path().filename() != "audit") names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
}

Bytes whole_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check_uninitialised(partition::Partition& token) {
    const auto status = token.status();
    REQUIRE_OK(status);
    BOOST_TEST((status->life_cycle == LifeCycle::Uninitialised));
    BOOST_TEST(!token.login(Role::User, pin(user_pin)).ok());
}

/// Runs zeroise() in a child that is killed at the point; what is left is in the folder.
void die_zeroising(const std::string& path, const std::string& point) {
    const std::string command = "exec env KVP11_TEST_KILL=" + point + ":1 KVP11_TEST_PATH=" + path + " " +
                                boost::unit_test::framework::master_test_suite().argv[0] +
                                " --run_test=zeroisation/be_killed_zeroising >/dev/null 2>&1";
    const int ended = std::system(command.c_str());
    BOOST_REQUIRE(WIFSIGNALED(ended));
    BOOST_REQUIRE_EQUAL(WTERMSIG(ended), SIGKILL);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(retention_is_7_to_90_days_and_lasts) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    BOOST_TEST(token->recovery_settings()->retention_days == 90U);
    for (const std::uint32_t days : {0U, 6U, 91U, 4'000'000'000U})
        CHECK_FAILS(token->configure(retention(days)), Errc::ArgumentsBad);
    BOOST_TEST(token->recovery_settings()->retention_days == 90U);
    for (const std::uint32_t days : {90U, 7U, 30U}) {
        REQUIRE_OK(token->configure(retention(days)));
        BOOST_TEST(token->recovery_settings()->retention_days == days);
    }
    BOOST_TEST(partition_at(folder.path())->recovery_settings()->retention_days == 30U);
    log_in(*token, Role::User);
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    const auto deleted = token->remove_key("code");
    REQUIRE_OK(deleted);
    const Deletion deletion = deleted.value()->deletion.value();
    BOOST_TEST(deletion.scheduled_purge - deletion.deleted == 30 * 86'400);
}

BOOST_AUTO_TEST_CASE(purge_protection_is_never_switched_off) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    REQUIRE_OK(token->configure(protection(false)));
    REQUIRE_OK(token->configure(protection(true)));
    REQUIRE_OK(token->configure(protection(true)));
    REQUIRE_OK(token->configure(retention(10)));
    CHECK_FAILS(token->configure(protection(false)), Errc::PurgeProtected);
    BOOST_TEST(partition_at(folder.path())->recovery_settings()->purge_protection);
    log_in(*token, Role::User);
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    REQUIRE_OK(token->remove_key("code"));
    log_in(*token, Role::SecurityOfficer);
    CHECK_FAILS(token->purge_key("code"), Errc::PurgeProtected);
}

BOOST_AUTO_TEST_CASE(settings_are_for_those_whose_role_has_them) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    BOOST_TEST(!token->configure(retention(10)).ok());
    log_in(*token, Role::User);
    CHECK_FAILS(token->configure(retention(10)), Errc::UserNotLoggedIn);
    BOOST_TEST(token->recovery_settings()->retention_days == 90U);
}

BOOST_AUTO_TEST_CASE(settings_changed_outside_are_noticed_at_login) {
    const TemporaryFolder folder;
    {
        const auto token = officer_token(folder.path());
        REQUIRE_OK(token->configure(protection(true)));
    }
    // Purge protection is the last flag but two of the facts.
    tamper(folder.path() + "/token.db",
           "UPDATE meta SET value = CAST(substr(value, 1, length(value) - 3) || x'00' || substr(value, -2) AS BLOB)"
           " WHERE name = 'facts'");
    const auto token = partition_at(folder.path());
    CHECK_FAILS(token->login(Role::SecurityOfficer, pin(so_pin)), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(settings_of_two_processes_are_both_kept) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    const int ended = in_child([&] { return token->configure(protection(true)).ok() ? 0 : 1; });
    BOOST_REQUIRE_EQUAL(ended, 0);
    REQUIRE_OK(token->configure(retention(12)));
    const auto settings = partition_at(folder.path())->recovery_settings();
    BOOST_TEST(settings->retention_days == 12U);
    BOOST_TEST(settings->purge_protection);
}

// The service's own settings, which stand beside the partition's.
constexpr const char* through_arm = "AllowKeyManagementOperationsThroughARM";

BOOST_AUTO_TEST_CASE(a_service_setting_is_false_until_it_is_changed_and_lasts) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    const auto before = token->settings();
    REQUIRE_OK(before);
    BOOST_REQUIRE_EQUAL(before->size(), 1U);
    BOOST_CHECK_EQUAL(before->front().name, through_arm);
    BOOST_CHECK_EQUAL(before->front().type, "boolean");
    BOOST_CHECK_EQUAL(before->front().value, "false");
    const auto changed = token->update_setting("allowkeyMANAGEMENToperationsthrougharm", "True");
    REQUIRE_OK(changed);
    BOOST_CHECK_EQUAL(changed->name, through_arm);
    BOOST_CHECK_EQUAL(changed->value, "true");
    for (const char* value : {"", "yes", "1", "truefalse"}) {
        CHECK_FAILS(token->update_setting(through_arm, value), Errc::ArgumentsBad);
    }
    CHECK_FAILS(token->update_setting("Allow", "true"), Errc::KeyNotFound);
    CHECK_FAILS(token->update_setting("", "true"), Errc::KeyNotFound);
    const auto other = partition_at(folder.path());
    log_in(*other, Role::SecurityOfficer);
    BOOST_CHECK_EQUAL(other->settings()->front().value, "true");
    REQUIRE_OK(other->update_setting(through_arm, "false"));
    BOOST_CHECK_EQUAL(token->settings()->front().value, "false");
}

BOOST_AUTO_TEST_CASE(service_settings_are_for_those_whose_role_has_them) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    CHECK_FAILS(token->settings(), Errc::UserNotLoggedIn);
    log_in(*token, Role::User);
    CHECK_FAILS(token->settings(), Errc::UserNotLoggedIn);
    CHECK_FAILS(token->update_setting(through_arm, "true"), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(a_service_setting_that_was_changed_outside_is_not_believed) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    REQUIRE_OK(token->update_setting(through_arm, "true"));
    tamper(folder.path() + "/token.db",
           "UPDATE meta SET value = CAST(replace(value, x'74727565', x'54727565') AS BLOB) WHERE name = 'settings'");
    const auto other = partition_at(folder.path());
    log_in(*other, Role::SecurityOfficer);
    CHECK_FAILS(other->settings(), Errc::StoreDamaged);
    CHECK_FAILS(other->update_setting(through_arm, "false"), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(service_settings_that_were_taken_away_do_not_become_the_first_ones) {
    const TemporaryFolder folder;
    const auto token = officer_token(folder.path());
    REQUIRE_OK(token->update_setting(through_arm, "true"));
    tamper(folder.path() + "/token.db", "DELETE FROM meta WHERE name LIKE 'settings%'");
    const auto other = partition_at(folder.path());
    log_in(*other, Role::SecurityOfficer);
    CHECK_FAILS(other->settings(), Errc::StoreDamaged);
    CHECK_FAILS(other->update_setting(through_arm, "false"), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(service_settings_outlive_a_recovery_and_end_with_the_token) {
    const TemporaryFolder folder;
    const Domain domain = domain_at(folder.path("lost"));
    setenv("KVP11_TEST_SMALL_KEYS", "1", 1);
    const auto token = provisioned(folder.path("new"));
    log_in(*token, Role::SecurityOfficer);
    REQUIRE_OK(token->update_setting(through_arm, "true"));
    const auto exchange = token->begin_recovery();
    REQUIRE_OK(exchange);
    const auto blob = partition::make_restore_blob(domain.file, *exchange, officers({"wrap1", "wrap2"}));
    REQUIRE_OK(blob);
    REQUIRE_OK(token->upload_security_domain(*blob));
    BOOST_CHECK_EQUAL(token->settings()->front().value, "true");
    REQUIRE_OK(token->initialise(pin(so_pin), "anew"));
    log_in(*token, Role::SecurityOfficer);
    BOOST_CHECK_EQUAL(token->settings()->front().value, "false");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(zeroisation)

BOOST_AUTO_TEST_CASE(nothing_is_left_but_the_audit_log) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    const auto held = token->open(KeyId{"code", ""});
    REQUIRE_OK(token->zeroise());
    BOOST_TEST(files_in(folder.path()) == std::vector<std::string>({"generation"}));
    BOOST_TEST(fs::exists(folder.path() + "/audit"));
    check_uninitialised(*token);
    BOOST_TEST(!token->open(KeyId{"code", ""}).ok());
    BOOST_TEST(!token->find({}).ok());
    CHECK_OK(token->zeroise());
}

// Whoever still holds the files open sees zeros where the keys were.
BOOST_AUTO_TEST_CASE(the_files_are_overwritten_before_they_go) {
    const TemporaryFolder folder;
    user_token(folder.path());
    for (const std::string name : {"root.key", "token.db"}) {
        fs::create_hard_link(folder.path() + "/" + name, folder.path("kept-" + name));
        BOOST_TEST(whole_file(folder.path("kept-" + name)) != Bytes(whole_file(folder.path("kept-" + name)).size()));
    }
    REQUIRE_OK(partition_at(folder.path())->zeroise());
    for (const std::string name : {"root.key", "token.db"}) {
        const Bytes kept = whole_file(folder.path("kept-" + name));
        BOOST_TEST(!kept.empty());
        BOOST_TEST((kept == Bytes(kept.size())));
    }
}

BOOST_AUTO_TEST_CASE(whoever_is_logged_in_elsewhere_is_out_at_the_next_call) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    const auto other = partition_at(folder.path());
    log_in(*other, Role::User);
    REQUIRE_OK(other->open(KeyId{"code", ""}));
    const int ended = in_child([&] { return partition_at(folder.path())->zeroise().ok() ? 0 : 1; });
    BOOST_REQUIRE_EQUAL(ended, 0);
    for (partition::Partition* each : {token.get(), other.get()}) {
        BOOST_TEST(!each->open(KeyId{"code", ""}).ok());
        BOOST_TEST(!each->key_record({"code", ""}).ok());
        CHECK_FAILS(each->find({}), Errc::TokenNotRecognized);
        BOOST_TEST(!each->generate(new_key(KeyType::Ec, 0, "late")).ok());
        BOOST_TEST(!each->backup_key("code").ok());
        check_uninitialised(*each);
    }
}

BOOST_AUTO_TEST_CASE(a_process_that_dies_zeroising_leaves_nothing_to_unseal) {
    for (const std::string point : {"after-root-key-destroyed", "after-database-unnamed"}) {
        BOOST_TEST_CONTEXT(point) {
            const TemporaryFolder folder;
            user_token(folder.path());
            die_zeroising(folder.path(), point);
            BOOST_TEST(!fs::exists(folder.path() + "/root.key"));
            const auto token = partition_at(folder.path());
            BOOST_TEST(!token->login(Role::User, pin(user_pin)).ok());
            BOOST_TEST(!token->login(Role::SecurityOfficer, pin(so_pin)).ok());
            REQUIRE_OK(token->zeroise());
            BOOST_TEST(files_in(folder.path()) == std::vector<std::string>({"generation"}));
            check_uninitialised(*token);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_folder_takes_a_new_partition) {
    const TemporaryFolder folder;
    const auto other = user_token(folder.path());
    REQUIRE_OK(other->generate(new_key(KeyType::Ec, 0, "code")));
    const Bytes before = whole_file(folder.path() + "/root.key");
    REQUIRE_OK(partition_at(folder.path())->zeroise());
    const auto token = user_token(folder.path());
    BOOST_TEST(whole_file(folder.path() + "/root.key") != before);
    BOOST_TEST(token->find({}).value().empty());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    BOOST_TEST(!other->generate(new_key(KeyType::Ec, 0, "late")).ok());
    REQUIRE_OK(other->login(Role::User, pin(user_pin)));
    check_signs(*other, other->key_record({"code", ""}).value()->id);
}

// Run by the others, in a process of its own.
BOOST_AUTO_TEST_CASE(be_killed_zeroising) {
    const char* path = std::getenv("KVP11_TEST_PATH");
    if (path) REQUIRE_OK(partition_at(path)->zeroise());
}

// The log of changes that belonged to the database before must not be played into the new one.
BOOST_AUTO_TEST_CASE(side_files_of_a_database_that_is_gone_are_not_taken_for_the_new_ones) {
    const TemporaryFolder folder;
    user_token(folder.path());
    die_zeroising(folder.path(), "after-database-unnamed");
    std::ofstream(folder.path() + "/token.db-wal") << "left by somebody";
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Ec, 0, "code")));
    check_signs(*token, token->key_record({"code", ""}).value()->id);
}

BOOST_AUTO_TEST_CASE(a_damaged_store_goes_as_well) {
    for (const std::string name : {"token.db", "root.key"}) {
        BOOST_TEST_CONTEXT(name) {
            const TemporaryFolder folder;
            user_token(folder.path());
            std::ofstream(folder.path() + "/" + name, std::ios::trunc) << "no such thing";
            const auto token = partition_at(folder.path());
            REQUIRE_OK(token->zeroise());
            BOOST_TEST(files_in(folder.path()) == std::vector<std::string>({"generation"}));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_log_goes_on_and_says_that_it_was_done) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->zeroise());
    const Bytes log = whole_file(folder.path() + "/audit/000001.jsonl");
    BOOST_TEST(text_of(log).find("\"Zeroise\"") != std::string_view::npos);
}

BOOST_AUTO_TEST_CASE(a_partition_in_its_error_state_goes_as_well) {
    const TemporaryFolder folder;
    user_token(folder.path());
    const int ended = in_child([&] {
        fips::enter_error_state("a test says so");
        const auto token = partition_at(folder.path());
        return token->random(MutableBytes{}).ok() || !token->zeroise().ok() ? 1 : 0;
    });
    BOOST_TEST(ended == 0);
    BOOST_TEST(files_in(folder.path()) == std::vector<std::string>({"generation"}));
}

BOOST_AUTO_TEST_CASE(where_there_is_no_partition_there_is_nothing_to_destroy) {
    const TemporaryFolder folder;
    CHECK_FAILS(partition_at(folder.path("none"))->zeroise(), Errc::TokenNotRecognized);
    BOOST_TEST(!fs::exists(folder.path("none")));
}

BOOST_AUTO_TEST_SUITE_END()
