#include <boost/test/unit_test.hpp>

#include <future>
#include <stdexcept>
#include <thread>

#include "held_credential.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

// Of an hour's life: renewal begins after half of it, in this process up to a quarter of the rest later.
constexpr std::int64_t surely_early = 1'799;
constexpr std::int64_t surely_due = 1'800 + 450;

std::vector<std::future<std::string>> many(const CacheStage& stage, int count) {
    std::vector<std::future<std::string>> all;
    for (int i = 0; i < count; ++i) {
        all.push_back(std::async(std::launch::async, [&stage] { return stage.text(); }));
    }
    return all;
}

class Throwing final : public Credential {
public:
    [[nodiscard]] std::string name() const override { return "Throwing"; }
    Result<Token> acquire(const TokenRequest&, transport::Clock::time_point) override {
        throw std::runtime_error("out of order");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(token_cache)

BOOST_AUTO_TEST_CASE(a_token_is_fetched_once_while_it_is_good) {
    const CacheStage stage;
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    stage.clock->advance(surely_early);
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 1);
    BOOST_CHECK_EQUAL(stage.cache->fetched(), 1);
    BOOST_CHECK_EQUAL(stage.cache->credential_name(), "HeldCredential");
}

BOOST_AUTO_TEST_CASE(many_threads_make_one_fetch) {
    const CacheStage stage;
    stage.credential->hold();
    auto all = many(stage, 32);
    stage.credential->wait_for_begun(1);
    stage.credential->release();
    for (auto& one : all) BOOST_CHECK_EQUAL(one.get(), "token-1");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 1);
}

BOOST_AUTO_TEST_CASE(renewal_stalls_nobody_but_the_one_who_does_it) {
    const CacheStage stage;
    stage.text();
    stage.clock->advance(surely_due);
    stage.credential->hold();
    auto renewing = std::async(std::launch::async, [&stage] { return stage.text(); });
    stage.credential->wait_for_begun(2);
    // With the renewal under way and held up, all others go on at once.
    for (int i = 0; i < 100; ++i) BOOST_CHECK_EQUAL(stage.text(), "token-1");
    // And the one who renews is not held up for the whole of its deadline.
    BOOST_CHECK(stage.credential->last_deadline() < transport::Clock::now() + std::chrono::seconds(4));
    stage.credential->release();
    BOOST_CHECK_EQUAL(renewing.get(), "token-2");
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 2);
}

BOOST_AUTO_TEST_CASE(a_renewal_that_fails_keeps_the_token_and_is_tried_again_later) {
    const CacheStage stage;
    stage.text();
    stage.clock->advance(surely_due);
    stage.credential->fail_with({Errc::DeviceError, "no issuer"});
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    for (int i = 0; i < 10; ++i) BOOST_CHECK_EQUAL(stage.text(), "token-1");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 2);
    stage.clock->advance(5);
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 3);
    // Pauses grow while it fails.
    stage.clock->advance(5);
    stage.text();
    BOOST_CHECK_EQUAL(stage.credential->begun(), 3);
    stage.clock->advance(5);
    stage.credential->succeed();
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 4);
}

