// The keys API as the service was seen to speak it: shapes, which are from
// recordings of Azure's own SDK and CLI tests and from the published documents.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"
#include "managed_hsm/operation_body.hpp"
#include "managed_hsm/wire.hpp"
#include "support/bytes.hpp"
#include "support/results.hpp"

namespace kvp11::test {
namespace {

using namespace managed_hsm;

constexpr const char* version = "0123456789abcdef0123456789abcdef";
const std::string kid = "https://contoso.managedhsm.azure.net/keys/web/" + std::string(version);

std::string rsa_bundle(const std::string& jwk_more, const std::string& more = "") {
    const std::string n = crypto::base64url(pattern(256));
    return R"({"attributes":{"created":1611111111,"enabled":true,"exportable":false,"recoverableDays":90,)"
           R"("recoveryLevel":"Recoverable+Purgeable","updated":1611111112},"key":{"e":"AQAB",)" +
           jwk_more + R"("kid":")" + kid + R"(","kty":"RSA-HSM","n":")" + n + "\"}" + more + "}";
}

Result<KeyRecord> ec_bundle(const std::string& crv, const Bytes& x, const Bytes& y) {
    return parse_key_bundle(R"({"key":{"kid":")" + kid + R"(","kty":"EC-HSM","key_ops":["sign","verify"],"crv":")" +
                            crv + R"(","x":")" + crypto::base64url(x) + R"(","y":")" + crypto::base64url(y) +
                            R"("},"attributes":{"enabled":true,"created":1,"updated":1}})");
}

boost::json::value json_of(const std::string& text) { return boost::json::parse(text); }

BOOST_AUTO_TEST_SUITE(wire)

BOOST_AUTO_TEST_CASE(a_key_of_a_managed_hsm_is_read) {
    const auto key =
        parse_key_bundle(rsa_bundle(R"("key_ops":["wrapKey","decrypt","encrypt","unwrapKey","sign","verify"],)"));
    REQUIRE_OK(key);
    BOOST_TEST(key->id.name == "web");
    BOOST_TEST(key->id.version == version);
    BOOST_TEST((key->spec.type == KeyType::Rsa));
    BOOST_TEST(key->spec.bits == 2041u);  // of the first byte of n, one bit is set
    BOOST_TEST(key->spec.public_exponent == 65537u);
    BOOST_TEST(to_hex(key->public_key.n) == to_hex(pattern(256)));
    BOOST_TEST((key->ops ==
                (KeyOps::Sign | KeyOps::Verify | KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Wrap | KeyOps::Unwrap)));
    BOOST_TEST(key->enabled);
    BOOST_TEST(key->created == 1'611'111'111);
    BOOST_TEST(key->updated == 1'611'111'112);
    BOOST_TEST(!key->not_before.has_value());
    BOOST_TEST(key->tags.empty());
}

BOOST_AUTO_TEST_CASE(what_is_missing_null_or_new_does_not_matter) {
    const std::string more =
        R"(,"managed":true,"tags":null,"release_policy":null,"novelty":{"a":[1,{"b":null}]},"attributes":{"enabled":true,)"
        R"("nbf":null,"exp":1.9e9,"hsmPlatform":"2","attestation":{"version":"MRVL-1"},"external_key":{"id":"x"}})";
    const auto key = parse_key_bundle(rsa_bundle("", more));
    REQUIRE_OK(key);
    BOOST_TEST(allows(key->ops, KeyOps::Sign));  // no key_ops: what the type usually has
    BOOST_TEST(*key->expires == 1'900'000'000);
    BOOST_TEST(!key->not_before.has_value());
    const auto words = parse_key_bundle(rsa_bundle(R"("key_ops":["sign","secureWrapKey",7,null],)"));
    REQUIRE_OK(words);
    BOOST_TEST((words->ops == KeyOps::Sign));
    const auto none = parse_key_bundle(rsa_bundle(R"("key_ops":[],)"));
    REQUIRE_OK(none);
    BOOST_TEST((none->ops == KeyOps::None));
}

BOOST_AUTO_TEST_CASE(numbers_are_taken_with_and_without_zeros_in_front) {
    const Bytes n = Bytes{0, 0} + pattern(256);
    const auto key = parse_key_bundle(R"({"key":{"kid":")" + kid + R"(","kty":"RSA","e":"AAEAAQ","n":")" +
                                      crypto::base64url(n) + R"("}})");
    REQUIRE_OK(key);
    BOOST_TEST(to_hex(key->public_key.n) == to_hex(pattern(256)));
    BOOST_TEST(to_hex(key->public_key.e) == "010001");
    const auto short_x = ec_bundle("P-521", pattern(65), Bytes{0} + pattern(66));
    REQUIRE_OK(short_x);
    BOOST_TEST(to_hex(short_x->public_key.point) == "0400" + to_hex(pattern(65)) + to_hex(pattern(66)));
    CHECK_FAILS(ec_bundle("P-256", pattern(33), pattern(32)), Errc::DeviceError);
    BOOST_TEST((ec_bundle("SECP256K1", pattern(32), pattern(32))->spec.curve == Curve::P256K));
}

