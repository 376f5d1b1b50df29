#include "workplace.hpp"

#include "crypto/x509.hpp"
#include "identity/base64.hpp"
#include "identity/compact_jws.hpp"
#include "identity/jwk.hpp"
#include "identity/strict_json.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(strict_json)

BOOST_AUTO_TEST_CASE(a_name_twice_is_refused_wherever_it_is) {
    for (const char* text :
         {R"({"a":1,"a":2})", R"({"b":{"a":1,"a":1}})", R"({"b":[{"a":1,"a":1}]})", R"({"a":1,"\u0061":2})"}) {
        CHECK_FAILS(identity::parse_object(text), Errc::DataInvalid);
    }
}

BOOST_AUTO_TEST_CASE(colons_and_quotes_in_strings_are_no_names) {
    REQUIRE_OK(identity::parse_object(R"({"a:b":"c\":\"d","e":["\\",":"],"f":{}})"));
}

BOOST_AUTO_TEST_CASE(what_is_no_object_is_refused) {
    for (const char* text : {"", "{", "[]", "7", "{} {}", R"({"a":})", "{'a':1}", "nul"}) {
        CHECK_FAILS(identity::parse_object(text), Errc::DataInvalid);
    }
}

BOOST_AUTO_TEST_CASE(deep_and_long_texts_are_refused) {
    CHECK_FAILS(identity::parse_object(R"({"a":)" + std::string(20, '[') + std::string(20, ']') + "}"),
                Errc::DataInvalid);
    CHECK_FAILS(identity::parse_object(R"({"a":")" + std::string(2U << 20U, 'x') + "\"}"), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(times_are_whole_or_with_a_fraction_and_within_reason) {
    const json::object times =
        json::parse(R"({"a":1763800000,"b":1763800000.75,"c":-1,"d":1e300,"e":"1","f":1e16})").as_object();
    BOOST_CHECK_EQUAL(identity::time_in(times, "a").value_or(0), 1763800000);
    BOOST_CHECK_EQUAL(identity::time_in(times, "b").value_or(0), 1763800000);
    for (const char* name : {"c", "d", "e", "f", "none"}) BOOST_CHECK(!identity::time_in(times, name));
}

BOOST_AUTO_TEST_CASE(quoted_texts_forge_no_lines) {
    BOOST_CHECK_EQUAL(identity::quoted("a\nb'c\x7f"), "'a?b?c?'");
    BOOST_CHECK_LT(identity::quoted(std::string(5000, 'x')).size(), 210);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(thumbprint_is_that_of_rfc_7638) {
    const json::object& vector = token_vectors().at("rfc7638").as_object();
    const auto key = identity::public_key_of(vector.at("jwk").as_object());
    REQUIRE_OK(key);
    BOOST_CHECK_EQUAL(identity::thumbprint_of(*key), vector.at("thumbprint").as_string().c_str());
}

BOOST_AUTO_TEST_CASE(jws_of_rfc_7515_is_verified) {
    const json::object& vector = token_vectors().at("rfc7515").as_object();
    const std::string token(vector.at("token").as_string().c_str());
    const auto jws = identity::CompactJws::parse(token);
    REQUIRE_OK(jws);
    BOOST_CHECK_EQUAL(identity::text_in(jws->claims, "iss"), "joe");
    const auto key = crypto::PublicHalf::parse(identity::public_key_of(vector.at("jwk").as_object()).value());
    REQUIRE_OK(key);
    BOOST_CHECK(jws->is_signed_by(**key));
    BOOST_CHECK(!jws->is_signed_by(*crypto::PublicHalf::parse(rsa_key()->public_key()).value()));
}

BOOST_AUTO_TEST_CASE(a_jwk_goes_there_and_back) {
    const auto key = identity::public_key_of(identity::jwk_of(rsa_key()->public_key(), "a", "enc"));
    REQUIRE_OK(key);
    BOOST_CHECK(*key == rsa_key()->public_key());
}

BOOST_AUTO_TEST_CASE(a_jwk_that_says_two_things_is_refused) {
    json::object jwk = token_vectors().at("jwks_x5c").at("keys").at(0).as_object();
    const json::object numbers = token_vectors().at("jwks").at("keys").at(0).as_object();
    jwk["n"] = numbers.at("n");
    jwk["e"] = numbers.at("e");
    REQUIRE_OK(identity::public_key_of(jwk));
    jwk["n"] = identity::jwk_of(rsa_key()->public_key(), "a", "sig").at("n");
    CHECK_FAILS(identity::public_key_of(jwk), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(jwks_that_cannot_be_used_are_refused) {
    const json::object good = identity::jwk_of(rsa_key()->public_key(), "a", "sig");
    const auto with = [&](const char* name, const char* value) {
        json::object jwk = good;
        jwk[name] = value;
        return jwk;
    };
    CHECK_FAILS(identity::public_key_of(with("kty", "EC")), Errc::DataInvalid);
    CHECK_FAILS(identity::public_key_of(with("d", "AQAB")), Errc::DataInvalid);
    CHECK_FAILS(identity::public_key_of(with("n", "AQAB")), Errc::DataInvalid);
    CHECK_FAILS(identity::public_key_of(with("n", "not base64url!")), Errc::DataInvalid);
    for (const char* exponent : {"AQ", "", "AA", "Ag", "AQAAAAAAAAAB"}) {
        CHECK_FAILS(identity::public_key_of(with("e", exponent)), Errc::DataInvalid);
    }
    CHECK_FAILS(identity::public_key_of({{"kty", "RSA"}}), Errc::DataInvalid);
    CHECK_FAILS(identity::public_key_of({{"kty", "RSA"}, {"x5c", json::array{"MAA="}}}), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(a_key_set_leaves_out_what_is_not_for_signatures) {
    const auto set_of = [](json::object jwk) {
        return identity::KeySet::parse(json::serialize(json::object{{"keys", json::array{std::move(jwk)}}}));
    };
    json::object jwk = identity::jwk_of(rsa_key()->public_key(), "a", "sig");
    REQUIRE_OK(set_of(jwk));
    jwk["use"] = "enc";
    CHECK_FAILS(set_of(jwk), Errc::ConfigurationInvalid);
    jwk["use"] = "sig";
    jwk["alg"] = "RS512";
    CHECK_FAILS(set_of(jwk), Errc::ConfigurationInvalid);
    CHECK_FAILS(identity::KeySet::parse(vector_json("jwks_small")), Errc::ConfigurationInvalid);
    for (const char* text : {"", "{}", R"({"keys":7})", R"({"keys":[]})", R"({"keys":[7,{}]})"}) {
        CHECK_FAILS(identity::KeySet::parse(text), Errc::ConfigurationInvalid);
    }
}

BOOST_AUTO_TEST_CASE(base64_goes_there_and_back) {
    for (std::size_t size = 0; size < 8; ++size) {
        Bytes bytes(size, 0xfb);
        const auto back = identity::from_base64(identity::base64(bytes));
        REQUIRE_OK(back);
        BOOST_CHECK(*back == bytes);
    }
    BOOST_CHECK_EQUAL(identity::base64(bytes_of("\xfb\xff")), "+/8=");
    CHECK_FAILS(identity::from_base64("-_8="), Errc::DataInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
