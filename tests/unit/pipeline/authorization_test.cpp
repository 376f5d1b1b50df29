// Calls and their tokens: the first challenge, 401 in the middle, claims, a server that wants tokens for others, PINs.
#include "stage.hpp"

namespace kvp11::test {
namespace {

constexpr const char* good =
    R"(authorization="https://login.microsoftonline.com/the-tenant", resource="https://managedhsm.azure.net")";

bool has_token(const Seen& seen, const std::string& token) {
    return seen.head.find("Authorization: Bearer " + token + "\r\n") != std::string::npos;
}

Outcome unauthorised(const Seen& /*seen*/) { return challenge(std::string(good) + R"(, error="invalid_token")"); }

BOOST_AUTO_TEST_SUITE(authorizations)

BOOST_AUTO_TEST_CASE(a_service_that_is_not_known_is_asked_first) {
    Stage stage({.resource = ""});
    stage.surroundings.play([](const Seen&) { return challenge(good); });
    REQUIRE_OK(stage.call(create_call));
    REQUIRE_OK(stage.call(create_call));
    const auto& seen = stage.surroundings.seen;
    BOOST_REQUIRE_EQUAL(seen.size(), 3U);
    BOOST_TEST(seen[0].method == "GET");
    BOOST_TEST(seen[0].target == "/keys?maxresults=1&api-version=7.6");
    BOOST_TEST(seen[0].body == "");
    BOOST_TEST(seen[0].head.find("Authorization") == std::string::npos);
    BOOST_TEST(has_token(seen[1], "token-1"));
    BOOST_REQUIRE_EQUAL(stage.book->requests.size(), 1U);
    BOOST_TEST(stage.book->requests[0].resource == "https://managedhsm.azure.net");
    BOOST_TEST(stage.book->requests[0].tenant == "the-tenant");
    BOOST_TEST(stage.book->requests[0].authority == "https://login.microsoftonline.com/the-tenant");
}

BOOST_AUTO_TEST_CASE(the_first_question_is_repeated_as_any_other) {
    Stage stage({.resource = ""});
    stage.surroundings.play([](const Seen&) { return trouble(Trouble::Kind::Connect, false); });
    stage.surroundings.play(503);
    stage.surroundings.play([](const Seen&) { return challenge(good); });
    CHECK_OK(stage.call(create_call));
}

BOOST_AUTO_TEST_CASE(a_server_gets_no_token_for_others) {
    for (const char* resource : {"https://vault.azure.net", "https://graph.microsoft.com", "https://azure.net.evil.com",
                                 "http://managedhsm.azure.net", ""}) {
        Stage stage({.resource = ""});
        stage.surroundings.otherwise = [&](const Seen&) {
            return challenge(R"(authorization="https://login.evil.com/t", resource=")" + std::string(resource) + "\"");
        };
        const auto got = stage.call(sign_call);
        CHECK_FAILS(got, Errc::AccessDenied);
        BOOST_TEST(got.error().message.find("no token is sent") != std::string::npos);
        BOOST_TEST(stage.book->requests.empty());
        BOOST_TEST(stage.surroundings.seen.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_asks_for_no_token_gets_no_call) {
    Stage stage({.resource = ""});
    CHECK_FAILS(stage.call(create_call), Errc::DeviceError);
    BOOST_TEST(stage.surroundings.seen.size() == 1U);
    stage.surroundings.otherwise = [](const Seen&) { return answer(401, "OK"); };
    const auto got = stage.call(create_call);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message.find("does not say which token it wants") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_token_that_is_not_taken_is_replaced_once) {
    for (const auto& call : {sign_call, create_call}) {
        Stage stage;
        REQUIRE_OK(stage.call(sign_call));
        stage.surroundings.play(unauthorised);
        REQUIRE_OK(stage.call(call));
        const auto& seen = stage.surroundings.seen;
        BOOST_REQUIRE_EQUAL(seen.size(), 3U);
        BOOST_TEST(has_token(seen[1], "token-1"));
        BOOST_TEST(has_token(seen[2], "token-2"));
        BOOST_TEST(seen[2].body == call.body);
        BOOST_TEST(stage.surroundings.waits.empty());
        REQUIRE_OK(stage.call(sign_call));
        BOOST_TEST(has_token(seen[3], "token-2"));
        BOOST_TEST(stage.book->requests.size() == 2U);
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_used_until_it_is_due) {
    Stage stage;
    for (int i = 0; i < 3; ++i) REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(stage.book->requests.size() == 1U);
    Stage later;
    later.book->age = std::chrono::minutes(45);
    for (int i = 0; i < 3; ++i) REQUIRE_OK(later.call(sign_call));
    BOOST_TEST(later.book->requests.size() > 1U);
    BOOST_TEST(has_token(later.surroundings.seen.back(), "token-3"));
}

BOOST_AUTO_TEST_CASE(a_second_refusal_is_told_in_plain_words) {
    Stage stage;
    stage.surroundings.otherwise = unauthorised;
    const auto got = stage.call(sign_call);
    CHECK_FAILS(got, Errc::UserNotLoggedIn);
    BOOST_TEST(got.error().message.find("took neither the token of CountingCredential nor a new one for "
                                        "https://managedhsm.azure.net") != std::string::npos);
    BOOST_TEST(stage.surroundings.seen.size() == 2U);
    BOOST_TEST(stage.book->requests.size() == 2U);
}

BOOST_AUTO_TEST_CASE(claims_are_answered_once_and_kept) {
    Stage stage;
    stage.surroundings.play([](const Seen&) {
        return challenge(std::string(good) + R"(, error="insufficient_claims", claims="eyJhIjp7fX0=")");
    });
    REQUIRE_OK(stage.call(sign_call));
    REQUIRE_OK(stage.call(sign_call));
    BOOST_REQUIRE_EQUAL(stage.book->requests.size(), 2U);
    BOOST_TEST(stage.book->requests[0].claims == "");
    BOOST_TEST(stage.book->requests[1].claims == R"({"a":{}})");
    BOOST_TEST(has_token(stage.surroundings.seen[1], "token-2"));
    BOOST_TEST(has_token(stage.surroundings.seen[2], "token-2"));
    stage.surroundings.otherwise = [](const Seen&) {
        return challenge(std::string(good) + R"(, error="insufficient_claims", claims="eyJiIjp7fX0=")");
    };
    CHECK_FAILS(stage.call(sign_call), Errc::UserNotLoggedIn);
    BOOST_TEST(stage.book->requests.size() == 3U);
    BOOST_TEST(stage.book->requests[2].claims == R"({"b":{}})");
}

BOOST_AUTO_TEST_CASE(where_the_cloud_is_known_the_service_cannot_ask_for_another_resource) {
    Stage stage;
    stage.surroundings.play([](const Seen&) {
        return challenge(R"(authorization="https://login.evil.com/t", resource="https://graph.microsoft.com")");
    });
    REQUIRE_OK(stage.call(sign_call));
    for (const auto& request : stage.book->requests) BOOST_TEST(request.resource == "https://managedhsm.azure.net");
}

BOOST_AUTO_TEST_CASE(a_service_that_moved_to_another_tenant_says_so) {
    Stage stage({.resource = ""});
    stage.surroundings.play([](const Seen&) { return challenge(good); });
    REQUIRE_OK(stage.call(sign_call));
    stage.surroundings.play([](const Seen&) {
        return challenge(
            R"(authorization="https://login.microsoftonline.com/new", resource="https://managedhsm.azure.net")");
    });
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(stage.book->requests.back().tenant == "new");
    stage.surroundings.play([](const Seen&) { return challenge(R"(resource="https://graph.microsoft.com")"); });
    CHECK_FAILS(stage.call(sign_call), Errc::AccessDenied);
}

BOOST_AUTO_TEST_CASE(a_tenant_that_is_not_known_is_the_services_to_tell) {
    Stage stage;
    stage.book->failures.push_back({Errc::UserNotLoggedIn, "no tenant"});
    stage.surroundings.play([](const Seen&) { return challenge(good); });
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(stage.book->requests.back().tenant == "the-tenant");
    BOOST_TEST(stage.surroundings.seen.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_away_for_a_moment_is_asked_again) {
    Stage stage;
    stage.book->failures.assign(3, {Errc::DeviceError, "the issuer is away"});
    CHECK_OK(stage.call(sign_call));
    BOOST_TEST(stage.surroundings.waits.size() == 3U);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_away_for_good_is_told) {
    Stage stage;
    stage.book->failures.assign(99, {Errc::DeviceError, "the issuer is away"});
    const auto got = stage.call(sign_call);
    CHECK_FAILS(got, Errc::DeviceError);
    BOOST_TEST(got.error().message == "the issuer is away");
    BOOST_TEST(stage.book->requests.size() == 5U);
    BOOST_TEST(stage.surroundings.seen.empty());
}

BOOST_AUTO_TEST_CASE(without_a_login_nothing_is_asked) {
    for (const char* resource : {"", "https://managedhsm.azure.net"}) {
        Stage stage({.resource = resource, .logged_in = false});
        CHECK_FAILS(stage.call(sign_call), Errc::UserNotLoggedIn);
        BOOST_TEST(stage.surroundings.seen.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_login_fetches_a_token_and_a_logout_forgets_it) {
    Stage stage({.logged_in = false});
    auto& authorization = stage.pool.authorization;
    const auto log_in = [&] {
        return authorization.log_in(std::make_unique<CountingCredential>(stage.book), stage.surroundings.now() + 1h);
    };
    REQUIRE_OK(log_in());
    BOOST_TEST(stage.book->requests.size() == 1U);
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(has_token(stage.surroundings.seen[0], "token-1"));
    authorization.log_out();
    CHECK_FAILS(stage.call(sign_call), Errc::UserNotLoggedIn);
    REQUIRE_OK(log_in());
    REQUIRE_OK(stage.call(sign_call));
    BOOST_TEST(has_token(stage.surroundings.seen[1], "token-2"));
    stage.book->failures.push_back({Errc::PinIncorrect, "AADSTS7000215"});
    CHECK_FAILS(log_in(), Errc::PinIncorrect);
    BOOST_TEST(authorization.has_credential());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