BOOST_AUTO_TEST_CASE(secret_keys_are_told_apart_by_their_operations) {
    const auto secret = [](const std::string& ops, const std::string& attributes) {
        return parse_key_bundle(R"({"key":{"kid":")" + kid + R"(","kty":"oct-HSM","key_ops":)" + ops +
                                R"(},"attributes":{"enabled":true)" + attributes + "}}");
    };
    BOOST_TEST((secret(R"(["wrapKey","unwrapKey"])", "")->spec.type == KeyType::Aes));
    BOOST_TEST(secret(R"(["wrapKey","unwrapKey"])", "")->spec.bits == 0u);
    BOOST_TEST((secret(R"(["sign","verify"])", "")->spec.type == KeyType::GenericSecret));
    BOOST_TEST((secret("null", "")->spec.type == KeyType::Aes));
    BOOST_TEST(secret("null", R"(,"key_size":128)")->spec.bits == 128u);
}

BOOST_AUTO_TEST_CASE(kinds_of_keys_that_we_do_not_know_are_not_supported) {
    for (const std::string kty : {"AKP-HSM", "OKP", ""}) {
        const std::string text = R"({"key":{"kid":")" + kid + R"(","kty":")" + kty + R"("}})";
        CHECK_FAILS(parse_key_bundle(text), Errc::AlgorithmNotSupported);
    }
    CHECK_FAILS(ec_bundle("P-224", pattern(28), pattern(28)), Errc::AlgorithmNotSupported);
}

