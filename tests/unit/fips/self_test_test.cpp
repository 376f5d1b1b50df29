#include "fips/self_test.hpp"

#include <fstream>
#include <set>

#include "crypto/checks.hpp"
#include "fips/error_state.hpp"
#include "fips/self_test_rows.hpp"
#include "support/process.hpp"

namespace kvp11::fips {
namespace {

using namespace kvp11::test;

std::vector<SelfTestRow> all_rows() {
    std::vector<SelfTestRow> rows;
    for (const SelfTestRow& row : symmetric_self_tests()) rows.push_back(row);
    for (const SelfTestRow& row : asymmetric_self_tests()) rows.push_back(row);
    return rows;
}

BOOST_AUTO_TEST_SUITE(self_tests)

BOOST_AUTO_TEST_CASE(every_row_passes_with_the_published_answers) {
    for (const SelfTestRow& row : all_rows()) BOOST_TEST(must(row.passes(Answers(false))), row.algorithm);
}

// A row that forgets to compare would pass here.
BOOST_AUTO_TEST_CASE(every_row_fails_when_one_bit_of_its_answer_is_wrong) {
    for (const SelfTestRow& row : all_rows()) {
        const Result<bool> passed = row.passes(Answers(true));
        BOOST_TEST(!(passed.ok() && passed.value()), row.algorithm);
    }
}

BOOST_AUTO_TEST_CASE(every_row_has_a_name_of_its_own_and_a_source) {
    std::set<std::string> names;
    for (const SelfTestResult& result : self_test_results()) {
        BOOST_TEST(names.insert(result.algorithm).second, result.algorithm);
        BOOST_TEST(!result.source.empty(), result.algorithm);
        BOOST_TEST(result.passed, result.algorithm);
    }
    BOOST_TEST(names.size() == all_rows().size());
    EXPECT_OK(require_operational());
}

BOOST_AUTO_TEST_CASE(the_documented_list_is_the_one_that_runs) {
    std::ifstream file(KVP11_SECURITY_DOCS);
    const std::string docs{std::istreambuf_iterator<char>(file), {}};
    for (const SelfTestRow& row : all_rows()) {
        const std::string line = std::string("| ") + row.algorithm + " | " + row.source + " |\n";
        BOOST_TEST(docs.find(line) != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_CASE(each_row_that_fails_leads_to_the_error_state) {
    for (const SelfTestRow& row : all_rows()) {
        const std::string name = row.algorithm;
        const Ended ended = run({KVP11_FIPS_CHILD, "all"}, {{"KVP11_TEST_SELF_TEST_FAIL", name}});
        BOOST_TEST(ended.is_clean());
        BOOST_TEST(ended.output == "state: the self-test of " + name + " failed\nfailed: " + name + "\n");
    }
}

BOOST_AUTO_TEST_CASE(one_stands_for_the_first_row_and_an_unknown_name_for_none) {
    const auto says = [](const char* wish) {
        return run({KVP11_FIPS_CHILD, "all"}, {{"KVP11_TEST_SELF_TEST_FAIL", wish}}).output;
    };
    BOOST_TEST(says("1") == "state: the self-test of SHA-1 failed\nfailed: SHA-1\n");
    BOOST_TEST(says("ROT13") == "state: ok\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::fips
