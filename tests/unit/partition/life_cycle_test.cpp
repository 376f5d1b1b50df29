#include "workplace.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

using namespace kvp11;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(life_cycle)

BOOST_AUTO_TEST_CASE(an_absent_folder_is_an_uninitialised_partition) {
    const TemporaryFolder folder;
    const auto token = partition_at(folder.path("not/there"));
    const auto status = token->status();
    REQUIRE_OK(status);
    BOOST_CHECK(status.value().life_cycle == LifeCycle::Uninitialised);
    BOOST_CHECK(!std::filesystem::exists(folder.path("not")));
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::TokenNotRecognized);
    CHECK_FAILS(token->find({}), Errc::TokenNotRecognized);
}

BOOST_AUTO_TEST_CASE(initialise_makes_an_active_token_without_a_security_domain) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path("a/b/c"));
    const TokenStatus status = token->status().value();
    BOOST_CHECK(status.life_cycle == LifeCycle::Active);
    BOOST_CHECK_EQUAL(status.label, "test token");
    BOOST_CHECK_EQUAL(status.serial.size(), 16U);
    BOOST_CHECK_EQUAL(status.model, "hsm-sim (no SD)");
    BOOST_CHECK(!status.has_security_domain);
    BOOST_CHECK(status.user.initialised && status.security_officer.initialised);
}

BOOST_AUTO_TEST_CASE(files_are_for_their_owner_alone_whatever_the_umask) {
    const TemporaryFolder folder;
    const mode_t before = umask(0);
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Aes, 256, "k")));
    umask(before);
    struct stat facts {};
    BOOST_REQUIRE_EQUAL(stat(folder.path().c_str(), &facts), 0);
    BOOST_CHECK_EQUAL(facts.st_mode & 07777, 0700U);
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        BOOST_REQUIRE_EQUAL(stat(entry.path().c_str(), &facts), 0);
        BOOST_CHECK_MESSAGE((facts.st_mode & 07777) == (entry.is_directory() ? 0700U : 0600U),
                            entry.path() << " has another mode");
    }
}

BOOST_AUTO_TEST_CASE(a_group_shares_the_folder_when_asked) {
    const TemporaryFolder folder;
    auto token = partition::Partition::open({folder.path(), "daemon", partition::least_kdf_cost});
    REQUIRE_OK(token);
    const mode_t before = umask(077);
    REQUIRE_OK(token.value()->initialise(pin(so_pin), "shared"));
    REQUIRE_OK(token.value()->login(Role::SecurityOfficer, pin(so_pin)));
    umask(before);
    struct stat facts {};
    BOOST_REQUIRE_EQUAL(stat(folder.path().c_str(), &facts), 0);
    BOOST_CHECK_EQUAL(facts.st_mode & 07777, 02770U);
    const gid_t group = facts.st_gid;
    BOOST_CHECK_NE(group, getgid());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        BOOST_REQUIRE_EQUAL(stat(entry.path().c_str(), &facts), 0);
        BOOST_CHECK_MESSAGE((facts.st_mode & 07777) == (entry.is_directory() ? 02770U : 0660U),
                            entry.path() << " has another mode");
        BOOST_CHECK_EQUAL(facts.st_gid, group);
    }
}

BOOST_AUTO_TEST_CASE(a_folder_with_other_files_is_refused_and_left_alone) {
    const TemporaryFolder folder;
    std::filesystem::create_directories(folder.path("home/work"));
    std::filesystem::permissions(folder.path("home"), std::filesystem::perms(0755));
    CHECK_FAILS(partition_at(folder.path("home"))->initialise(pin(so_pin), "x"), Errc::ArgumentsBad);
    BOOST_CHECK(std::filesystem::status(folder.path("home")).permissions() == std::filesystem::perms(0755));
}

BOOST_AUTO_TEST_CASE(initialising_again_wants_the_officers_pin_and_erases_everything) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto key = token->generate(new_key(KeyType::Ec, 0, "gone"));
    REQUIRE_OK(key);
    const std::string serial = token->status().value().serial;
    CHECK_FAILS(token->initialise(pin("wrong"), "new"), Errc::PinIncorrect);
    BOOST_CHECK_EQUAL(token->find({}).value().size(), 2U);
    REQUIRE_OK(token->initialise(pin(so_pin), "new"));
    const TokenStatus status = token->status().value();
    BOOST_CHECK_EQUAL(status.label, "new");
    BOOST_CHECK_EQUAL(status.serial, serial);
    BOOST_CHECK(!status.user.initialised);
    BOOST_CHECK(token->find({}).value().empty());
    CHECK_FAILS(token->open(key.value()->id), Errc::KeyNotFound);
    CHECK_FAILS(token->generate(new_key(KeyType::Ec, 0, "x")), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(another_process_making_the_token_anew_ends_this_login) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    REQUIRE_OK(token->generate(new_key(KeyType::Aes, 256, "mine")));
    REQUIRE_OK(partition_at(folder.path())->initialise(pin(so_pin), "theirs"));
    CHECK_FAILS(token->generate(new_key(KeyType::Aes, 256, "lost")), Errc::UserNotLoggedIn);
    BOOST_CHECK_EQUAL(token->status().value().label, "theirs");
}

BOOST_AUTO_TEST_CASE(a_removed_folder_is_uninitialised_again) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    std::filesystem::remove_all(folder.path());
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Uninitialised);
    REQUIRE_OK(token->initialise(pin(so_pin), "second"));
    BOOST_CHECK_EQUAL(token->status().value().label, "second");
}

BOOST_AUTO_TEST_CASE(a_provisioned_partition_takes_logins_and_refuses_keys) {
    const TemporaryFolder folder;
    const auto token = provisioned(folder.path());
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Provisioned);
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    CHECK_FAILS(token->generate(new_key(KeyType::Ec, 0, "x")), Errc::PartitionNotActive);
    CHECK_FAILS(token->import_key(new_key(KeyType::Aes, 0, "x"), SecretBytes(32)), Errc::PartitionNotActive);
    CHECK_FAILS(token->create_record({}), Errc::PartitionNotActive);
    CHECK_FAILS(token->backup(), Errc::PartitionNotActive);
    Bytes bytes(16);
    CHECK_OK(token->random(bytes));
    CHECK_FAILS(token->create({}), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_failed_self_test_refuses_all_cryptography) {
    const TemporaryFolder folder;
    const std::string path = folder.path();
    fresh_token(path);
    // The tests run once per process, so this needs one of its own.
    const std::string program = boost::unit_test::framework::master_test_suite().argv[0];
    const std::string command = "KVP11_TEST_SELF_TEST_FAIL=1 KVP11_TEST_PATH=" + path + " " + program +
                                " --run_test=life_cycle/in_the_error_state >/dev/null 2>&1";
    BOOST_CHECK_EQUAL(std::system(command.c_str()), 0);
}

// Run by the case above.
BOOST_AUTO_TEST_CASE(in_the_error_state, *boost::unit_test::disabled()) {
    if (!std::getenv("KVP11_TEST_PATH")) return;
    const auto token = partition_at(std::getenv("KVP11_TEST_PATH"));
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::PartitionErrorState);
    CHECK_FAILS(token->initialise(pin(so_pin), "x"), Errc::PartitionErrorState);
    Bytes bytes(16);
    CHECK_FAILS(token->random(bytes), Errc::PartitionErrorState);
    BOOST_CHECK(token->status().value().life_cycle == LifeCycle::Error);
    BOOST_CHECK(!token->summary().value().self_tests.front().passed);
}

BOOST_AUTO_TEST_SUITE_END()