BOOST_AUTO_TEST_CASE(a_token_that_has_ended_is_not_given_out) {
    const CacheStage stage;
    stage.text();
    stage.clock->advance(3'596);
    stage.credential->fail_with({Errc::DeviceError, "no issuer"});
    BOOST_CHECK_EQUAL(stage.text(), "error: no issuer");
    stage.credential->succeed();
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_to_all_who_waited_and_forgotten) {
    const CacheStage stage;
    stage.credential->hold();
    stage.credential->fail_with({Errc::UserNotLoggedIn, "nobody"});
    auto all = many(stage, 8);
    stage.credential->wait_for_begun(1);
    stage.credential->release();
    for (auto& one : all) BOOST_CHECK_EQUAL(one.get(), "error: nobody");
    stage.credential->succeed();
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
}

BOOST_AUTO_TEST_CASE(who_waits_has_a_deadline_of_its_own) {
    const CacheStage stage;
    stage.credential->hold();
    auto fetching = std::async(std::launch::async, [&stage] { return stage.text(); });
    stage.credential->wait_for_begun(1);
    const auto late = stage.ask(std::chrono::milliseconds(1));
    CHECK_FAILS(late, Errc::DeviceError);
    stage.credential->release();
    BOOST_CHECK_EQUAL(fetching.get(), "token-1");
}

// Its short deadline is the fetcher's business: who has more time tries again.
BOOST_AUTO_TEST_CASE(a_fetchers_deadline_is_not_everybodys) {
    const CacheStage stage;
    stage.credential->hold();
    stage.credential->fail_with({Errc::DeviceError, "too late"});
    auto hasty = std::async(std::launch::async, [&stage] { return stage.text(std::chrono::milliseconds(1)); });
    stage.credential->wait_for_begun(1);
    auto patient = std::async(std::launch::async, [&stage] { return stage.text(); });
    const auto deadline = stage.credential->last_deadline();
    while (transport::Clock::now() < deadline) std::this_thread::yield();
    stage.credential->release();
    BOOST_CHECK_EQUAL(hasty.get(), "error: too late");
    // It came while the fetch was under way, or later: in both cases it asks by itself.
    BOOST_CHECK_EQUAL(patient.get(), "error: too late");
    BOOST_CHECK_EQUAL(stage.credential->begun(), 2);
}

BOOST_AUTO_TEST_CASE(a_rejected_token_is_not_given_out_again) {
    const CacheStage stage;
    const TokenPtr first = stage.ask().value();
    stage.cache->reject(stage.request, first);
    const TokenPtr second = stage.ask().value();
    BOOST_CHECK(first != second);
    // Another thread's 401 for the old one comes late.
    stage.cache->reject(stage.request, first);
    BOOST_CHECK(stage.ask().value() == second);
    BOOST_CHECK_EQUAL(stage.credential->begun(), 2);
}

BOOST_AUTO_TEST_CASE(claims_get_a_token_of_their_own_which_then_serves_all) {
    CacheStage stage;
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    stage.request.claims = "{\"a\":1}";
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    BOOST_CHECK_EQUAL(stage.credential->last_request().claims, "{\"a\":1}");
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    stage.request.claims.clear();
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    stage.request.claims = "{\"a\":2}";
    BOOST_CHECK_EQUAL(stage.text(), "token-3");
}

BOOST_AUTO_TEST_CASE(claims_do_not_take_what_was_fetched_without_them) {
    CacheStage stage;
    stage.credential->hold();
    auto without = std::async(std::launch::async, [&stage] { return stage.text(); });
    stage.credential->wait_for_begun(1);
    TokenRequest request = stage.request;
    request.claims = "{}";
    auto with = std::async(std::launch::async, [&stage, request] {
        return stage.cache->token(request, transport::Clock::now() + std::chrono::seconds(20)).value();
    });
    stage.credential->release();
    BOOST_CHECK_EQUAL(without.get(), "token-1");
    BOOST_CHECK_EQUAL(text_of(with.get()->value.expose_bytes()), "token-2");
}

BOOST_AUTO_TEST_CASE(other_requests_have_other_tokens) {
    CacheStage stage;
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    stage.request.resource = "https://vault.azure.net";
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    stage.request.tenant = "other";
    BOOST_CHECK_EQUAL(stage.text(), "token-3");
    stage.request.authority = "https://login.microsoftonline.us";
    BOOST_CHECK_EQUAL(stage.text(), "token-4");
    stage.request = CacheStage().request;
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    // What is asked for is bounded, whatever a service says.
    for (int i = 0; i < 100; ++i) {
        stage.request.tenant = std::to_string(i);
        BOOST_CHECK(stage.ask().ok());
    }
    BOOST_CHECK_EQUAL(stage.text(), "token-104");
}

// The server of a test may give tokens for seconds.
BOOST_AUTO_TEST_CASE(tokens_of_very_short_life_are_used) {
    const CacheStage stage;
    stage.credential->live_for(8);
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    BOOST_CHECK_EQUAL(stage.text(), "token-1");
    stage.clock->advance(7);
    BOOST_CHECK_EQUAL(stage.text(), "token-2");
    stage.credential->live_for(0);
    stage.clock->advance(8);
    BOOST_CHECK_EQUAL(stage.text(), "token-3");
    BOOST_CHECK_EQUAL(stage.text(), "token-4");
}

BOOST_AUTO_TEST_CASE(a_credential_that_throws_leaves_nobody_waiting) {
    TokenCache cache(std::make_unique<Throwing>());
    for (int i = 0; i < 2; ++i) {
        const auto token = cache.token({.resource = "r"}, transport::Clock::now() + std::chrono::seconds(20));
        CHECK_FAILS(token, Errc::Internal);
        if (!token) BOOST_CHECK_EQUAL(token.error().message, "Throwing: out of order");
    }
}

BOOST_AUTO_TEST_SUITE_END()
