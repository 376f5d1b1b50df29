// The settings that the service lists.
#include "conformance/service/service_case.hpp"

KVP11_SERVICE_CASES

namespace {

constexpr const char* through_arm = "AllowKeyManagementOperationsThroughARM";

std::string value_of(ServiceSubject& subject) {
    const auto settings = subject.settings();
    REQUIRE_OK(settings);
    BOOST_REQUIRE_EQUAL(settings->size(), 1U);
    BOOST_CHECK_EQUAL(settings->front().name, through_arm);
    BOOST_CHECK_EQUAL(settings->front().type, "boolean");
    return settings->front().value;
}

}  // namespace

SERVICE(settings, are_listed_and_change) {
    BOOST_CHECK_EQUAL(value_of(subject), "false");
    for (const char* value : {"true", "false", "true", "true"}) {
        const auto changed = subject.update_setting(through_arm, value);
        REQUIRE_OK(changed);
        BOOST_CHECK_EQUAL(changed->name, through_arm);
        BOOST_CHECK_EQUAL(changed->value, value);
        BOOST_CHECK_EQUAL(value_of(subject), value);
    }
}

SERVICE(settings, are_named_in_any_case_and_have_values_of_their_type) {
    const auto changed = subject.update_setting("ALLOWKEYMANAGEMENTOPERATIONSTHROUGHARM", "TRUE");
    REQUIRE_OK(changed);
    BOOST_CHECK_EQUAL(changed->name, through_arm);
    BOOST_CHECK_EQUAL(changed->value, "true");
    CHECK_FAILS(subject.update_setting(through_arm, "perhaps"), Errc::ArgumentsBad);
    CHECK_FAILS(subject.update_setting("AllowEverything", "true"), Errc::KeyNotFound);
    BOOST_CHECK_EQUAL(value_of(subject), "true");
}

KVP11_SERVICE_CASES_END
