#include <boost/test/unit_test.hpp>

#include "partition/rotation.hpp"

using namespace kvp11;
using namespace kvp11::partition;

namespace {

constexpr std::int64_t jan_31_2024 = 1706659200;  // 00:00 UTC
constexpr std::int64_t feb_29_2024 = 1709164800;
constexpr std::int64_t feb_28_2025 = 1740700800;
constexpr std::int64_t day = 86'400;

RotationPolicy policy_with(const LifetimeAction& action) {
    return RotationPolicy{.actions = {action}, .expiry_time = {}};
}

bool refuses(const RotationPolicy& policy) {
    const auto checked = check_rotation_policy(policy);
    return !checked.ok() && checked.code() == Errc::RotationPolicyInvalid;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rotation)

BOOST_AUTO_TEST_CASE(periods_read_and_write) {
    BOOST_CHECK((parse_period("P90D").value() == Period{0, 0, 90}));
    BOOST_CHECK((parse_period("P2Y").value() == Period{2, 0, 0}));
    BOOST_CHECK((parse_period("P1Y6M3D").value() == Period{1, 6, 3}));
    BOOST_CHECK((parse_period("P4W").value() == Period{0, 0, 28}));
    BOOST_CHECK((parse_period("p1m").value() == Period{0, 1, 0}));
    for (const char* text : {"P90D", "P2Y", "P1Y6M3D", "P1M"}) {
        BOOST_CHECK_EQUAL(format_period(parse_period(text).value()), text);
    }
    BOOST_CHECK_EQUAL(format_period({}), "P0D");
}

BOOST_AUTO_TEST_CASE(what_is_no_period_is_refused) {
    for (const char* text : {"", "P", "90D", "PD", "P-1D", "P1D1M", "P1D1D", "P1X", "P1", "PT1H", "P1DT1H", "P99999D",
                             "P99999999999999999999D", "P1.5D", "P 1D"}) {
        const auto parsed = parse_period(text);
        BOOST_CHECK_MESSAGE(!parsed.ok() && parsed.code() == Errc::RotationPolicyInvalid, text);
    }
}

BOOST_AUTO_TEST_CASE(months_end_where_the_calendar_says) {
    BOOST_CHECK_EQUAL(time_after(jan_31_2024, {0, 1, 0}), feb_29_2024);
    BOOST_CHECK_EQUAL(time_after(feb_29_2024, {1, 0, 0}), feb_28_2025);
    BOOST_CHECK_EQUAL(time_after(jan_31_2024 + 5, {0, 1, 1}), feb_29_2024 + day + 5);
    BOOST_CHECK_EQUAL(time_before(feb_29_2024, {0, 0, 29}), jan_31_2024);
    BOOST_CHECK_EQUAL(time_after(-1, {0, 0, 1}), day - 1);
}

BOOST_AUTO_TEST_CASE(a_policy_says_one_thing_and_no_less_than_28_days) {
    BOOST_CHECK(check_rotation_policy({}).ok());
    BOOST_CHECK(
        check_rotation_policy(policy_with({.time_after_create = Period{0, 0, 28}, .time_before_expiry = {}})).ok());
    BOOST_CHECK(
        check_rotation_policy(policy_with({.time_after_create = {}, .time_before_expiry = Period{0, 0, 7}})).ok());
    BOOST_CHECK(refuses(policy_with({.time_after_create = Period{0, 0, 27}, .time_before_expiry = {}})));
    BOOST_CHECK(refuses(policy_with({.time_after_create = {}, .time_before_expiry = {}})));
    BOOST_CHECK(refuses(policy_with({.time_after_create = Period{1, 0, 0}, .time_before_expiry = Period{1, 0, 0}})));
    BOOST_CHECK(refuses(policy_with(
        {.type = LifetimeActionType::Notify, .time_after_create = Period{1, 0, 0}, .time_before_expiry = {}})));
    BOOST_CHECK(refuses({.actions = {}, .expiry_time = Period{0, 0, 27}}));
}

BOOST_AUTO_TEST_CASE(a_key_is_due_by_its_making_or_its_expiry) {
    KeyRecord record;
    record.created = jan_31_2024;
    BOOST_CHECK(!rotation_due_at(record));
    record.rotation_policy = policy_with({.time_after_create = Period{0, 1, 0}, .time_before_expiry = {}});
    BOOST_CHECK(rotation_due_at(record) == feb_29_2024);
    record.rotation_policy = policy_with({.time_after_create = {}, .time_before_expiry = Period{0, 0, 29}});
    BOOST_CHECK(!rotation_due_at(record));
    record.expires = feb_29_2024;
    BOOST_CHECK(rotation_due_at(record) == jan_31_2024);
    record.deletion = Deletion{1, 2};
    BOOST_CHECK(!rotation_due_at(record));
    record.deletion.reset();
    record.is_latest = false;
    BOOST_CHECK(!rotation_due_at(record));
}

BOOST_AUTO_TEST_SUITE_END()
