// Wrong PINs are counted by the token, not by the process.
#include <signal.h>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

std::string only_code(const Ended& child) {
    const auto codes = child.lines("code ");
    return codes.size() == 1 ? codes[0] : "no single code: " + child.output;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lockout)

BOOST_AUTO_TEST_CASE(wrong_pins_count_across_processes_and_kill_9) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    for (int i = 0; i < 5; ++i) {
        BOOST_TEST(only_code(run_child({"wrong-pin", "1"})) == "CKR_PIN_INCORRECT");
    }
    for (int i = 0; i < 4; ++i) {
        const Ended killed = run_child({"wrong-pin", "1", "kill"});
        BOOST_TEST(killed.signal == SIGKILL);
        BOOST_TEST(only_code(killed) == "CKR_PIN_INCORRECT");
    }
    subject.initialise();
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_FINAL_TRY) != 0u);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_LOCKED) == 0u);
    const std::string tenth = only_code(run_child({"wrong-pin", "1"}));
    BOOST_TEST((tenth == "CKR_PIN_INCORRECT" || tenth == "CKR_PIN_LOCKED"), tenth);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_LOCKED) != 0u);
    BOOST_TEST(only_code(run_child({"right-pin"})) == "CKR_PIN_LOCKED");
    BOOST_TEST(only_code(run_child({"wrong-pin", "1"})) == "CKR_PIN_LOCKED");
    Session session(subject, Login::None);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_PIN_LOCKED);
}

BOOST_AUTO_TEST_CASE(a_right_pin_in_one_process_forgives_for_all) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    for (int round = 0; round < 3; ++round) {
        const Ended wrong = run_child({"wrong-pin", "8"});
        BOOST_TEST(wrong.lines("code CKR_PIN_INCORRECT").size() == 8u);
        BOOST_TEST(only_code(run_child({"right-pin"})) == "CKR_OK");
    }
}

BOOST_AUTO_TEST_CASE(dying_during_a_try_does_not_win_another_one) {
    Subject subject(Kind::Kvp11);
    prepare_token(subject, 1);
    // Whoever kills the process before it can tell whether the PIN was right has used up a try, or has
    // learnt nothing because the try was not made.
    int answered = 0;
    for (int i = 0; i < 12; ++i) {
        const Ended killed = run_child({"wrong-pin", "1"}, {{"KVP11_TEST_KILL", "after-commit:1"}});
        BOOST_TEST(killed.lines("code CKR_OK").empty());
        answered += killed.lines("code CKR_PIN_INCORRECT").empty() ? 0 : 1;
    }
    BOOST_TEST(answered <= 10);
    BOOST_TEST(only_code(run_child({"right-pin"})) == "CKR_PIN_LOCKED");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
