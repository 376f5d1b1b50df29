// Full backup and restore of whole partitions, and of one key out of a full backup.
#include <signal.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "access/role.hpp"
#include "twins.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr std::int64_t day = 86'400;
const partition::RestoreOptions replacing{.key_name = {}, .replace = true};

std::string backup_of(partition::Partition& token) {
    log_in(token, Role::SecurityOfficer);
    auto backup = token.backup();
    REQUIRE_OK(backup);
    log_in(token, Role::User);
    return std::move(backup).value();
}

Result<partition::RestoreReport> restore(partition::Partition& token, const std::string& backup,
                                         const partition::RestoreOptions& options = {}) {
    log_in(token, Role::SecurityOfficer);
    auto report = token.restore(backup, options);
    log_in(token, Role::User);
    return report;
}

std::vector<std::string> names_of(const KeyPage& page) {
    std::vector<std::string> names;
    for (const KeyRecordPtr& key : page.keys) names.push_back(key->id.name);
    return names;
}
std::vector<std::string> live_names(const partition::Partition& token) {
    return names_of(token.list_keys({.after = {}, .limit = 100}).value());
}

Record public_record() {
    Record record;
    record.object_class = 1;
    record.face.is_private = false;
    record.face.extras = {{0x11, {4, 5, 6}}};
    return record;
}

/// Two live keys, one of two versions; a deleted one; a record of each kind; a role.
struct Furnished {
    TemporaryFolder folder;
    Domain domain = domain_at(folder.path("here"));
    partition::Partition& token = *domain.token;
    std::string public_id;
    std::string private_id;

    Furnished() {
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "code")));
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "web")));
        NewKey again = new_key(KeyType::Ec, 0, "web");
        again.name = "web";
        again.name_use = NameUse::MayAddVersion;
        REQUIRE_OK(token.generate(again));
        REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "old")));
        REQUIRE_OK(token.remove_key("old"));
        public_id = token.create_record(public_record()).value()->id;
        Record secret = public_record();
        secret.face.is_private = true;
        private_id = token.create_record(secret).value()->id;
        log_in(token, Role::SecurityOfficer);
        REQUIRE_OK(token.assign_role(
            {"11111111-2222-3333-4444-555555555555", "carol", access::role_id::crypto_user, "/keys/web"}));
        REQUIRE_OK(token.configure({.retention_days = 30, .purge_protection = {}}));
        log_in(token, Role::User);
    }
};

void check_same_keys(partition::Partition& left, partition::Partition& right) {
    BOOST_TEST(live_names(left) == live_names(right));
    for (const std::string& name : live_names(left)) {
        const auto before = left.list_versions(name, {.after = {}, .limit = 100}).value().keys;
        const auto after = right.list_versions(name, {.after = {}, .limit = 100}).value().keys;
        BOOST_REQUIRE_EQUAL(before.size(), after.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            BOOST_TEST((before[i]->id == after[i]->id));
            BOOST_TEST((before[i]->public_key == after[i]->public_key));
            BOOST_TEST(before[i]->created == after[i]->created);
            BOOST_TEST(before[i]->is_latest == after[i]->is_latest);
            check_signs(right, after[i]->id);
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restoring)

BOOST_AUTO_TEST_CASE(all_comes_back_in_an_empty_twin) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    const auto report = restore(*twin, backup);
    REQUIRE_OK(report);
    BOOST_TEST(report->partition_name == "contoso");
    BOOST_TEST(report->keys == 3U);
    BOOST_TEST(report->records == 2U);
    check_same_keys(here.token, *twin);
    BOOST_TEST((twin->find({}).value() == here.token.find({}).value()));
    log_in(here.token, Role::SecurityOfficer);
    log_in(*twin, Role::SecurityOfficer);
    const auto before = here.token.deleted_key("old").value();
    const auto after = twin->deleted_key("old");
    REQUIRE_OK(after);
    BOOST_TEST((after.value()->deletion == before->deletion));
    log_in(here.token, Role::User);
    recover(*twin, "old");
    check_signs(*twin, before->id);
    for (const std::string& id : {here.public_id, here.private_id}) {
        BOOST_TEST((twin->record(id).value()->face == here.token.record(id).value()->face));
    }
    // A merging restore leaves roles and settings as they are here.
    log_in(*twin, Role::SecurityOfficer);
    BOOST_TEST(twin->role_assignments("/keys/web").value().empty());
    BOOST_TEST(twin->recovery_settings()->retention_days == 90U);
}

BOOST_AUTO_TEST_CASE(what_is_in_the_way_lets_nothing_in) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "WEB")));
    const auto refused = restore(*twin, backup);
    CHECK_FAILS(refused, Errc::KeyExists);
    BOOST_TEST(refused.error().message.find("web") != std::string::npos);
    BOOST_TEST(live_names(*twin) == std::vector<std::string>({"WEB"}));
    REQUIRE_OK(twin->remove_key("web"));
    CHECK_FAILS(restore(*twin, backup), Errc::KeyDeleted);
    recover(*twin, "web");
    purge(*twin, "web");
    CHECK_OK(restore(*twin, backup));
}

