// Keys: create, get, update, delete, lists, as they are on the wire.
#include <boost/test/unit_test.hpp>
#include <set>

#include "key_case.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

constexpr std::string_view policy_data =
    R"({"anyOf":[{"allOf":[{"claim":"sdk-test","equals":"true"}],"authority":"https://attest.localhost/"}],"version":"1.0.0"})";

std::set<std::string> words_of(const json::value& array) {
    std::set<std::string> words;
    for (const json::value& word : array.as_array()) words.emplace(word.as_string());
    return words;
}

std::string with_policy(std::string_view exportable, std::string_view data, std::string_view more = "") {
    return R"({"kty":"EC-HSM","attributes":{"exportable":)" + std::string(exportable) +
           R"(},"release_policy":{"data":")" + base64(bytes_of(data)) + "\"" + std::string(more) + "}}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_routes)

BOOST_AUTO_TEST_CASE(a_created_key_is_shown_as_the_service_shows_it) {
    ServiceCase hsm;
    const Answer answer = hsm.post("/keys/Signer-1/create", R"({"kty":"EC"})");
    BOOST_REQUIRE_EQUAL(answer.status, 200U);
    const json::value bundle = answer.json();
    const json::value& jwk = bundle.at("key");
    const std::string version = version_of(bundle);
    BOOST_TEST(version.size() == 32U);
    BOOST_TEST(text_at(jwk, "kid") == std::string(ServiceCase::base_url) + "/keys/Signer-1/" + version);
    BOOST_TEST(text_at(jwk, "kty") == "EC-HSM");
    BOOST_TEST(text_at(jwk, "crv") == "P-256");
    BOOST_TEST(unbase64(text_at(jwk, "x")).size() == 32U);
    BOOST_TEST((words_of(jwk.at("key_ops")) == std::set<std::string>{"sign", "verify"}));
    BOOST_TEST(json::serialize(bundle.at("attributes")) ==
               R"({"created":1800000000,"enabled":true,"exportable":false,"recoverableDays":90,)"
               R"("recoveryLevel":"Recoverable+Purgeable","updated":1800000000})");
    BOOST_TEST(bundle.as_object().size() == 2U);  // no tags, no managed, no release_policy
    BOOST_TEST(hsm.get("/keys/Signer-1").text == answer.text);
    BOOST_TEST(hsm.get("/keys/signer-1/").text == answer.text);
    BOOST_TEST(hsm.get("/keys/Signer-1/" + version).text == answer.text);
}

BOOST_AUTO_TEST_CASE(each_type_gets_its_operations_and_members) {
    ServiceCase hsm;
    const json::value rsa = make_key(hsm, "rsa", R"({"kty":"RSA","key_size":3072})").at("key");
    BOOST_TEST(text_at(rsa, "kty") == "RSA-HSM");
    BOOST_TEST(unbase64(text_at(rsa, "n")).size() == 384U);
    BOOST_TEST(text_at(rsa, "e") == "AQAB");
    BOOST_TEST(words_of(rsa.at("key_ops")).size() == 6U);
    const json::value odd = make_key(hsm, "odd", R"({"kty":"RSA-HSM","public_exponent":17})").at("key");
    BOOST_TEST(text_at(odd, "e") == "EQ");
    const json::value aes = make_key(hsm, "aes", R"({"kty":"oct","key_size":128})").at("key");
    BOOST_TEST(text_at(aes, "kty") == "oct-HSM");
    BOOST_TEST(aes.as_object().size() == 3U);  // kid, kty, key_ops: nothing of the key itself
    BOOST_TEST((words_of(aes.at("key_ops")) == std::set<std::string>{"encrypt", "decrypt", "wrapKey", "unwrapKey"}));
    for (const char* crv : {"P-256", "P-384", "P-521", "P-256K", "SECP256K1"}) {
        const std::string body = R"({"kty":"EC-HSM","crv":")" + std::string(crv) + R"("})";
        const std::string shown = crv == std::string("SECP256K1") ? "P-256K" : crv;
        BOOST_TEST(text_at(make_key(hsm, "ec", body).at("key"), "crv") == shown);
    }
    const json::value mac = make_key(hsm, "mac", R"({"kty":"oct-HSM","key_size":512,"key_ops":["sign","verify"]})");
    BOOST_TEST(text_at(mac.at("key"), "kty") == "oct-HSM");
}

