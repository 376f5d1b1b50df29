// Mutations of a valid token: none is taken for another than it is, and none breaks the validator.
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <iostream>
#include <vector>

#include "crypto/jose.hpp"
#include "dice.hpp"
#include "json_mutation.hpp"
#include "kvp11/bytes.hpp"
#include "text_mutation.hpp"
#include "token_maker.hpp"

using namespace kvp11;
using namespace kvp11::fuzz;

namespace {

namespace json = boost::json;

const json::object good_header = {{"typ", "JWT"}, {"kid", "key-1"}};

std::vector<std::string> parts_of(const std::string& token) {
    std::vector<std::string> parts;
    std::size_t begin = 0;
    for (std::size_t dot = token.find('.'); dot != token.npos; dot = token.find('.', begin)) {
        parts.push_back(token.substr(begin, dot - begin));
        begin = dot + 1;
    }
    parts.push_back(token.substr(begin));
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string token = parts.front();
    for (std::size_t i = 1; i < parts.size(); ++i) token += "." + parts[i];
    return token;
}

std::string encoded(const std::string& text) { return crypto::base64url(bytes_of(text)); }

std::string decoded(const std::string& text) {
    const auto bytes = crypto::from_base64url(text);
    return bytes.ok() ? std::string(text_of(*bytes)) : text;
}

// The signature is of something else then.
std::string mutated_token(const std::string& token, Dice& dice) {
    std::vector<std::string> parts = parts_of(token);
    std::string& part = parts[dice.below(2)];
    switch (dice.below(7)) {
        case 0: return mutated_bytes(token, dice);
        case 1: part = mutated_base64(part, dice); break;
        case 2: parts.back() = mutated_base64(parts.back(), dice); break;
        case 3: parts.push_back(std::string(dice.any_of(parts))); break;
        case 4: parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(dice.below(parts.size()))); break;
        case 5: std::swap(dice.any_of(parts), dice.any_of(parts)); break;
        default: part = encoded(mutated_json(decoded(part), dice)); break;
    }
    return parts.empty() ? "" : joined(parts);
}

std::chrono::steady_clock::time_point end_of_run() {
    return std::chrono::steady_clock::now() + std::chrono::milliseconds(number_from("KVP11_TEST_SECONDS", 8) * 125);
}

std::uint64_t seed_of_run() { return number_from("KVP11_TEST_SEED", 20'261'122); }

}  // namespace

BOOST_AUTO_TEST_SUITE(token_fuzz)

BOOST_AUTO_TEST_CASE(only_the_token_itself_is_taken) {
    Dice dice(seed_of_run());
    const auto checker = validator();
    const std::string token = signed_token(good_header, good_claims());
    BOOST_REQUIRE(checker->authenticate(token).ok());
    std::size_t count = 0;
    for (const auto end = end_of_run(); std::chrono::steady_clock::now() < end; ++count) {
        const std::string other = mutated_token(token, dice);
        if (other == token) continue;
        BOOST_TEST_CHECKPOINT(other.substr(0, 4000));
        const auto principal = checker->authenticate(other);
        BOOST_TEST(!principal.ok(), "taken: " << other);
        if (principal.ok()) continue;
        BOOST_TEST((principal.code() == Errc::UserNotLoggedIn), other << ": " << principal.error().message);
        BOOST_TEST(principal.error().message.find(parts_of(token)[1]) == std::string::npos,
                   "the message holds a token");
    }
    std::cout << count << " tokens\n";
}

BOOST_AUTO_TEST_CASE(what_a_trusted_issuer_signs_is_checked_too) {
    Dice dice(seed_of_run());
    const auto checker = validator();
    std::size_t taken = 0;
    std::size_t count = 0;
    for (const auto end = end_of_run(); std::chrono::steady_clock::now() < end; ++count) {
        boost::system::error_code problem;
        const json::value claims = json::parse(mutated_json(json::serialize(good_claims()), dice), problem);
        if (problem || !claims.is_object()) continue;
        const std::string token = signed_token(good_header, claims.as_object());
        BOOST_TEST_CHECKPOINT(json::serialize(claims).substr(0, 4000));
        const auto principal = checker->authenticate(token);
        taken += principal.ok() ? 1 : 0;
        if (!principal.ok()) continue;
        BOOST_TEST(claims.at("iss") == good_claims().at("iss"));
        std::string audience(claims.at("aud").as_string());
        if (audience.ends_with('/')) audience.pop_back();  // the one difference that is none
        BOOST_TEST(audience == std::string(good_claims().at("aud").as_string()));
        BOOST_TEST((*principal)->object_id == std::string(claims.at("oid").as_string()));
        BOOST_TEST((*principal)->expires > token_time - 300);
    }
    std::cout << count << " tokens, " << taken << " taken\n";
    BOOST_TEST(taken > 0U);
    BOOST_TEST(taken < count);
}

BOOST_AUTO_TEST_SUITE_END()