BOOST_AUTO_TEST_CASE(one_key_comes_back_when_its_name_is_free) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web"}), Errc::KeyExists);
    REQUIRE_OK(here.token.remove_key("web"));
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web"}), Errc::KeyDeleted);
    recover(here.token, "web");
    purge(here.token, "web");
    const auto report = restore(here.token, backup, {.key_name = "Web"});
    REQUIRE_OK(report);
    BOOST_TEST(report->keys == 1U);
    BOOST_TEST(report->records == 0U);
    const auto versions = here.token.list_versions("web", {.after = {}, .limit = 100}).value().keys;
    BOOST_REQUIRE_EQUAL(versions.size(), 2U);
    for (const KeyRecordPtr& version : versions) check_signs(here.token, version->id);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "none"}), Errc::KeyNotFound);
    CHECK_FAILS(restore(here.token, backup, {.key_name = here.public_id}), Errc::KeyNotFound);
    CHECK_FAILS(restore(here.token, backup, {.key_name = "web", .replace = true}), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_deleted_comes_back_alive_when_it_is_asked_for_by_name) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    purge_deleted(here.token, "old");
    REQUIRE_OK(restore(here.token, backup, {.key_name = "old"}));
    check_signs(here.token, here.token.key_record({"old", ""}).value()->id);
}

BOOST_AUTO_TEST_CASE(a_replacing_restore_leaves_the_backup_alone) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "web")));
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "later")));
    REQUIRE_OK(twin->generate(new_key(KeyType::Ec, 0, "gone")));
    REQUIRE_OK(twin->remove_key("gone"));
    const std::string record = twin->create_record(public_record()).value()->id;
    const auto report = restore(*twin, backup, replacing);
    REQUIRE_OK(report);
    BOOST_TEST(report->keys == 3U);
    check_same_keys(here.token, *twin);
    CHECK_FAILS(twin->record(record), Errc::KeyNotFound);
    BOOST_TEST(twin->recovery_settings()->retention_days == 30U);
    log_in(*twin, Role::SecurityOfficer);
    BOOST_TEST(names_of(twin->list_deleted_keys({}).value()) == std::vector<std::string>({"old"}));
    const auto roles = twin->role_assignments("/keys/web").value();
    BOOST_REQUIRE_EQUAL(roles.size(), 1U);
    BOOST_TEST(roles[0].principal == "carol");
    // The logins of this token are other principals than those of the one that was backed up; they can go on.
    REQUIRE_OK(twin->backup());
    REQUIRE_OK(twin->restore(backup, replacing));
    const auto anew = partition_at(here.folder.path("twin"));
    log_in(*anew, Role::User);
    REQUIRE_OK(anew->generate(new_key(KeyType::Ec, 0, "fresh")));
}