BOOST_AUTO_TEST_CASE(what_is_no_key_is_a_device_error) {
    for (const std::string text : {"", "null", "[]", "{}", R"({"key":null})", R"({"key":{"kty":"RSA"}})", "<html>",
                                   R"({"key":{"kid":"https://h/keys/web","kty":"RSA"}})",
                                   R"({"key":{"kid":"https://h/secrets/web/1","kty":"RSA"}})"}) {
        CHECK_FAILS(parse_key_bundle(text), Errc::DeviceError);
    }
    CHECK_FAILS(parse_key_bundle(R"({"key":{"kid":")" + kid + R"(","kty":"RSA","n":"AQ","e":"A"}})"),
                Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_release_policy_is_read) {
    const auto key = parse_key_bundle(rsa_bundle(
        "", R"(,"release_policy":{"contentType":"application/json; charset=utf-8","data":"e30","immutable":false})"));
    REQUIRE_OK(key);
    BOOST_REQUIRE(key->release_policy.has_value());
    BOOST_TEST(text_of(key->release_policy->data) == "{}");
}

BOOST_AUTO_TEST_CASE(lists_are_read_with_their_next_link) {
    const auto page = parse_list(
        R"({"nextLink":"https://contoso.managedhsm.azure.net/keys?maxresults=6&$skiptoken=eyJ2","value":[)"
        R"({"attributes":{"created":1,"enabled":false,"exp":9,"nbf":8,"updated":2},"kid":"https://h/keys/a","tags":{"t":"v"}},)"
        R"({"attributes":{"created":3,"enabled":true,"updated":3},"kid":"https://h:443/keys/b/)" +
        std::string(version) + R"(","managed":true}]})");
    REQUIRE_OK(page);
    BOOST_TEST(page->next == "maxresults=6&$skiptoken=eyJ2");
    BOOST_REQUIRE_EQUAL(page->keys.size(), 2u);
    BOOST_TEST(page->keys[0].id.name == "a");
    BOOST_TEST(page->keys[0].id.version.empty());
    BOOST_TEST(!page->keys[0].enabled);
    BOOST_TEST(*page->keys[0].expires == 9);
    BOOST_TEST(page->keys[0].tags.at("t") == "v");
    BOOST_TEST(page->keys[1].id.version == version);
    BOOST_TEST(parse_list(R"({"value":[],"nextLink":null})")->keys.empty());
    BOOST_TEST(parse_list("{}")->next.empty());
    CHECK_FAILS(parse_list(R"({"value":7})"), Errc::DeviceError);
    CHECK_FAILS(parse_list(R"({"value":[{"kid":"x"}]})"), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(results_are_read_in_any_order_and_layout) {
    const auto gcm = parse_operation_result(
        R"({"aad":"aGVhZA","alg":"A256GCM","iv":"AQID","kid":"https://h/keys/a/b","tag":"BAUG","value":"BwgJ"})");
    REQUIRE_OK(gcm);
    BOOST_TEST(to_hex(gcm->value.expose_bytes()) == "070809");
    BOOST_TEST(to_hex(gcm->iv) == "010203");
    BOOST_TEST(to_hex(gcm->tag) == "040506");
    Bytes two(2);
    const auto spaced = parse_operation_value("{ \"kid\" : \"https:\\/\\/h\\/\\\"keys\" ,\n \"n\" : { \"value\" : [ "
                                              "\"}\", 1 ] } , \"z\":null, \"value\" : \"AQI=\" }",
                                              two);
    REQUIRE_OK(spaced);
    BOOST_TEST(to_hex(two) == "0102");
    REQUIRE_OK(parse_operation_value(R"({"kid":"a\\","value":"AwQ"})", two));
    BOOST_TEST(to_hex(two) == "0304");
    REQUIRE_OK(parse_operation_value(R"({"value":""})", {}));
    CHECK_FAILS(parse_operation_value(R"({"value":"AQID"})", two), Errc::DeviceError);
    for (const std::string text :
         {"", "{}", "[]", R"({"value":null})", R"({"value":7})", R"({"value":"A"})", R"({"value":"\u0041Q"})",
          R"({"value":"AQ\")", R"({"value":"A!I"})", R"({"value":"AQ)", R"({"kid":"value")", R"({"value")"}) {
        CHECK_FAILS(parse_operation_value(text, two), Errc::DeviceError);
        CHECK_FAILS(parse_operation_result(text), Errc::DeviceError);
    }
    BOOST_TEST(*parse_verify_result(R"({"value":true})"));
    BOOST_TEST(!*parse_verify_result(R"({ "value": false })"));
    CHECK_FAILS(parse_verify_result(R"({"value":"true"})"), Errc::DeviceError);
}

BOOST_AUTO_TEST_CASE(a_new_key_is_asked_for_in_the_services_words) {
    NewKey key;
    key.spec = {.type = KeyType::Ec, .curve = Curve::P256K};
    key.ops = KeyOps::Sign | KeyOps::Verify | KeyOps::Derive;
    key.not_before = 5;
    auto body = json_of(create_body(key, {{"t", "v\"\n"}}, false));
    BOOST_TEST(body == json_of(R"({"kty":"EC-HSM","crv":"P-256K","key_ops":["sign","verify"],)"
                               R"("attributes":{"enabled":true,"nbf":5},"tags":{"t":"v\"\n"}})"));
    key.spec = {.type = KeyType::Rsa, .bits = 3072, .public_exponent = 3};
    key.ops = KeyOps::Import;
    body = json_of(create_body(key, {}, true));
    BOOST_TEST(body == json_of(R"({"kty":"RSA","key_size":3072,"public_exponent":3,"key_ops":["import"],)"
                               R"("attributes":{"enabled":true,"nbf":5}})"));
    key.spec = {.type = KeyType::Aes, .bits = 256};
    key.ops = KeyOps::Encrypt | KeyOps::Sign;
    BOOST_TEST(json_of(create_body(key, {}, false)).at("key_ops") == json_of(R"(["encrypt"])"));
}

BOOST_AUTO_TEST_CASE(a_key_that_is_brought_is_a_json_web_key) {
    const auto half = crypto::PrivateHalf::generate({.type = KeyType::Ec, .curve = Curve::P384});
    REQUIRE_OK(half);
    NewKey key;
    key.spec = (*half)->spec();
    key.ops = KeyOps::Sign;
    auto material = (*half)->expose_pkcs8();
    REQUIRE_OK(material);
    const auto text = import_body(key, {{"t", "v"}}, *material, false);
    REQUIRE_OK(text);
    const auto body = json_of(std::string(text_of(text->expose_bytes())));
    BOOST_TEST(body.at("Hsm").as_bool());
    BOOST_TEST(body.at("key").at("kty").as_string() == "EC-HSM");
    BOOST_TEST(body.at("key").at("crv").as_string() == "P-384");
    BOOST_TEST(crypto::from_base64url(std::string_view(body.at("key").at("d").as_string()))->size() == 48u);
    BOOST_TEST(body.at("tags").at("t").as_string() == "v");
    key.spec = {.type = KeyType::GenericSecret, .bits = 24};
    const auto secret = import_body(key, {}, SecretBytes::copy_of(Bytes{1, 2, 3}), false);
    REQUIRE_OK(secret);
    BOOST_TEST(json_of(std::string(text_of(secret->expose_bytes()))).at("key") ==
               json_of(R"({"kty":"oct-HSM","key_ops":["sign"],"k":"AQID"})"));
}

BOOST_AUTO_TEST_CASE(a_key_transfer_file_is_as_azure_publishes_it) {
    const std::string blob = transfer_blob(kid, Bytes{1, 2, 3});
    BOOST_TEST(json_of(blob) == json_of(R"({"schema_version":"1.0.0","header":{"kid":")" + kid +
                                        R"(","alg":"dir","enc":"CKM_RSA_AES_KEY_WRAP"},"ciphertext":"AQID",)"
                                        R"("generator":"kvp11"})"));
    NewKey key;
    key.spec = {.type = KeyType::Ec};
    key.ops = KeyOps::Sign;
    const auto body = json_of(byok_import_body(key, {}, blob));
    BOOST_TEST(body.at("key").at("crv").as_string() == "P-256");
    BOOST_TEST(std::string_view(body.at("key").at("key_hsm").as_string()) == crypto::base64url(bytes_of(blob)));
}

