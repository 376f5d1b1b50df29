#include "workplace.hpp"

#include <atomic>
#include <condition_variable>
#include <thread>

#include "identity/key_ring.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

constexpr std::chrono::milliseconds as_long_as_it_takes{600'000};

/// An issuer whose keys and moods the test decides. Its members are not touched while the ring reads.
struct Issuer {
    std::shared_ptr<host::ManualClock> clock = std::make_shared<host::ManualClock>(1'763'800'000);
    std::string jwks = jwks_of({{"a", 0}});
    bool is_down = false;
    int asked = 0;
    identity::KeyRing ring{[this]() -> Result<std::string> {
                               ++asked;
                               if (is_down) return fail(Errc::DeviceError, "nobody there");
                               return jwks;
                           },
                           clock, as_long_as_it_takes};

    bool finds(const char* kid) {
        const bool is_found = ring.find(kid) != nullptr;
        ring.settle();
        return is_found;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(key_ring)

BOOST_AUTO_TEST_CASE(an_unknown_key_is_asked_for_once_a_minute) {
    Issuer issuer;
    REQUIRE_OK(issuer.ring.load());
    BOOST_CHECK(issuer.finds("a"));
    BOOST_CHECK(!issuer.finds("b"));
    BOOST_CHECK_EQUAL(issuer.asked, 1);
    issuer.clock->advance(60);
    issuer.jwks = jwks_of({{"a", 0}, {"b", 1}});
    BOOST_CHECK(issuer.finds("b"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
    for (int i = 0; i < 10; ++i) BOOST_CHECK(!issuer.finds("c"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
}

BOOST_AUTO_TEST_CASE(keys_are_read_again_after_a_day) {
    Issuer issuer;
    REQUIRE_OK(issuer.ring.load());
    issuer.jwks = jwks_of({{"b", 1}});
    issuer.clock->advance(24 * 3600 - 1);
    BOOST_CHECK(issuer.finds("a"));
    issuer.clock->advance(1);
    BOOST_CHECK(issuer.finds("a"));  // and has them read
    BOOST_CHECK(!issuer.finds("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_down_leaves_the_old_keys) {
    Issuer issuer;
    REQUIRE_OK(issuer.ring.load());
    issuer.is_down = true;
    issuer.clock->advance(24 * 3600);
    BOOST_CHECK(issuer.finds("a"));
    BOOST_CHECK(issuer.finds("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 2);
    issuer.clock->advance(60);
    BOOST_CHECK(issuer.finds("a"));
    BOOST_CHECK_EQUAL(issuer.asked, 3);
    issuer.is_down = false;
    issuer.jwks = "{}";  // and one that talks nonsense
    issuer.clock->advance(60);
    BOOST_CHECK(issuer.finds("a"));
    CHECK_FAILS(issuer.ring.load(), Errc::ConfigurationInvalid);
    BOOST_CHECK(issuer.finds("a"));
}

BOOST_AUTO_TEST_CASE(an_issuer_that_was_down_at_first_is_asked_at_the_next_token) {
    Issuer issuer;
    issuer.is_down = true;
    BOOST_CHECK(!issuer.finds("a"));
    issuer.is_down = false;
    BOOST_CHECK(!issuer.finds("a"));
    issuer.clock->advance(60);
    BOOST_CHECK(issuer.finds("a"));
}

BOOST_AUTO_TEST_CASE(generations_count_keys_that_went_away_and_changed) {
    Issuer issuer;
    REQUIRE_OK(issuer.ring.load());
    const auto first = issuer.ring.generation();
    issuer.jwks = jwks_of({{"a", 0}, {"b", 1}});
    REQUIRE_OK(issuer.ring.load());
    BOOST_CHECK_EQUAL(issuer.ring.generation(), first);
    issuer.jwks = jwks_of({{"a", 1}, {"b", 1}});
    REQUIRE_OK(issuer.ring.load());
    BOOST_CHECK_EQUAL(issuer.ring.generation(), first + 1);
    issuer.jwks = jwks_of({{"a", 1}});
    REQUIRE_OK(issuer.ring.load());
    BOOST_CHECK_EQUAL(issuer.ring.generation(), first + 2);
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_key_that_somebody_else_asks_for) {
    std::mutex mutex;
    std::condition_variable changed;
    int asked = 0;
    bool may_answer = false;
    const auto clock = std::make_shared<host::ManualClock>(1'763'800'000);
    identity::KeyRing ring(
        [&]() -> Result<std::string> {
            std::unique_lock lock(mutex);
            const bool is_first = ++asked == 1;
            changed.notify_all();
            changed.wait(lock, [&] { return is_first || may_answer; });
            return is_first ? jwks_of({{"a", 0}}) : jwks_of({{"a", 0}, {"b", 1}});
        },
        clock, as_long_as_it_takes);
    REQUIRE_OK(ring.load());
    clock->advance(60);
    bool found = false;
    std::thread finder([&] { found = ring.find("b") != nullptr; });
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return asked == 2; });
    }
    BOOST_CHECK(ring.find("a"));   // neither a token with a known key
    BOOST_CHECK(!ring.find("b"));  // nor one with an unknown key waits
    clock->advance(24 * 3600);
    BOOST_CHECK(ring.find("a"));  // nor anybody when the keys are a day old
    {
        const std::lock_guard lock(mutex);
        may_answer = true;
        changed.notify_all();
    }
    finder.join();
    BOOST_CHECK(found);
    BOOST_CHECK_EQUAL(asked, 2);
}

BOOST_AUTO_TEST_CASE(who_asks_for_a_missing_key_waits_no_longer_than_his_patience) {
    std::mutex mutex;
    std::condition_variable changed;
    bool may_answer = false;
    {
        identity::KeyRing ring(
            [&]() -> Result<std::string> {
                std::unique_lock lock(mutex);
                changed.wait(lock, [&] { return may_answer; });
                return jwks_of({{"a", 0}});
            },
            std::make_shared<host::ManualClock>(1'763'800'000), std::chrono::milliseconds(1));
        BOOST_CHECK(!ring.find("a"));  // ends, though the issuer has not answered
        {
            const std::lock_guard lock(mutex);
            may_answer = true;
            changed.notify_all();
        }
        ring.settle();
        BOOST_CHECK(ring.find("a"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