BOOST_AUTO_TEST_CASE(attributes_come_back_as_they_were_said) {
    ServiceCase hsm;
    const json::value bundle = make_key(
        hsm, "dated",
        R"({"kty":"EC","attributes":{"enabled":false,"nbf":1,"exp":32503680000},"tags":{"test name ":"x","b":""}})");
    BOOST_TEST(bundle.at("attributes").at("enabled").as_bool() == false);
    BOOST_TEST(bundle.at("attributes").at("nbf").as_int64() == 1);
    BOOST_TEST(bundle.at("attributes").at("exp").as_int64() == 32503680000);
    BOOST_TEST(json::serialize(bundle.at("tags")) == R"({"b":"","test name ":"x"})");
    const Ask early{.method = "PATCH", .target = "/keys/dated", .body = R"({"attributes":{"nbf":-1}})"};
    BOOST_TEST(hsm.ask(early).status == 400U);
    BOOST_TEST(hsm.get("/keys/dated").json().at("attributes").at("nbf").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(versions_show_what_the_api_version_knows) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    const auto attributes = [&](const std::string& version) {
        return hsm.get("/keys/k?api-version=" + version).json().at("attributes").as_object();
    };
    BOOST_TEST(!attributes("7.0").contains("recoverableDays"));
    BOOST_TEST(!attributes("7.4").contains("hsmPlatform"));
    BOOST_TEST(attributes("7.5").at("hsmPlatform").as_string() == "0");
    BOOST_TEST(attributes("2025-07-01").contains("hsmPlatform"));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_created_is_said_plainly) {
    ServiceCase hsm;
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {R"({})", "Property 'kty' is required"},
        {R"({"kty":7})", "Property 'kty' must be a string"},
        {R"({"kty":"OKP"})", "Property 'kty' has the unknown value 'OKP'"},
        {R"({"kty":"RSA","key_size":1024})", "Property 'key_size' has the value 1024"},
        {R"({"kty":"RSA","key_size":"2048"})", "Property 'key_size' must be an integer"},
        {R"({"kty":"RSA","public_exponent":4})", "Property 'public_exponent' must be odd"},
        {R"({"kty":"RSA","public_exponent":1})", "Property 'public_exponent' must be odd"},
        {R"({"kty":"oct","key_size":512})", "want"},
        {R"({"kty":"EC","crv":"P-257"})", "Property 'crv' has the unknown value 'P-257'"},
        {R"({"kty":"EC","attributes":{"nbf":-1}})", "Property 'nbf' must be a number of seconds since 1970"},
        {R"({"kty":"EC","attributes":{"exp":-9223372036854775808}})", "Property 'exp' must be a number of seconds"},
        {R"({"kty":"EC","attributes":{"exp":1.5}})", "Property 'exp' must be an integer"},
        {R"({"kty":"EC","key_ops":["fly"]})", "Property 'key_ops' has the unknown value 'fly'"},
        {R"({"kty":"EC","key_ops":"sign"})", "Property 'key_ops' must be an array"},
        {R"({"kty":"EC","key_ops":[1]})", "Property 'key_ops' must be an array of strings"},
        {R"({"kty":"EC","key_ops":["encrypt"]})", "which no algorithm does with keys of type EC-HSM"},
        {R"({"kty":"EC","attributes":[]})", "Property 'attributes' must be an object"},
        {R"({"kty":"EC","attributes":{"enabled":"yes"}})", "Property 'enabled' must be true or false"},
        {R"({"kty":"EC","attributes":{"exp":"tomorrow"}})", "Property 'exp' must be an integer"},
        {R"({"kty":"EC","tags":{"a":1}})", "Property 'tags' must have strings"},
        {R"({"kty":"EC","tags":{"":"x"}})", "a tag has a name"},
        {R"({"kty":"EC","tags":{"a":")" + std::string(257, 'x') + R"("}})", "a tag has a name"},
        {R"({"kty":"EC","attributes":{"exportable":true}})", "Exportable keys must have release policy"},
    };
    for (const auto& [body, sentence] : wrong) {
        const Answer answer = hsm.post("/keys/k/create", body);
        BOOST_TEST(answer.status == 400U, body);
        BOOST_TEST(answer.code() == "BadParameter");
        if (sentence != "want") BOOST_TEST(answer.message().find(sentence) != std::string::npos, answer.message());
    }
    for (const std::string& name : {std::string("under_score"), std::string(128, 'n'), std::string("k%20k")}) {
        BOOST_TEST(hsm.post("/keys/" + name + "/create", R"({"kty":"EC"})").status == 400U);
        BOOST_TEST(hsm.get("/keys/" + name).status == 400U);
    }
    std::string tags;
    for (int i = 0; i < 16; ++i) tags += (i ? ",\"" : "\"") + std::to_string(i) + "\":\"\"";
    BOOST_TEST(hsm.post("/keys/k/create", R"({"kty":"EC","tags":{)" + tags + "}}").status == 400U);
    BOOST_TEST(hsm.get("/keys/k").status == 404U);
}