BOOST_AUTO_TEST_CASE(a_change_says_only_what_changes) {
    KeyUpdate update;
    BOOST_TEST(update_body(KeyType::Rsa, update) == "{}");
    update.expires = 7;
    update.enabled = false;
    update.ops = KeyOps::Sign;
    update.tags = Tags{};
    BOOST_TEST(json_of(update_body(KeyType::Rsa, update)) ==
               json_of(R"({"attributes":{"enabled":false,"exp":7},"key_ops":["sign"],"tags":{}})"));
}

BOOST_AUTO_TEST_CASE(paths_name_the_version) {
    BOOST_TEST(key_path({"web", version}, "sign") == "/keys/web/" + std::string(version) + "/sign");
    BOOST_TEST(key_path({"web", {}}) == "/keys/web");
    BOOST_TEST(key_path({"web", {}}, "create") == "/keys/web/create");
}

BOOST_AUTO_TEST_CASE(an_operations_body_is_used_again) {
    OperationBody body("RS256", 32);
    body.add("value", Bytes{1, 2, 3});
    BOOST_TEST(body.finish() == R"({"alg":"RS256","value":"AQID"})");
    body.restart();
    body.add("value", {});
    body.add("iv", Bytes{4});
    BOOST_TEST(body.finish() == R"({"alg":"RS256","value":"","iv":"BA"})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
