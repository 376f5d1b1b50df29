// What the commands read and print: times, words of keys, rotation policies, tables.
#include <boost/test/unit_test.hpp>

#include "tools/key_words.hpp"
#include "tools/rotation_policy_text.hpp"
#include "tools/table_text.hpp"
#include "tools/time_text.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::tools;

BOOST_AUTO_TEST_SUITE(texts)

BOOST_AUTO_TEST_CASE(times_are_utc_and_come_back_as_they_were) {
    BOOST_CHECK_EQUAL(utc(0), "1970-01-01T00:00:00Z");
    BOOST_CHECK_EQUAL(utc(1'800'000'000), "2027-01-15T08:00:00Z");
    BOOST_CHECK_EQUAL(utc_with_micros(1'800'000'000'000'042), "2027-01-15T08:00:00.000042Z");
    BOOST_CHECK_EQUAL(utc_with_micros(-1), "1969-12-31T23:59:59.999999Z");
    BOOST_CHECK_EQUAL(parse_utc("--expires", "2027-01-15T08:00:00Z").value(), 1'800'000'000);
    BOOST_CHECK_EQUAL(parse_utc("--expires", "2027-01-15").value(), 1'799'971'200);
    BOOST_CHECK_EQUAL(parse_utc("--expires", "2028-02-29").value(), 1'835'395'200);
}

BOOST_AUTO_TEST_CASE(what_is_no_time_is_refused_with_the_option) {
    for (const char* wrong :
         {"", "tomorrow", "2027-01-15T08:00:00", "2027-01-15T08:00:00Zx", "2027-13-01", "2027-02-30", "2027-02-29",
          "2027-01-15T25:00:00Z", "2027-01-15T08:00:60Z", "99999-01-01", "1800000000"}) {
        const auto time = parse_utc("--expires", wrong);
        BOOST_REQUIRE_MESSAGE(!time.ok(), wrong << " gave " << utc(time.ok() ? *time : 0));
        BOOST_CHECK(time.code() == Errc::ArgumentsBad);
        BOOST_CHECK(time.error().message.starts_with("got --expires '" + std::string(wrong) + "', want"));
    }
}

BOOST_AUTO_TEST_CASE(types_and_curves_have_the_services_words) {
    BOOST_CHECK_EQUAL(kty_of(KeyType::Aes), "oct-HSM");
    for (const char* word : {"EC", "ec", "EC-HSM", "ec-hsm"}) BOOST_CHECK(type_of_kty(word).value() == KeyType::Ec);
    BOOST_CHECK(type_of_kty("oct-HSM").value() == KeyType::Aes);
    for (const char* word : {"", "-HSM", "HSM", "RSA-", "DSA"}) {
        BOOST_CHECK_EQUAL(type_of_kty(word).error().message.substr(0, 17), "got the key type ");
    }
    BOOST_CHECK_EQUAL(type_of_kty("DSA").error().message,
                      "got the key type 'DSA', want one of RSA, EC, oct, OKP, ChaCha20, AES-XTS");
    BOOST_CHECK(curve_named("p-256k").value() == Curve::P256K);
    BOOST_CHECK_EQUAL(curve_named("P256").error().message,
                      "got the curve 'P256', want one of P-256, P-384, P-521, P-256K, Ed25519, Ed448, X25519, X448");
    BOOST_CHECK_EQUAL(spec_text({.type = KeyType::Ec, .curve = Curve::P521}), "EC P-521");
    BOOST_CHECK_EQUAL(spec_text({.type = KeyType::EcEdwards, .curve = Curve::Ed25519}), "Edwards Ed25519");
    BOOST_CHECK_EQUAL(spec_text({.type = KeyType::AesXts, .bits = 512}), "AES-XTS 512");
    BOOST_CHECK_EQUAL(kty_of(KeyType::EcMontgomery), "OKP-HSM");
    BOOST_CHECK_EQUAL(spec_text({.type = KeyType::GenericSecret, .bits = 128}), "generic secret 128");
}

BOOST_AUTO_TEST_CASE(operations_go_in_any_case_and_come_in_one) {
    const auto set = operations_named({"SIGN", "wrapkey", "deriveKey"});
    BOOST_REQUIRE(set.ok());
    BOOST_CHECK((operation_words(*set) == std::vector<std::string>{"sign", "wrapKey", "deriveKey"}));
    BOOST_CHECK(operations_named({"sign", "sing"}).code() == Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(tags_are_names_and_values) {
    const auto tags = tags_in({"a=b", "empty=", "c=d=e"});
    BOOST_REQUIRE(tags.ok());
    BOOST_CHECK((*tags == std::map<std::string, std::string>{{"a", "b"}, {"c", "d=e"}, {"empty", ""}}));
    BOOST_CHECK(tags_in({""}).value().empty());
    BOOST_CHECK(tags_in({"novalue"}).code() == Errc::ArgumentsBad);
    BOOST_CHECK(tags_in({"=b"}).code() == Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_rotation_policy_is_what_az_takes_and_shows) {
    const auto policy = parse_rotation_policy(
        R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D","timeBeforeExpiry":null},"action":{"type":"rotate"}}],
            "attributes":{"expiryTime":"P1Y6M"}})");
    BOOST_REQUIRE(policy.ok());
    BOOST_REQUIRE_EQUAL(policy->actions.size(), 1U);
    BOOST_CHECK(policy->actions[0].type == LifetimeActionType::Rotate);
    BOOST_CHECK_EQUAL(policy->actions[0].time_after_create->days, 90U);
    BOOST_CHECK(!policy->actions[0].time_before_expiry);
    BOOST_CHECK_EQUAL(policy->expiry_time->months, 6U);
    const std::string shown = rotation_policy_json(*policy, "k");
    BOOST_CHECK_EQUAL(shown,
                      R"({"id":"/keys/k/rotationpolicy","lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D"},)"
                      R"("action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P1Y6M"}})"
                      "\n");
    BOOST_CHECK(parse_rotation_policy(shown).value() == *policy);
    BOOST_CHECK_EQUAL(rotation_policy_line(*policy), "rotated P90D after creation; new versions expire after P1Y6M");
    BOOST_CHECK_EQUAL(rotation_policy_line({}), "not rotated by itself");
}

BOOST_AUTO_TEST_CASE(a_policy_of_another_shape_is_refused) {
    for (const char* wrong :
         {"", "[]", "{", R"({"lifetimeAction":[]})", R"({"lifetimeActions":{}})", R"({"lifetimeActions":[1]})",
          R"({"lifetimeActions":[{"trigger":{}}]})", R"({"lifetimeActions":[{"trigger":{},"action":{"type":"burn"}}]})",
          R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":90},"action":{"type":"rotate"}}]})",
          R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"90D"},"action":{"type":"rotate"}}]})",
          R"({"attributes":{"expiry":"P1Y"}})", R"({"attributes":[]})"}) {
        const auto policy = parse_rotation_policy(wrong);
        BOOST_CHECK_MESSAGE(!policy.ok(), wrong);
        if (!policy.ok()) BOOST_CHECK(policy.code() == Errc::RotationPolicyInvalid);
    }
}

BOOST_AUTO_TEST_CASE(tables_align_and_obey_no_terminal) {
    BOOST_CHECK_EQUAL(columns({{"A", "LONG", "C"}, {"name", "b", "c"}}), "A     LONG  C\nname  b     c\n");
    BOOST_CHECK_EQUAL(columns({{"A"}, {"\x1b[2J"}}), "A\n?[2J\n");
    BOOST_CHECK_EQUAL(printable("a\nb\x7f"), "a?b?");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
