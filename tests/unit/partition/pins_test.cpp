#include "workplace.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

using namespace kvp11;
using namespace kvp11::test;

namespace {

unsigned user_failures(const Backend& token) { return token.status().value().user.failures; }

}  // namespace

BOOST_AUTO_TEST_SUITE(pins)

BOOST_AUTO_TEST_CASE(wrong_pins_count_over_instances_and_a_right_one_forgets_them) {
    const TemporaryFolder folder;
    const auto first = fresh_token(folder.path());
    const auto second = partition_at(folder.path());
    CHECK_FAILS(first->login(Role::User, pin("wrong")), Errc::PinIncorrect);
    CHECK_FAILS(second->login(Role::User, pin("wrong")), Errc::PinIncorrect);
    BOOST_CHECK_EQUAL(user_failures(*first), 2U);
    BOOST_CHECK_EQUAL(first->status().value().security_officer.failures, 0U);
    CHECK_OK(first->login(Role::User, pin(user_pin)));
    BOOST_CHECK_EQUAL(user_failures(*second), 0U);
}

BOOST_AUTO_TEST_CASE(ten_wrong_pins_lock_the_user_until_the_officer_sets_a_new_one) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    for (int i = 0; i < 10; ++i) CHECK_FAILS(token->login(Role::User, pin("wrong")), Errc::PinIncorrect);
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::PinLocked);
    CHECK_FAILS(partition_at(folder.path())->login(Role::User, pin(user_pin)), Errc::PinLocked);
    CHECK_FAILS(token->change_pin(Role::User, pin(user_pin), pin("other-pin")), Errc::PinLocked);
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    REQUIRE_OK(token->initialise_user_pin(pin("new-pin")));
    REQUIRE_OK(token->logout());
    CHECK_OK(token->login(Role::User, pin("new-pin")));
}

BOOST_AUTO_TEST_CASE(no_more_than_ten_guesses_are_answered_however_many_run_at_once) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    const int answered = in_child([&] {
        std::vector<pid_t> guessers;
        for (int i = 0; i < 8; ++i) {
            const pid_t child = fork();
            if (child == 0) {
                int wrong = 0;
                for (int n = 0; n < 5; ++n) {
                    if (token->login(Role::User, pin("guess")).code() == Errc::PinIncorrect) ++wrong;
                }
                _exit(wrong);
            }
            guessers.push_back(child);
        }
        int sum = 0;
        for (const pid_t child : guessers) {
            int status = 0;
            waitpid(child, &status, 0);
            sum += WEXITSTATUS(status);
        }
        return sum;
    });
    BOOST_CHECK_EQUAL(answered, 10);
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::PinLocked);
}

BOOST_AUTO_TEST_CASE(a_good_login_writes_nothing) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    const std::uint64_t before = token->generation();
    CHECK_OK(token->login(Role::User, pin(user_pin)));
    BOOST_CHECK_EQUAL(token->generation(), before);
}

BOOST_AUTO_TEST_CASE(new_pins_have_4_to_255_bytes) {
    const TemporaryFolder folder;
    const auto token = partition_at(folder.path());
    CHECK_FAILS(token->initialise(pin("abc"), "x"), Errc::PinLenRange);
    CHECK_FAILS(token->initialise(pin(std::string(256, 'a')), "x"), Errc::PinLenRange);
    REQUIRE_OK(token->initialise(pin(std::string(255, 'a')), "x"));
    CHECK_OK(token->change_pin(Role::SecurityOfficer, pin(std::string(255, 'a')), pin("abcd")));
    CHECK_FAILS(token->change_pin(Role::SecurityOfficer, pin("abcd"), pin("abc")), Errc::PinLenRange);
    CHECK_FAILS(token->login(Role::User, pin("abcd")), Errc::UserPinNotInitialized);
    CHECK_OK(token->login(Role::SecurityOfficer, pin("abcd")));
}

