#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "pipeline/retry_after.hpp"

namespace kvp11::pipeline {
namespace {

using namespace std::chrono_literals;

const std::chrono::system_clock::time_point noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 12h;

struct Row {
    std::vector<transport::Header> headers;
    std::optional<std::chrono::milliseconds> wanted;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
    for (const auto& header : row.headers) out << header.name << ": " << header.value << "; ";
    return out;
}

const Row rows[] = {
    {{}, {}},
    {{{"Retry-After", "7"}}, 7s},
    {{{"retry-after", " 0 "}}, 0s},
    {{{"Retry-After", "Sun, 22 Nov 2026 12:00:30 GMT"}}, 30s},
    {{{"Retry-After", "Sun, 22 Nov 2026 11:00:00 GMT"}}, 0s},
    {{{"Retry-After", "Mon, 01 Jan 2035 00:00:00 GMT"}}, 24h},
    {{{"retry-after-ms", "1500"}}, 1500ms},
    {{{"x-ms-retry-after-ms", "250"}, {"Retry-After", "9"}}, 250ms},
    {{{"retry-after-ms", "soon"}, {"Retry-After", "9"}}, 9s},
    {{{"Retry-After", "99999999999999999999999"}}, 24h},
    {{{"Retry-After", "-5"}}, {}},
    {{{"Retry-After", "1.5"}}, {}},
    {{{"Retry-After", "soon"}}, {}},
    {{{"Retry-After", ""}}, {}},
    {{{"Retry-After", "Sun, 31 Feb 2026 12:00:30 GMT"}}, {}},
    {{{"Retry-After", "Sun, 22 Nov 2026 24:00:30 GMT"}}, {}},
    {{{"Retry-After", "Sun, 22 Nov 2026 12:00:30 CET"}}, {}},
    {{{"Retry-After", "Sun, 22 Foo 2026 12:00:30 GMT"}}, {}},
};

BOOST_AUTO_TEST_SUITE(retry_after_header)

BOOST_DATA_TEST_CASE(is_read_in_all_its_forms, boost::unit_test::data::make(rows), row) {
    const auto got = retry_after(transport::Answer(429, row.headers, ""), noon);
    BOOST_TEST(got.has_value() == row.wanted.has_value());
    if (got && row.wanted) BOOST_TEST(got->count() == row.wanted->count());
}

// The example of RFC 9110 5.6.7.
BOOST_AUTO_TEST_CASE(a_date_is_that_of_the_standard) {
    const auto date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_REQUIRE(date.has_value());
    BOOST_TEST(std::chrono::system_clock::to_time_t(*date) == 784111777);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
