#include "token/key_dates.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11;
using namespace kvp11::token;

namespace {

using Time = std::optional<std::int64_t>;

std::string text(const Bytes& date) { return std::string(text_of(date)); }

constexpr std::int64_t noon = 1'767'268'800;      // 2026-01-01 12:00:00 UTC
constexpr std::int64_t midnight = 1'767'225'600;  // 2026-01-01 00:00:00 UTC
constexpr std::int64_t day = 86'400;

}  // namespace

BOOST_AUTO_TEST_SUITE(key_dates)

BOOST_AUTO_TEST_CASE(a_key_begins_with_its_first_day_and_ends_after_its_last) {
    BOOST_TEST(text(start_date(midnight)) == "20260101");
    BOOST_TEST(text(start_date(midnight - 1)) == "20251231");
    BOOST_TEST(text(end_date(noon)) == "20260101");
    BOOST_TEST(text(end_date(midnight)) == "20251231");
    BOOST_TEST(text(end_date(midnight + 1)) == "20260101");
    BOOST_TEST((started({}, bytes_of("20260101")) == Time(midnight)));
    BOOST_TEST((ended({}, bytes_of("20260101")) == Time(midnight + day)));
}

BOOST_AUTO_TEST_CASE(the_day_that_it_is_already_keeps_the_seconds) {
    BOOST_TEST((started(noon, bytes_of("20260101")) == Time(noon)));
    BOOST_TEST((ended(noon, bytes_of("20260101")) == Time(noon)));
    BOOST_TEST((started(noon, bytes_of("20260102")) == Time(midnight + day)));
    BOOST_TEST((ended(noon, bytes_of("20251231")) == Time(midnight)));
}

BOOST_AUTO_TEST_CASE(nothing_is_no_time) {
    BOOST_TEST(start_date({}).empty());
    BOOST_TEST(end_date({}).empty());
    BOOST_TEST((started(noon, {}) == Time()));
    BOOST_TEST((ended(noon, {}) == Time()));
}

BOOST_AUTO_TEST_CASE(times_beyond_four_digit_years_are_shown_as_the_nearest_day) {
    BOOST_TEST(text(end_date(4'000'000'000'000)) == "99991231");
    BOOST_TEST(text(start_date(-4'000'000'000'000)) == "00000101");
    BOOST_TEST(text(start_date(-5)) == "19691231");
    BOOST_TEST((ended(4'000'000'000'000, bytes_of("99991231")) == Time(4'000'000'000'000)));
}

BOOST_AUTO_TEST_CASE(every_day_comes_back) {
    for (std::int64_t time = midnight; time < midnight + 800 * day; time += day) {
        BOOST_TEST((started({}, start_date(time)) == Time(time)));
        BOOST_TEST((ended({}, end_date(time)) == Time(time)));
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_day_is_no_date) {
    for (const char* good : {"", "20260101", "20240229", "00010101", "99991231"}) BOOST_TEST(is_date(bytes_of(good)));
    for (const char* bad : {"2026010", "202601011", "20260229", "20261301", "20260100", "2026010a", "-0260101"}) {
        BOOST_TEST(!is_date(bytes_of(bad)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