BOOST_AUTO_TEST_CASE(release_policies_have_the_services_rules_and_sentences) {
    ServiceCase hsm;
    const auto refused = [&](const std::string& body) { return hsm.post("/keys/k/create", body).message(); };
    BOOST_TEST(
        refused(with_policy("false", policy_data)).starts_with("Non-exportable keys must not have release policy ("));
    BOOST_TEST(refused(with_policy("true", "{}")).starts_with("Key Release Policy: missing 'version' property ("));
    BOOST_TEST(refused(R"({"kty":"EC","attributes":{"exportable":true},"release_policy":{}})")
                   .starts_with("Property 'data' is required"));
    const json::value bundle = make_key(hsm, "k", with_policy("true", policy_data));
    const json::value& policy = bundle.at("release_policy");
    BOOST_TEST(text_at(policy, "contentType") == "application/json; charset=utf-8");
    BOOST_TEST(text_of(unbase64(text_at(policy, "data"))) == policy_data);
    BOOST_TEST(policy.at("immutable").as_bool() == false);
    BOOST_TEST(bundle.at("attributes").at("exportable").as_bool());
    make_key(hsm, "fixed", with_policy("true", policy_data, R"(,"immutable":true)"));
    const std::string other = R"({"release_policy":{"data":")" + base64(bytes_of(policy_data)) + R"("}})";
    BOOST_TEST(hsm.ask({.method = "PATCH", .target = "/keys/fixed/", .body = other}).status == 400U);
    BOOST_TEST(hsm.ask({.method = "PATCH", .target = "/keys/k/", .body = other}).status == 200U);
    make_key(hsm, "plain", R"({"kty":"EC"})");
    BOOST_TEST(hsm.ask({.method = "PATCH", .target = "/keys/plain/", .body = other})
                   .message()
                   .starts_with("Non-exportable keys must not have release policy ("));
}

BOOST_AUTO_TEST_CASE(creating_again_adds_a_version) {
    ServiceCase hsm;
    const std::string first = version_of(make_key(hsm, "k", R"({"kty":"EC","tags":{"n":"1"}})"));
    hsm.advance(10);
    const std::string second = version_of(make_key(hsm, "K", R"({"kty":"EC"})"));
    BOOST_TEST(first != second);
    BOOST_TEST(version_of(hsm.get("/keys/k").json()) == second);
    BOOST_TEST(version_of(hsm.get("/keys/k/" + first).json()) == first);
    const json::value versions = hsm.get("/keys/k/versions").json();
    BOOST_REQUIRE_EQUAL(versions.at("value").as_array().size(), 2U);
    const json::value& item = versions.at("value").at(0);
    BOOST_TEST(text_at(item, "kid") == std::string(ServiceCase::base_url) + "/keys/k/" + first);
    BOOST_TEST(text_at(item.at("tags"), "n") == "1");
    BOOST_TEST(!item.as_object().contains("key"));
    BOOST_TEST(!versions.as_object().contains("nextLink"));
    BOOST_TEST(hsm.get("/keys/k/" + std::string(32, '0')).status == 404U);
    BOOST_TEST(hsm.get("/keys/k/latest").code() == "KeyNotFound");
}

