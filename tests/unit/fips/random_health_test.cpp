#include "fips/random_health.hpp"

#include <set>
#include <thread>

#include "crypto/checks.hpp"
#include "fips/error_state.hpp"
#include "support/process.hpp"

namespace kvp11::fips {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(random_health)

BOOST_AUTO_TEST_CASE(different_blocks_pass) {
    RepetitionTest test;
    BOOST_TEST(test.passes(Bytes(16, 9)));
    BOOST_TEST(test.passes(pattern(200)));
    BOOST_TEST(test.passes(Bytes(16, 1)));
}

BOOST_AUTO_TEST_CASE(neighbours_that_are_alike_are_found_wherever_they_are) {
    for (const std::size_t at : {0U, 16U, 32U, 48U}) {
        Bytes output = pattern(80);
        std::copy_n(output.begin() + static_cast<std::ptrdiff_t>(at), 16,
                    output.begin() + static_cast<std::ptrdiff_t>(at + 16));
        BOOST_TEST(!RepetitionTest().passes(output), at);
        output[at + 20] ^= 1;
        BOOST_TEST(RepetitionTest().passes(output), at);
    }
}

BOOST_AUTO_TEST_CASE(the_last_block_of_one_output_is_not_the_first_of_the_next) {
    RepetitionTest test;
    BOOST_TEST(test.passes(pattern(100)));
    Bytes next = pattern(100);
    next.erase(next.begin(), next.end() - 16);
    BOOST_TEST(!test.passes(next));
    RepetitionTest again;
    BOOST_TEST(again.passes(Bytes(16, 7)));
    BOOST_TEST(!again.passes(Bytes(16, 7)));
    RepetitionTest longer;
    BOOST_TEST(longer.passes(Bytes(16, 1)));
    BOOST_TEST(!longer.passes(Bytes(16, 1) + pattern(40)));
}

BOOST_AUTO_TEST_CASE(outputs_of_any_size_are_full_and_differ) {
    for (const std::size_t size : {0U, 1U, 8U, 15U, 16U, 17U, 1000U}) {
        Bytes output(size);
        EXPECT_OK(tested_random(output));
        BOOST_TEST(must(tested_secret(size)).size() == size);
    }
    std::set<Bytes> seen;
    for (int i = 0; i < 100; ++i) {
        Bytes output(8);
        must(tested_random(output));
        BOOST_TEST(seen.insert(output).second);
    }
}

BOOST_AUTO_TEST_CASE(threads_may_draw_at_once) {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([] {
            for (int n = 0; n < 500; ++n) (void)tested_secret(32);
        });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(!in_error_state());
}

BOOST_AUTO_TEST_CASE(a_generator_that_is_stuck_leads_to_the_error_state) {
    const std::string refused = "output: the random generator repeats itself\n";
    const std::string state = "state: the random generator repeats itself\n";
    for (const char* verb : {"random", "secret"}) {
        const auto says = [&](const char* size) {
            return run({KVP11_FIPS_CHILD, verb, size}, {{"KVP11_TEST_RANDOM_FAIL", "1"}}).output;
        };
        BOOST_TEST(says("32") == refused + refused + state);
        BOOST_TEST(says("16") == "output: ok\n" + refused + state);
        BOOST_TEST(says("4") == "output: ok\n" + refused + state);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::fips