BOOST_AUTO_TEST_CASE(protected_keys_are_not_replaced) {
    const Furnished here;
    const std::string backup = backup_of(here.token);
    const auto twin = twin_at(here.folder.path("twin"), here.domain.file);
    log_in(*twin, Role::SecurityOfficer);
    REQUIRE_OK(twin->configure({.retention_days = {}, .purge_protection = true}));
    REQUIRE_OK(restore(*twin, backup, replacing));
    BOOST_TEST(twin->recovery_settings()->purge_protection);
    CHECK_FAILS(restore(*twin, backup, replacing), Errc::PurgeProtected);
    BOOST_TEST(live_names(*twin).size() == 2U);
}

// Run by the next one, in a process of its own.
BOOST_AUTO_TEST_CASE(be_killed_restoring) {
    const char* path = std::getenv("KVP11_TEST_PATH");
    const char* backup_file = std::getenv("KVP11_TEST_BACKUP");
    if (!path || !backup_file) return;
    std::ifstream file(backup_file);
    const std::string backup((std::istreambuf_iterator<char>(file)), {});
    REQUIRE_OK(restore(*partition_at(path), backup, replacing));
}

BOOST_AUTO_TEST_CASE(a_replacing_restore_that_is_killed_is_made_whole_or_not_at_all) {
    const Furnished here;
    const std::string backup_file = here.folder.path("backup");
    std::ofstream(backup_file) << backup_of(here.token);
    REQUIRE_OK(here.token.generate(new_key(KeyType::Ec, 0, "later")));
    const auto run_killed = [&](const std::string& plan) {
        const std::string command =
            "exec env KVP11_TEST_KILL=" + plan + " KVP11_TEST_PATH=" + here.folder.path("here") +
            " KVP11_TEST_BACKUP=" + backup_file + " " + boost::unit_test::framework::master_test_suite().argv[0] +
            " --run_test=restoring/be_killed_restoring >/dev/null 2>&1";
        const int ended = std::system(command.c_str());
        BOOST_TEST((WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL));
    };
    for (const std::string plan : {"after-insert:2", "after-insert:9", "before-commit:1"}) {
        run_killed(plan);
        BOOST_TEST(live_names(here.token) == std::vector<std::string>({"code", "later", "web"}));
        check_signs(here.token, here.token.key_record({"web", ""}).value()->id);
    }
    run_killed("after-commit:1");
    BOOST_TEST(live_names(here.token) == std::vector<std::string>({"code", "web"}));
    check_signs(here.token, here.token.key_record({"web", ""}).value()->id);
}

BOOST_AUTO_TEST_CASE(a_backup_of_another_domain_changes_nothing) {
    const Furnished here;
    const TemporaryFolder elsewhere;
    const auto other = user_token(elsewhere.path());
    const std::string foreign = backup_of(*other);
    CHECK_FAILS(restore(here.token, foreign), Errc::BackupForeign);
    CHECK_FAILS(restore(here.token, foreign, replacing), Errc::BackupForeign);
    CHECK_FAILS(restore(here.token, "{}", replacing), Errc::BackupInvalid);
    CHECK_FAILS(restore(here.token, here.token.backup_key("web").value()), Errc::BackupInvalid);
    BOOST_TEST(live_names(here.token).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_deleted_key_whose_time_is_over_is_in_nobodys_way) {
    const TemporaryFolder folder;
    fresh_token(folder.path());
    const auto clock = std::make_shared<host::ManualClock>(1'800'000'000);
    const auto opened = partition::Partition::open(settings_with(folder.path(), clock));
    REQUIRE_OK(opened);
    partition::Partition& token = *opened.value();
    log_in(token, Role::User);
    REQUIRE_OK(token.generate(new_key(KeyType::Ec, 0, "code")));
    const std::string backup = backup_of(token);
    REQUIRE_OK(token.remove_key("code"));
    clock->advance(91 * day);
    REQUIRE_OK(restore(token, backup));
    check_signs(token, token.key_record({"code", ""}).value()->id);
}

BOOST_AUTO_TEST_SUITE_END()
