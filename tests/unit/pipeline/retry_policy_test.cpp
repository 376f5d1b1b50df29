#include "pipeline/retry_policy.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace kvp11::pipeline {
namespace {

using namespace std::chrono_literals;
using transport::Trouble;

struct StatusCase {
    unsigned status;
    bool by_service;
    Patience safe;
    Patience once;
    bool is_trouble;
};
std::ostream& operator<<(std::ostream& out, const StatusCase& one) {
    return out << one.status << (one.by_service ? " of the service" : " of a gateway");
}

constexpr auto None = Patience::None;
constexpr auto Attempts = Patience::Attempts;
constexpr auto Deadline = Patience::Deadline;

const StatusCase status_cases[] = {
    {400, true, None, None, false},         {401, true, None, None, false},
    {403, true, None, None, false},         {404, true, None, None, false},
    {409, true, None, None, false},         {302, false, None, None, false},
    {408, true, Deadline, None, false},     {408, false, Deadline, None, false},
    {429, true, Deadline, Deadline, false}, {429, false, Deadline, Deadline, false},
    {500, true, Attempts, None, true},      {500, false, Attempts, None, true},
    {501, true, None, None, false},         {502, false, Deadline, None, true},
    {503, true, Deadline, Deadline, true},  {503, false, Deadline, None, true},
    {504, false, Attempts, None, true},     {505, true, None, None, false},
};

struct TroubleCase {
    Trouble::Kind kind;
    bool may_have_happened;
    Patience safe;
    Patience once;
};
std::ostream& operator<<(std::ostream& out, const TroubleCase& one) {
    return out << "trouble " << static_cast<int>(one.kind) << (one.may_have_happened ? ", perhaps done" : ", not done");
}

const TroubleCase trouble_cases[] = {
    {Trouble::Kind::Name, false, Attempts, Attempts},     {Trouble::Kind::Connect, false, Deadline, Deadline},
    {Trouble::Kind::Proxy, false, Attempts, Attempts},    {Trouble::Kind::Tls, false, Attempts, Attempts},
    {Trouble::Kind::Deadline, false, Attempts, Attempts}, {Trouble::Kind::Deadline, true, Attempts, None},
    {Trouble::Kind::Closed, false, Attempts, Attempts},   {Trouble::Kind::Closed, true, Attempts, None},
    {Trouble::Kind::Protocol, true, Attempts, None},      {Trouble::Kind::Setup, false, None, None},
};

BOOST_AUTO_TEST_SUITE(retry_policy)

BOOST_DATA_TEST_CASE(a_status_is_repeated_only_where_that_is_safe, boost::unit_test::data::make(status_cases), one) {
    const Verdict safe = verdict_on(one.status, one.by_service, Repeat::Safe);
    const Verdict once = verdict_on(one.status, one.by_service, Repeat::Once);
    BOOST_TEST((safe.patience == one.safe));
    BOOST_TEST((once.patience == one.once));
    BOOST_TEST(safe.is_trouble == one.is_trouble);
    BOOST_TEST(once.is_trouble == one.is_trouble);
}

BOOST_DATA_TEST_CASE(a_trouble_is_repeated_only_where_that_is_safe, boost::unit_test::data::make(trouble_cases), one) {
    const Trouble trouble{one.kind, one.may_have_happened, "why"};
    BOOST_TEST((verdict_on(trouble, Repeat::Safe).patience == one.safe));
    BOOST_TEST((verdict_on(trouble, Repeat::Once).patience == one.once));
}

BOOST_AUTO_TEST_CASE(back_off_doubles_up_to_its_limit) {
    const RetrySettings settings;
    const double nearly_one = 0.999999;
    BOOST_TEST(back_off(settings, 1, 1h, nearly_one).count() == 199);
    BOOST_TEST(back_off(settings, 2, 1h, nearly_one).count() == 399);
    BOOST_TEST(back_off(settings, 5, 1h, nearly_one).count() == 3199);
    BOOST_TEST(back_off(settings, 6, 1h, nearly_one).count() == 6399);
    BOOST_TEST(back_off(settings, 7, 1h, nearly_one).count() == 7999);
    BOOST_TEST(back_off(settings, 4'000'000'000, 1h, nearly_one).count() == 7999);
}

BOOST_AUTO_TEST_CASE(back_off_has_full_jitter_and_leaves_time_for_the_attempt) {
    const RetrySettings settings;
    BOOST_TEST(back_off(settings, 5, 1h, 0).count() == 0);
    BOOST_TEST(back_off(settings, 5, 1h, 0.25).count() == 800);
    BOOST_TEST(back_off(settings, 5, 1000ms, 0.999999).count() == 499);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::pipeline
