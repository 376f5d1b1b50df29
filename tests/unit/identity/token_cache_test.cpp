#include "workplace.hpp"

#include <thread>

#include "identity/token_cache.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

identity::PrincipalPtr principal(const std::string& object_id) {
    auto value = std::make_shared<identity::Principal>();
    value->object_id = object_id;
    return value;
}

std::string long_token(int number) { return std::string(1500, 'x') + "." + std::to_string(number * 7919) + "-end"; }

constexpr identity::Validity hour{1000, 4600, 1};

}  // namespace

BOOST_AUTO_TEST_SUITE(token_cache)

BOOST_AUTO_TEST_CASE(a_token_is_found_whole_or_not_at_all) {
    identity::TokenCache cache(16);
    cache.keep(long_token(1), hour, principal("ada"), 1000);
    BOOST_REQUIRE(cache.find(long_token(1), 1000, 1));
    BOOST_CHECK_EQUAL(cache.find(long_token(1), 1000, 1)->object_id, "ada");
    std::string other = long_token(1);
    other[0] = 'y';  // the tail, which the hash is over, stays
    BOOST_CHECK(!cache.find(other, 1000, 1));
    BOOST_CHECK(!cache.find(long_token(1).substr(1), 1000, 1));
    BOOST_CHECK(!cache.find("", 1000, 1));
}

BOOST_AUTO_TEST_CASE(a_token_goes_with_its_time_and_its_keys) {
    identity::TokenCache cache(16);
    cache.keep(long_token(1), hour, principal("ada"), 1000);
    BOOST_CHECK(cache.find(long_token(1), 4599, 1));
    BOOST_CHECK(!cache.find(long_token(1), 4600, 1));
    BOOST_CHECK(!cache.find(long_token(1), 999, 1));
    BOOST_CHECK(!cache.find(long_token(1), 1000, 2));
}

BOOST_AUTO_TEST_CASE(the_cache_never_holds_more_than_it_may_and_keeps_what_is_used) {
    identity::TokenCache cache(8);
    cache.keep(long_token(0), hour, principal("used"), 1000);
    for (int i = 1; i < 1000; ++i) {
        BOOST_REQUIRE(cache.find(long_token(0), 1000, 1));
        cache.keep(long_token(i), hour, principal("passing"), 1000);
        BOOST_REQUIRE_LE(cache.size(), 8);
    }
    BOOST_CHECK_EQUAL(cache.size(), 8);
}

BOOST_AUTO_TEST_CASE(tokens_that_expired_make_room_first) {
    identity::TokenCache cache(8);
    for (int i = 0; i < 7; ++i) cache.keep(long_token(i), {1000, 9000, 1}, principal("long"), 1000);
    cache.keep(long_token(7), {1000, 2000, 1}, principal("short"), 1000);
    cache.keep(long_token(8), {1000, 9000, 1}, principal("new"), 3000);
    for (int i = 0; i < 7; ++i) BOOST_CHECK(cache.find(long_token(i), 3000, 1));
    BOOST_CHECK(cache.find(long_token(8), 3000, 1));
}

BOOST_AUTO_TEST_CASE(a_token_kept_twice_takes_one_place) {
    identity::TokenCache cache(8);
    cache.keep(long_token(1), hour, principal("ada"), 1000);
    cache.keep(long_token(1), hour, principal("ada"), 1000);
    BOOST_CHECK_EQUAL(cache.size(), 1);
}

BOOST_AUTO_TEST_CASE(a_cache_of_none_finds_nothing) {
    identity::TokenCache cache(0);
    cache.keep(long_token(1), hour, principal("ada"), 1000);
    BOOST_CHECK(!cache.find(long_token(1), 1000, 1));
}

BOOST_AUTO_TEST_CASE(threads_find_their_own_principals) {
    identity::TokenCache cache(64);
    std::atomic<int> mistaken{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 5000; ++i) {
                const int number = (i * 31 + t) % 200;
                const auto found = cache.find(long_token(number), 1000, 1);
                if (found && found->object_id != std::to_string(number)) ++mistaken;
                if (!found) cache.keep(long_token(number), hour, principal(std::to_string(number)), 1000);
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    BOOST_CHECK_EQUAL(mistaken.load(), 0);
    BOOST_CHECK_LE(cache.size(), 64);
}

BOOST_AUTO_TEST_SUITE_END()
