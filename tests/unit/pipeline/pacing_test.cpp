// Calls to a vault that wait on this side.
#include <unistd.h>

#include "stage.hpp"

namespace kvp11::test {
namespace {

struct PacedStage : Stage {
    PacedStage() {
        std::string pattern = "/tmp/kvp11-pacing-XXXXXX";
        const int file = mkstemp(pattern.data());
        BOOST_REQUIRE(file >= 0);
        close(file);
        path = pattern;
        pool.pacer = std::make_unique<pipeline::Pacer>(path, "contoso", 1);
        surroundings.takes = 0ms;
    }
    ~PacedStage() { unlink(path.c_str()); }
    std::string path;
};

BOOST_AUTO_TEST_SUITE(pacing)

BOOST_AUTO_TEST_CASE(ten_seconds_hold_as_many_calls_as_the_vault_takes) {
    PacedStage stage;
    pipeline::Call call = sign_call;
    call.weight = pipeline::Weight::Rsa4096;
    int count = 0;
    while (stage.surroundings.elapsed() < 10s) {
        REQUIRE_OK(stage.call(call));
        ++count;
    }
    BOOST_TEST(count <= 251);  // the last one is that which ended the ten seconds
    BOOST_TEST(count >= 230);
}

BOOST_AUTO_TEST_CASE(a_call_that_cannot_wait_so_long_is_told) {
    PacedStage stage;
    for (int i = 0; i < 3; ++i) REQUIRE_OK(stage.call(create_call));
    const auto got = stage.call(create_call, 100ms);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message.find("the limits of contoso.managedhsm.azure.net are used up") == 0U);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_the_vault_holds_the_others_off) {
    PacedStage stage, other;
    other.pool.pacer = std::make_unique<pipeline::Pacer>(stage.path, "contoso", 1);
    stage.surroundings.play([](const Seen&) { return service_error(429, "Throttled", "", {{"Retry-After", "6"}}); });
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST((stage.surroundings.elapsed() >= 6s));
    REQUIRE_OK(other.call(sign_call));
    BOOST_TEST((other.surroundings.elapsed() >= 5s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
