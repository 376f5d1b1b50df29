// kill -9 in the middle of making and deleting keys: what was acknowledged is there, nothing is half there.
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

/// What a churning child said before it ended.
struct Acknowledged {
    std::set<std::string> made;
    std::set<std::string> deleted;
    std::set<std::string> in_doubt;  // begun, and neither acknowledged nor refused

    void read(const Ended& child) {
        std::set<std::string> making;
        std::set<std::string> deleting;
        for (const std::string& id : child.lines("making ")) making.insert(id);
        for (const std::string& id : child.lines("deleting ")) deleting.insert(id);
        for (const std::string& id : child.lines("made ")) {
            made.insert(id);
            making.erase(id);
        }
        for (const std::string& id : child.lines("deleted ")) {
            deleted.insert(id);
            deleting.erase(id);
        }
        in_doubt.insert(making.begin(), making.end());
        deletions_in_doubt.insert(deleting.begin(), deleting.end());
    }

    std::set<std::string> deletions_in_doubt;
};

/// A fresh process counts what is on the token and compares it with what was acknowledged.
void expect_consistent(const Acknowledged& acknowledged) {
    const Ended census = run_child({"census"});
    BOOST_REQUIRE_MESSAGE(census.is_clean(), census.output);
    BOOST_TEST(census.lines("bad ").empty(), census.output);
    std::set<std::string> pairs;
    for (const std::string& id : census.lines("pair ")) pairs.insert(id);
    for (const std::string& id : census.lines("half ")) {
        // A pair is deleted by two calls, so only a deletion that was cut short may leave one half.
        BOOST_TEST(acknowledged.deletions_in_doubt.count(id) == 1u, "half a pair: " << id);
    }
    for (const std::string& id : acknowledged.made) {
        if (acknowledged.deleted.count(id) || acknowledged.deletions_in_doubt.count(id)) continue;
        BOOST_TEST(pairs.count(id) == 1u, "acknowledged and lost: " << id);
    }
    for (const std::string& id : acknowledged.deleted) {
        BOOST_TEST(pairs.count(id) == 0u, "deleted and back: " << id);
    }
    for (const std::string& id : pairs) {
        BOOST_TEST((acknowledged.made.count(id) || acknowledged.in_doubt.count(id) || id.rfind("prepared-", 0) == 0),
                   "never made: " << id);
    }
}

/// Kills a churning child at the given passings of a named point of the store, one after the other, on one token.
void kill_at(const std::string& point, const std::vector<int>& passings) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    Acknowledged acknowledged;
    for (int passing : passings) {
        BOOST_TEST_CONTEXT(point << ":" << passing) {
            const std::string seed = point + "-" + std::to_string(passing);
            const Ended child =
                run_child({"churn", seed, "30"}, {{"KVP11_TEST_KILL", point + ":" + std::to_string(passing)}});
            BOOST_TEST(child.signal == SIGKILL, "not killed:\n" << child.output);
            acknowledged.read(child);
            expect_consistent(acknowledged);
        }
    }
    const Ended undisturbed = run_child({"churn", "afterwards", "3"});
    BOOST_TEST(undisturbed.is_clean(), undisturbed.output);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crashes)

BOOST_AUTO_TEST_CASE(killed_before_a_transaction) { kill_at("before-begin", {2, 5, 9}); }
BOOST_AUTO_TEST_CASE(killed_at_the_start_of_a_transaction) { kill_at("after-begin", {2, 5, 9}); }
BOOST_AUTO_TEST_CASE(killed_after_an_insert) { kill_at("after-insert", {1, 3, 7}); }
BOOST_AUTO_TEST_CASE(killed_before_the_commit) { kill_at("before-commit", {2, 5, 9}); }
BOOST_AUTO_TEST_CASE(killed_after_the_commit) { kill_at("after-commit", {2, 5, 9}); }
BOOST_AUTO_TEST_CASE(killed_after_the_generation_is_raised) { kill_at("after-generation-bump", {2, 5, 9}); }

BOOST_AUTO_TEST_CASE(killed_from_outside_at_any_time) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    Acknowledged acknowledged;
    std::minstd_rand delays(20261122);
    for (int round = 0; round < 6; ++round) {
        const std::string seed = "round" + std::to_string(round);
        Process child({child_program(), "churn", seed, "1000"});
        // The moment is counted in acknowledged operations, and then a little more.
        BOOST_REQUIRE(child.read_until("made " + seed + "-" + std::to_string(2 + 3 * round)));
        std::this_thread::sleep_for(std::chrono::microseconds(delays() % 3000));
        child.kill();
        const Ended ended = child.wait();
        BOOST_TEST(ended.signal == SIGKILL);
        acknowledged.read(ended);
        expect_consistent(acknowledged);
    }
}

BOOST_AUTO_TEST_CASE(two_processes_churn_and_a_third_looks_on) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    subject.initialise();
    Process first({child_program(), "churn", "first", "40"});
    Process second({child_program(), "churn", "second", "40"});
    {
        Session session(subject);
        for (int i = 0; i < 30; ++i) {
            for (CK_OBJECT_HANDLE key : session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY))) {
                EXPECT_RV_IN(session.try_sign(CKM_ECDSA, key, pattern(32)), CKR_OK, CKR_KEY_HANDLE_INVALID,
                             CKR_OBJECT_HANDLE_INVALID);
                if (i % 3 != 0) break;
            }
        }
    }
    Acknowledged acknowledged;
    for (Process* child : {&first, &second}) {
        const Ended ended = child->wait();
        BOOST_TEST(ended.is_clean(), ended.output);
        acknowledged.read(ended);
    }
    BOOST_TEST(acknowledged.made.size() == 80u);
    BOOST_TEST(acknowledged.in_doubt.empty());
    {
        // What the others did is seen here as well, without a new C_Initialize.
        Session session(subject);
        const auto expected = 1 + acknowledged.made.size() - acknowledged.deleted.size();
        BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY)).size() == expected);
        BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PUBLIC_KEY)).size() == expected);
    }
    subject.finalise();
    expect_consistent(acknowledged);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