BOOST_AUTO_TEST_CASE(updates_change_what_they_say_and_the_time) {
    ServiceCase hsm;
    const std::string version =
        version_of(make_key(hsm, "k", R"({"kty":"RSA","attributes":{"exp":2000000000},"tags":{"a":"1","b":"2"}})"));
    hsm.advance(100);
    const auto patch = [&](const std::string& target, const std::string& body) {
        return hsm.ask({.method = "PATCH", .target = target, .body = body});
    };
    const json::value changed =
        patch("/keys/k/", R"({"key_ops":["decrypt","encrypt"],"attributes":{"enabled":false},"tags":{"c":"3"}})")
            .json();
    BOOST_TEST((words_of(changed.at("key").at("key_ops")) == std::set<std::string>{"decrypt", "encrypt"}));
    BOOST_TEST(changed.at("attributes").at("enabled").as_bool() == false);
    BOOST_TEST(changed.at("attributes").at("exp").as_int64() == 2000000000);
    BOOST_TEST(changed.at("attributes").at("created").as_int64() == 1800000000);
    BOOST_TEST(changed.at("attributes").at("updated").as_int64() == 1800000100);
    BOOST_TEST(json::serialize(changed.at("tags")) == R"({"c":"3"})");
    BOOST_TEST(!patch("/keys/k/" + version, R"({"tags":{}})").json().as_object().contains("tags"));
    BOOST_TEST(patch("/keys/k/", "{}").status == 200U);
    BOOST_TEST(patch("/keys/k/", R"({"attributes":{"exportable":true}})").status == 400U);
    BOOST_TEST(patch("/keys/k/", R"({"attributes":{"exportable":false}})").status == 200U);
    BOOST_TEST(patch("/keys/k/", R"({"key_ops":["fly"]})").status == 400U);
    BOOST_TEST(patch("/keys/none/", "{}").code() == "KeyNotFound");
    BOOST_TEST(hsm.ask({.method = "PATCH", .target = "/keys/none/", .body = "{}", .token = "nobody"}).status == 403U);
}

BOOST_AUTO_TEST_CASE(lists_come_in_pages_that_go_on_by_nextLink) {
    ServiceCase hsm;
    for (int i = 0; i < 5; ++i) make_key(hsm, "key-" + std::to_string(i), R"({"kty":"EC"})");
    const json::value first = hsm.get("/keys?api-version=7.4&maxresults=2").json();
    BOOST_TEST(first.at("value").as_array().size() == 2U);
    BOOST_TEST(text_at(first.at("value").at(0), "kid") == std::string(ServiceCase::base_url) + "/keys/key-0");
    const std::string next = text_at(first, "nextLink");
    const std::string begin = std::string(ServiceCase::base_url) + "/keys?maxresults=2&$skiptoken=";
    BOOST_TEST(next.starts_with(begin));
    std::string target = next.substr(std::string(ServiceCase::base_url).size()) + "&api-version=7.4";
    const json::value second = hsm.get(target).json();
    BOOST_TEST(text_at(second.at("value").at(0), "kid").ends_with("/key-2"));
    target = text_at(second, "nextLink").substr(std::string(ServiceCase::base_url).size()) + "&api-version=7.4";
    const json::value third = hsm.get(target).json();
    BOOST_TEST(third.at("value").as_array().size() == 1U);
    BOOST_TEST(!third.as_object().contains("nextLink"));
    BOOST_TEST(hsm.get("/keys").json().at("value").as_array().size() == 5U);
    for (const char* bad : {"maxresults=0", "maxresults=26", "maxresults=x", "$skiptoken=%7e"}) {
        BOOST_TEST(hsm.get("/keys?api-version=7.4&" + std::string(bad)).status == 400U, bad);
    }
}

BOOST_AUTO_TEST_CASE(versions_come_in_pages_too) {
    ServiceCase hsm;
    std::vector<std::string> made;
    for (int i = 0; i < 3; ++i) made.push_back(version_of(make_key(hsm, "k", R"({"kty":"EC"})")));
    const json::value first = hsm.get("/keys/k/versions?api-version=7.4&maxresults=2").json();
    BOOST_TEST(first.at("value").as_array().size() == 2U);
    const std::string next = text_at(first, "nextLink").substr(std::string(ServiceCase::base_url).size());
    const json::value second = hsm.get(next + "&api-version=7.4").json();
    BOOST_TEST(text_at(second.at("value").at(0), "kid").ends_with(made[2]));
    BOOST_TEST(hsm.get("/keys/none/versions").text == R"({"value":[]})");
}

BOOST_AUTO_TEST_CASE(a_key_of_the_service_is_an_object_of_pkcs11) {
    ServiceCase hsm;
    make_key(hsm, "from-rest", R"({"kty":"EC"})");
    const auto record = hsm.partition().key_record({"from-rest", ""});
    BOOST_REQUIRE(record.ok());
    BOOST_TEST(text_of((*record)->face.label) == "from-rest");
    BOOST_TEST(!(*record)->face.id.empty());
    BOOST_REQUIRE((*record)->public_face.has_value());
    BOOST_TEST(!(*record)->public_face->is_private);
    BOOST_TEST((*record)->protection.sensitive);
    BOOST_TEST(!(*record)->protection.extractable);
}