BOOST_AUTO_TEST_CASE(a_changed_pin_replaces_the_old_one_and_keeps_the_keys) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto key = token->generate(new_key(KeyType::Ec, 0, "kept"));
    REQUIRE_OK(key);
    CHECK_FAILS(token->change_pin(Role::User, pin("wrong"), pin("other-pin")), Errc::PinIncorrect);
    REQUIRE_OK(token->change_pin(Role::User, pin(user_pin), pin("other-pin")));
    const auto again = partition_at(folder.path());
    CHECK_FAILS(again->login(Role::User, pin(user_pin)), Errc::PinIncorrect);
    REQUIRE_OK(again->login(Role::User, pin("other-pin")));
    check_signs(*again, key.value()->id);
}

BOOST_AUTO_TEST_CASE(the_security_officer_administers_and_uses_no_private_key) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const auto key = token->generate(new_key(KeyType::Ec, 0, "key"));
    const auto secret = token->generate(new_key(KeyType::Aes, 256, "secret"));
    REQUIRE_OK(token->logout());
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    CHECK_FAILS(token->generate(new_key(KeyType::Ec, 0, "x")), Errc::UserNotLoggedIn);
    CHECK_FAILS(token->open(secret.value()->id), Errc::UserNotLoggedIn);
    const auto opened = token->open(key.value()->id);
    REQUIRE_OK(opened);
    CHECK_FAILS(opened.value()->signer({.scheme = SignatureScheme::Ecdsa}), Errc::UserNotLoggedIn);
    CHECK_OK(opened.value()->verifier({.scheme = SignatureScheme::Ecdsa}));
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::UserAnotherAlreadyLoggedIn);
    CHECK_FAILS(token->remove({ObjectKind::PrivateKey, key.value()->id}), Errc::UserNotLoggedIn);
}

BOOST_AUTO_TEST_CASE(logout_takes_the_keys_away_but_not_from_those_who_hold_them) {
    const TemporaryFolder folder;
    const auto token = user_token(folder.path());
    const KeyId id = token->generate(new_key(KeyType::Ec, 0, "key")).value()->id;
    const auto held = token->open(id).value();
    REQUIRE_OK(token->logout());
    CHECK_FAILS(token->open(id).value()->signer({.scheme = SignatureScheme::Ecdsa}), Errc::UserNotLoggedIn);
    CHECK_OK(held->signer({.scheme = SignatureScheme::Ecdsa}));
    REQUIRE_OK(token->login(Role::User, pin(user_pin)));
    check_signs(*token, id);
}

BOOST_AUTO_TEST_CASE(a_pin_is_worth_nothing_without_the_root_key_of_its_folder) {
    const TemporaryFolder folder;
    fresh_token(folder.path("stolen"));
    fresh_token(folder.path("other"));
    const std::string root = folder.path("stolen") + "/root.key";
    std::filesystem::remove(root);
    const auto token = partition_at(folder.path("stolen"));
    CHECK_OK(token->status());
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::StoreDamaged);
    std::filesystem::copy_file(folder.path("other") + "/root.key", root);
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::PinIncorrect);
    std::ofstream(root, std::ios::trunc) << "short";
    CHECK_FAILS(token->login(Role::User, pin(user_pin)), Errc::StoreDamaged);
}

BOOST_AUTO_TEST_CASE(a_principal_has_no_share_in_pins_or_in_zeroisation) {
    const TemporaryFolder folder;
    const auto token = fresh_token(folder.path());
    REQUIRE_OK(token->login(Role::SecurityOfficer, pin(so_pin)));
    partition::Caller stranger;
    stranger.object_id = "11111111-2222-3333-4444-555555555555";
    const auto principal = token->as_principal(stranger);
    CHECK_FAILS(principal->initialise_user_pin(pin("another-pin")), Errc::AccessDenied);
    CHECK_FAILS(principal->initialise(pin(so_pin), "taken"), Errc::AccessDenied);
    CHECK_FAILS(principal->change_pin(Role::User, pin(user_pin), pin("another-pin")), Errc::AccessDenied);
    CHECK_FAILS(principal->zeroise(), Errc::AccessDenied);
    REQUIRE_OK(token->logout());
    CHECK_OK(token->login(Role::User, pin(user_pin)));
}

BOOST_AUTO_TEST_SUITE_END()
