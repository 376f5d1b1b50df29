#include "workplace.hpp"

#include <atomic>
#include <condition_variable>
#include <thread>

#include "identity/key_ring.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

/// An issuer whose keys and moods the test decides.
struct Issuer {
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(1'763'800'000);
    std::string jwks = jwks_of({{"a", 0}});
    bool is_down = false;
    int asked = 0;

    identity::KeyRing ring() {
        return {[this]() -> Result<std::string> {
                    ++asked;
                    if (is_down) return fail(Errc::DeviceError, "nobody there");
                    return jwks;
                },
                clock};
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(key_ring)

BOOST_AUTO_TEST_CASE(an_unknown_key_is_asked_for_once_a_minute) {
    Issuer issuer;
    identity::KeyRing ring = issuer.ring();
    REQUIRE_OK(ring.load());
    BOOST_CHECK(ring.find("a"));
    BOOST_CHECK(!ring.find("b"));
    BOOST_CHECK_EQUAL(issuer.asked, 1);
    issuer.clock->advance(60);
    issuer.jwks = jwks_of({{"a", 0}, {"b", 1}});
    BOOST_CHECK(ring.find("b"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
    for (int i = 0; i < 10; ++i) BOOST_CHECK(!ring.find("c"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
}

BOOST_AUTO_TEST_CASE(keys_are_read_again_after_a_day) {
    Issuer issuer;
    identity::KeyRing ring = issuer.ring();
    REQUIRE_OK(ring.load());
    issuer.jwks = jwks_of({{"b", 1}});
    issuer.clock->advance(24 * 3600 - 1);
    BOOST_CHECK(ring.find("a"));
    issuer.clock->advance(1);
    BOOST_CHECK(!ring.find("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_down_leaves_the_old_keys) {
    Issuer issuer;
    identity::KeyRing ring = issuer.ring();
    REQUIRE_OK(ring.load());
    issuer.is_down = true;
    issuer.clock->advance(24 * 3600);
    BOOST_CHECK(ring.find("a"));
    BOOST_CHECK(ring.find("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
    issuer.clock->advance(60);
    BOOST_CHECK(ring.find("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 3);
    issuer.is_down = false;
    issuer.jwks = "{}";  // and one that talks nonsense
    issuer.clock->advance(60);
    BOOST_CHECK(ring.find("a"));
    CHECK_FAILS(ring.load(), Errc::ConfigurationInvalid);
    BOOST_CHECK(ring.find("a"));
}

BOOST_AUTO_TEST_CASE(an_issuer_that_was_down_at_first_is_asked_at_the_next_token) {
    Issuer issuer;
    issuer.is_down = true;
    identity::KeyRing ring = issuer.ring();
    BOOST_CHECK(!ring.find("a"));
    issuer.is_down = false;
    BOOST_CHECK(!ring.find("a"));
    issuer.clock->advance(60);
    BOOST_CHECK(ring.find("a"));
}

BOOST_AUTO_TEST_CASE(generations_count_keys_that_went_away_and_changed) {
    Issuer issuer;
    identity::KeyRing ring = issuer.ring();
    REQUIRE_OK(ring.load());
    const auto first = ring.generation();
    issuer.jwks = jwks_of({{"a", 0}, {"b", 1}});
    REQUIRE_OK(ring.load());
    BOOST_CHECK_EQUAL(ring.generation(), first);
    issuer.jwks = jwks_of({{"a", 1}, {"b", 1}});
    REQUIRE_OK(ring.load());
    BOOST_CHECK_EQUAL(ring.generation(), first + 1);
    issuer.jwks = jwks_of({{"a", 1}});
    REQUIRE_OK(ring.load());
    BOOST_CHECK_EQUAL(ring.generation(), first + 2);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_key_that_somebody_else_asks_for) {
    std::mutex mutex;
    std::condition_variable changed;
    int asked = 0;
    bool answer = false;
    const auto clock = std::make_shared<host::ManualClock>(1'763'800'000);
    identity::KeyRing ring(
        [&]() -> Result<std::string> {
            std::unique_lock lock(mutex);
            const bool is_first = ++asked == 1;
            changed.notify_all();
            if (!is_first) changed.wait(lock, [&] { return answer; });
            return jwks_of(is_first ? std::initializer_list<std::pair<std::string, std::size_t>>{{"a", 0}}
                                    : std::initializer_list<std::pair<std::string, std::size_t>>{{"a", 0}, {"b", 1}});
        },
        clock);
    REQUIRE_OK(ring.load());
    clock->advance(60);
    bool found = false;
    std::thread reader([&] { found = ring.find("b") != nullptr; });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return asked == 2; });
    }
    BOOST_CHECK(ring.find("a"));   // neither a token with a known key
    BOOST_CHECK(!ring.find("b"));  // nor one with an unknown key waits
    clock->advance(3600);
    BOOST_CHECK(!ring.find("c"));
    {
        const std::lock_guard lock(mutex);
        answer = true;
        changed.notify_all();
    }
    reader.join();
    BOOST_CHECK(found);
    BOOST_CHECK_EQUAL(asked, 2);
}

BOOST_AUTO_TEST_SUITE_END()