BOOST_AUTO_TEST_CASE(who_has_no_role_learns_nothing) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    for (const char* name : {"k", "none"}) {
        const std::string key = "/keys/" + std::string(name);
        const Answer got = hsm.get(key, "nobody");
        BOOST_TEST(got.status == 403U);
        BOOST_TEST(got.code() == "AccessDenied");
        BOOST_TEST(hsm.post(key + "/create", R"({"kty":"EC"})", "nobody").status == 403U);
        BOOST_TEST(hsm.ask({.method = "DELETE", .target = key, .token = "nobody"}).status == 403U);
        BOOST_TEST(hsm.get(key + "/versions", "nobody").status == 403U);
        BOOST_TEST(hsm.get(key + "/rotationpolicy", "nobody").status == 403U);
        BOOST_TEST(hsm.post(key + "/rotate", "", "nobody").status == 403U);
        BOOST_TEST(hsm.post(key + "/backup", "", "nobody").status == 403U);
    }
    BOOST_TEST(hsm.get("/keys", "nobody").status == 403U);
    BOOST_TEST(hsm.get("/deletedkeys", "nobody").status == 403U);
    BOOST_TEST(hsm.get("/keys/none").code() == "KeyNotFound");
}

BOOST_AUTO_TEST_CASE(keys_that_the_service_has_not_are_neither_listed_nor_found) {
    ServiceCase hsm;
    make_key(hsm, "ec", R"({"kty":"EC"})");
    const auto user = hsm.partition().as_principal(
        {.kind = partition::CallerKind::Principal, .object_id = ServiceCase::object_id("user")});
    for (const Curve curve : {Curve::Ed25519, Curve::X448}) {
        NewKey wanted;
        wanted.name = curve == Curve::Ed25519 ? "edwards" : "montgomery";
        wanted.spec = {.type = type_of(curve), .curve = curve};
        wanted.ops = KeyOps::Sign | KeyOps::Verify;
        wanted.public_face.emplace();
        BOOST_REQUIRE(user->generate(wanted).ok());
        const std::string key = "/keys/" + wanted.name;
        BOOST_TEST(hsm.get(key).code() == "KeyNotFound");
        BOOST_TEST(hsm.get(key + "/versions").code() == "KeyNotFound");
        BOOST_TEST(hsm.post(key + "/rotate", "").code() == "KeyNotFound");
        BOOST_TEST(hsm.post(key + "/backup", "").code() == "KeyNotFound");
        BOOST_TEST(hsm.ask({.method = "DELETE", .target = key}).code() == "KeyNotFound");
        BOOST_TEST(use_key(hsm, wanted.name, "sign", use_body("ES256", sha("ES256", "m"))).code() == "KeyNotFound");
    }
    const json::value listed = hsm.get("/keys").json();
    BOOST_REQUIRE_EQUAL(listed.at("value").as_array().size(), 1U);
    BOOST_TEST(text_at(listed.at("value").at(0), "kid").ends_with("/keys/ec"));
    BOOST_TEST(hsm.post("/keys/okp/create", R"({"kty":"OKP-HSM"})").status == 400U);
    BOOST_TEST(hsm.post("/keys/okp/create", R"({"kty":"EC","crv":"Ed25519"})").status == 400U);
}

// An RSA key is made on a worker, for which the handler runs twice.
BOOST_AUTO_TEST_CASE(a_request_takes_one_place_of_its_quota) {
    ServiceCase hsm;
    BOOST_REQUIRE(hsm.site().traffic.set_rules(R"({"throttle":"published"})").ok());
    for (int i = 0; i < 8; ++i) make_key(hsm, "ec", R"({"kty":"EC"})");
    for (int i = 0; i < 2; ++i) make_key(hsm, "rsa", R"({"kty":"RSA"})");
    const Answer refused = hsm.post("/keys/ec/create", R"({"kty":"EC"})");
    BOOST_TEST(refused.status == 429U);
    BOOST_TEST(refused.code() == "Throttled");
    BOOST_TEST(refused.headers.find("Retry-After").has_value());
    BOOST_TEST(use_key(hsm, "ec", "sign", use_body("ES256", sha("ES256", "m"))).status == 200U);
}

BOOST_AUTO_TEST_SUITE_END()
