#include "store/write_turn.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11::store;

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t millisecond = second / 1000;

/// How many attempts it takes, one each `pause`.
int attempts(WaitedTime& waited, std::int64_t& time, std::int64_t pause) {
    int count = 1;
    while (!waited.is_long_enough(time += pause)) ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(write_turn)

BOOST_AUTO_TEST_CASE(ten_seconds_of_asking_are_enough) {
    WaitedTime waited;
    std::int64_t time = 5 * second;
    for (int round = 0; round < 2; ++round) {
        waited.begin(time);
        BOOST_TEST(!waited.is_long_enough(time));
        BOOST_TEST(attempts(waited, time, millisecond) == 10'000);
    }
}

// As with SIGSTOP, or a frozen container: the deadline was over before the first attempt after it.
BOOST_AUTO_TEST_CASE(time_in_which_the_process_stood_still_is_not_waiting) {
    WaitedTime waited;
    std::int64_t time = 0;
    waited.begin(time);
    BOOST_TEST(!waited.is_long_enough(time += 3600 * second));
    BOOST_TEST(!waited.is_long_enough(time += 3600 * second));
    BOOST_TEST(attempts(waited, time, millisecond) == 8'000);
}

BOOST_AUTO_TEST_SUITE_END()
