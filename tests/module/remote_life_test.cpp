// How a module with a remote slot begins and ends, and what becomes of it when the service or another process dies.
#include <signal.h>
#include <unistd.h>

#include <set>

#include "module/remote_fixture.hpp"

namespace kvp11::test {
namespace {

void expect_clean(const Ended& ended, const std::string& line) {
    BOOST_TEST(ended.signal == 0, "killed by signal " << ended.signal << "\n" << ended.output);
    BOOST_TEST(ended.exit_code == 0, "exit code " << ended.exit_code << "\n" << ended.output);
    BOOST_TEST((ended.output.find(line) != std::string::npos), "no '" << line << "' in\n" << ended.output);
}

std::set<std::string> set_of(const std::vector<std::string>& lines) { return {lines.begin(), lines.end()}; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(remote_life, RemoteHost)

BOOST_AUTO_TEST_CASE(many_lives_leak_neither_descriptors_nor_connections_nor_threads) {
    const auto live_once = [&] {
        subject.restart();
        Session fresh(subject);
        const auto found = fresh.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
        BOOST_REQUIRE_EQUAL(found.size(), 1u);
        MUST(sign(fresh.handle(), found[0]));
    };
    live_once();
    const std::size_t before = count_in_self("fd");
    for (int i = 0; i < 30; ++i) live_once();
    BOOST_TEST(count_in_self("fd") <= before);
    BOOST_TEST(count_in_self("task") == 1u);
}

BOOST_AUTO_TEST_CASE(finalising_closes_every_connection) {
    MUST(sign(session.handle(), pair.private_key));
    subject.finalise();
    // The one that is left asks the question.
    double open_now = 0;
    for (int i = 0; i < 1000 && (open_now = pool().metric("hsm_sim_connections_open")) > 1; ++i) sched_yield();
    BOOST_TEST(open_now <= 1.0);
    subject.initialise();
}

BOOST_AUTO_TEST_CASE(initialising_asks_the_service_nothing_and_works_without_one) {
    subject.finalise();
    const double before = connections();
    subject.initialise();
    CK_TOKEN_INFO info{};
    MUST(f()->C_GetTokenInfo(subject.slot(), &info));
    BOOST_TEST(connections() == before);
    subject.finalise();
    pool().kill();
    subject.initialise();
    MUST(f()->C_GetTokenInfo(subject.slot(), &info));
    BOOST_TEST(std::string(reinterpret_cast<const char*>(info.label), 32) == padded_label(token_label));
    pool().start();
}

BOOST_AUTO_TEST_CASE(a_process_may_end_in_any_way) {
    for (const char* verb : {"exit-without-finalize", "finalize-at-exit", "finalize-at-exit-registered-late",
                             "close-and-exit", "exit-while-a-thread-signs"}) {
        BOOST_TEST_CONTEXT(verb) { expect_clean(run_child({verb}), "signed"); }
    }
    for (int i = 0; i < 5; ++i) expect_clean(run_child({"exit-while-a-thread-signs"}), "signed");
}

BOOST_AUTO_TEST_CASE(a_server_that_was_killed_and_is_back_is_used_again_without_a_word) {
    struct sigaction before {};
    sigaction(SIGPIPE, nullptr, &before);
    MUST(sign(session.handle(), pair.private_key));
    for (int i = 0; i < 3; ++i) {
        pool().kill();
        pool().start();
        MUST(sign(session.handle(), pair.private_key));
    }
    struct sigaction after {};
    sigaction(SIGPIPE, nullptr, &after);
    BOOST_TEST((before.sa_handler == after.sa_handler));
}

BOOST_AUTO_TEST_CASE(a_service_that_is_gone_is_a_device_error_and_no_hang) {
    configure_remote(pool(), subject.folder(), "timeout = 1000\nretries = 1\n");
    subject.restart();
    Session own(subject);
    const auto found = own.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    pool().kill();
    EXPECT_RV_IN(sign(own.handle(), found[0]), CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED);
    pool().start();
    CK_RV code = sign(own.handle(), found[0]);
    // The circuit breaker lets a probe through after a while.
    for (int i = 0; i < 200 && code == CKR_DEVICE_REMOVED; ++i) {
        usleep(50'000);
        code = sign(own.handle(), found[0]);
    }
    EXPECT_RV(code, CKR_OK);
}

// The service deletes pairs whole: the other half's handle stands for nothing then, but to destroy it, too, is done.
BOOST_AUTO_TEST_CASE(the_other_half_of_a_deleted_pair_is_destroyed_once_and_good_for_nothing_else) {
    Session reading(subject, Login::None, Session::Access::ReadOnly);
    MUST(session.try_destroy(pair.private_key));
    EXPECT_RV(session.try_attribute(pair.public_key, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_set(pair.public_key, Template().text(CKA_LABEL, "back")), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_verify(CKM_ECDSA, pair.public_key, pattern(32), pattern(64)), CKR_KEY_HANDLE_INVALID);
    BOOST_TEST(session.find(Template()).empty());
    EXPECT_RV(reading.try_destroy(pair.public_key), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OK);
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_destroy(pair.private_key), CKR_OBJECT_HANDLE_INVALID);
}

BOOST_AUTO_TEST_CASE(the_other_half_of_a_deleted_pair_is_forgotten_at_logout) {
    MUST(session.try_destroy(pair.private_key));
    session.logout();
    session.login(Login::User);
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OBJECT_HANDLE_INVALID);
}

BOOST_AUTO_TEST_CASE(halves_of_a_pair_that_somebody_else_deleted_are_invalid) {
    const Ended deleted =
        in_child([&] { return f()->C_DestroyObject(session.handle(), pair.private_key) == CKR_OK ? 0 : 1; });
    BOOST_TEST(deleted.is_clean());
    EXPECT_RV(session.try_destroy(pair.private_key), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OBJECT_HANDLE_INVALID);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_killed_among_its_keys_leaves_what_others_can_use) {
    std::set<std::string> made;
    std::set<std::string> deleted;
    std::set<std::string> in_doubt;
    for (int round = 0; round < 3; ++round) {
        const std::string seed = "round" + std::to_string(round);
        Process child({child_program(), "churn", seed, "1000"});
        BOOST_REQUIRE(child.read_until("made " + seed + "-" + std::to_string(1 + 2 * round)));
        child.kill();
        const Ended ended = child.wait();
        BOOST_TEST(ended.signal == SIGKILL);
        made.merge(set_of(ended.lines("made ")));
        in_doubt.merge(set_of(ended.lines("making ")));
        deleted.merge(set_of(ended.lines("deleting ")));
    }
    const Ended census = run_child({"census"});
    BOOST_REQUIRE_MESSAGE(census.is_clean(), census.output);
    // The service may have deleted a key whose process was killed before it could say so: the list that processes share
    // shows it until it is read again (docs/remote-lookup.md).
    for (const std::string& id : set_of(census.lines("bad "))) BOOST_TEST(deleted.contains(id), census.output);
    BOOST_TEST(census.lines("half ").empty(), census.output);
    const std::set<std::string> pairs = set_of(census.lines("pair "));
    for (const std::string& id : made) {
        if (!deleted.contains(id)) BOOST_TEST(pairs.contains(id), "acknowledged and lost: " << id);
    }
    for (const std::string& id : pairs) BOOST_TEST((in_doubt.contains(id) || id == "signing"), "never made: " << id);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
