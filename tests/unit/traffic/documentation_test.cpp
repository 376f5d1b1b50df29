#include <fstream>
#include <iterator>

#include "stage.hpp"
#include "traffic/admin_commands.hpp"
#include "traffic/published_limits.hpp"

using namespace kvp11;
using namespace kvp11::traffic;
using namespace kvp11::traffic::test;

namespace {

std::string page() {
    std::ifstream file(TRAFFIC_PAGE);
    return {std::istreambuf_iterator<char>(file), {}};
}

// What stands between "```json" and "```".
std::vector<std::string> examples() {
    const std::string text = page();
    const std::string begin = "```json\n";
    std::vector<std::string> all;
    for (std::size_t at = text.find(begin); at != text.npos; at = text.find(begin, at + 1)) {
        const std::size_t first = at + begin.size();
        all.push_back(text.substr(first, text.find("```", first) - first));
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(documentation)

BOOST_AUTO_TEST_CASE(every_example_of_the_page_is_rules) {
    BOOST_TEST(examples().size() >= 6U);
    for (const std::string& example : examples()) {
        Stage stage;
        CHECK_OK(stage.traffic->set_rules(example));
        BOOST_TEST(stage.rules().as_object().size() > 0U);
    }
}

BOOST_AUTO_TEST_CASE(the_page_names_every_operation_and_command) {
    const std::string text = page();
    for (const auto& limits : operation_limits()) {
        BOOST_TEST(text.find("`" + std::string(limits.operation) + "`") != text.npos, limits.operation);
    }
    Stage stage;
    for (const std::string& line : answer_admin("help", *stage.traffic)) {
        BOOST_TEST(text.find("`" + line.substr(0, line.find(' '))) != text.npos, line);
    }
}

BOOST_AUTO_TEST_SUITE_END()
