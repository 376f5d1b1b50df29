#include <boost/test/unit_test.hpp>

#include <stdlib.h>
#include <time.h>

#include "credential/token_time.hpp"
#include "crypto/jose.hpp"

using namespace kvp11;
using namespace kvp11::credential;

namespace {

constexpr std::int64_t instant = 1795356000;  // date -u -d '2026-11-22 14:00:00' +%s

Token with_times(std::int64_t now, std::int64_t expires, std::int64_t refresh_in = 0) {
    Token token;
    set_times(token, now, expires, refresh_in);
    return token;
}

std::int64_t seconds_of(std::chrono::system_clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::int64_t refresh_after(std::int64_t life, std::int64_t refresh_in = 0) {
    return seconds_of(with_times(1000, 1000 + life, refresh_in).refresh_at) - 1000;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(token_time)

BOOST_AUTO_TEST_CASE(all_forms_of_an_end_are_read) {
    for (const char* text : {"1795356000", "2026-11-22T14:00:00Z", "2026-11-22T14:00:00",
                             "2026-11-22T14:00:00.1234567Z", "2026-11-22T15:00:00+01:00", "2026-11-22T09:30:00-0430",
                             "2026-11-22 14:00:00Z", "11/22/2026 14:00:00 +00:00", "11/22/2026 2:00:00 PM +00:00"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_REQUIRE(epoch_of(text));
            BOOST_CHECK_EQUAL(*epoch_of(text), instant);
        }
    }
    BOOST_CHECK_EQUAL(*epoch_of("11/22/2026 12:00:00 AM +00:00"), instant - 14 * 3600);
}

BOOST_AUTO_TEST_CASE(what_is_no_end_is_refused) {
    for (const char* text :
         {"", "3599", "soon", "-1", "2026-13-22T14:00:00Z", "2026-11-22", "99999999999999", "2026-11-22T14:00:00+xx",
          "11/22/2026", "1795356000x", "2026-11-22T14:00:00Z and much more than anybody would write"}) {
        BOOST_TEST_CONTEXT(text) { BOOST_CHECK(!epoch_of(text)); }
    }
}

BOOST_AUTO_TEST_CASE(az_writes_local_time) {
    const char* zone = getenv("TZ");
    const std::string before = zone ? zone : "";
    setenv("TZ", "EST5", 1);
    tzset();
    const auto read = local_epoch_of("2026-11-22 09:00:00.000000");
    zone ? setenv("TZ", before.c_str(), 1) : unsetenv("TZ");
    tzset();
    BOOST_REQUIRE(read);
    BOOST_CHECK_EQUAL(*read, instant);
    BOOST_CHECK(!local_epoch_of("2026-11-22"));
    BOOST_CHECK(!local_epoch_of(""));
}

BOOST_AUTO_TEST_CASE(the_end_is_found_in_a_jwt) {
    const std::string token = "e30." + crypto::base64url(bytes_of(R"({"exp":1795356000})")) + ".c2ln";
    BOOST_CHECK_EQUAL(end_of_jwt(token).value_or(0), instant);
    for (const char* text : {"", "abc", "a.b", "a.%%.c", "e30.e30.e30", "e30.W10.e30"}) BOOST_CHECK(!end_of_jwt(text));
}

// Half its life, at least two minutes before the end, and not in the first quarter.
BOOST_AUTO_TEST_CASE(renewal_is_ahead_of_the_end) {
    BOOST_CHECK_EQUAL(refresh_after(86'400), 43'200);
    BOOST_CHECK_EQUAL(refresh_after(3'600), 1'800);
    BOOST_CHECK_EQUAL(refresh_after(200), 80);
    BOOST_CHECK_EQUAL(refresh_after(120), 30);
    BOOST_CHECK_EQUAL(refresh_after(4), 1);
    BOOST_CHECK_EQUAL(refresh_after(0), 0);
    BOOST_CHECK_EQUAL(refresh_after(86'400, 1'000), 1'000);
    BOOST_CHECK_EQUAL(refresh_after(3'600, 7'200), 1'800);
}

BOOST_AUTO_TEST_SUITE_END()
