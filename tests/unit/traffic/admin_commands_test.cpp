#include "traffic/admin_commands.hpp"

#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

using Lines = std::vector<std::string>;
const Lines ok = {"ok"};

void check(const Lines& got, const Lines& wanted) {
    BOOST_CHECK_EQUAL_COLLECTIONS(got.begin(), got.end(), wanted.begin(), wanted.end());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(admin_commands)

BOOST_AUTO_TEST_CASE(rules_are_set_shown_counted_and_cleared) {
    Stage stage;
    Traffic& traffic = *stage.traffic;
    check(answer_admin(R"(set {"throttle": {"requests_per_10s": 1}})", traffic), ok);
    check(answer_admin(R"(  fault{"operation": "KeySign", "status": 503} )", traffic), ok);
    (void)traffic.plan("KeySign");
    BOOST_TEST(stage.admitted("KeySign", &p256));
    BOOST_TEST(!stage.admitted("KeySign", &p256));
    check(answer_admin("counters\r", traffic), {"throttled 1", "faults[0] KeySign 1", "ok"});
    check(answer_admin("rules", traffic), {traffic.rules(), "ok"});
    check(answer_admin("clear", traffic), ok);
    check(answer_admin("rules", traffic), {"{}", "ok"});
    check(answer_admin("counters", traffic), ok);
}

BOOST_AUTO_TEST_CASE(a_fault_without_an_operation_is_counted_as_that_of_all) {
    Stage stage(R"({"faults": [{"reset": true}]})");
    check(answer_admin("counters", *stage.traffic), {"faults[0] * 0", "ok"});
}

BOOST_AUTO_TEST_CASE(mistakes_are_answered_in_one_line) {
    Stage stage;
    Traffic& traffic = *stage.traffic;
    check(answer_admin("", traffic), {"error: there is no command ''; try help"});
    check(answer_admin("ruels", traffic), {"error: there is no command 'ruels'; did you mean rules?; try help"});
    check(answer_admin("set", traffic), {"error: set needs {json}"});
    check(answer_admin("clear all", traffic), {"error: clear takes no argument"});
    check(answer_admin("fault {\"status\": 1}", traffic),
          {"error: faults[0].status is 1, want a whole number from 400 to 599"});
    const Lines odd = answer_admin("a\nok\nb", traffic);
    BOOST_REQUIRE(odd.size() == 1U);
    BOOST_TEST(odd.front().find('\n') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(help_names_every_command) {
    Stage stage;
    const Lines lines = answer_admin("help", *stage.traffic);
    BOOST_REQUIRE(lines.size() == 7U);
    BOOST_TEST(lines.front() == "rules         prints the rules and how often each thing happened");
    BOOST_TEST(lines.back() == "ok");
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
        const std::string name = lines[i].substr(0, lines[i].find(' '));
        BOOST_TEST(answer_admin(name, *stage.traffic).front().find("there is no command") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
