// PUT /keys/NAME: plain JWKs, wrapped keys, and what is wrong with them.
#include <boost/test/unit_test.hpp>

#include "jose_examples.hpp"
#include "key_case.hpp"
#include "partition/transfer_blob.hpp"
#include "support/bytes.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

std::string rsa_jwk(std::string_view n, std::string_view d, const std::string& more = "") {
    return R"({"kty":"RSA","n":")" + std::string(n) + R"(","e":"AQAB","d":")" + std::string(d) + "\"" + more + "}";
}
std::string oct_jwk(std::size_t bytes, const std::string& more = "") {
    return R"({"kty":"oct","k":")" + base64(pattern(bytes)) + "\"" + more + "}";
}
Answer import_answer(ServiceCase& hsm, const std::string& jwk) {
    return hsm.ask({.method = "PUT", .target = "/keys/k", .body = R"({"key":)" + jwk + "}"});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_import)

BOOST_AUTO_TEST_CASE(an_rsa_key_signs_as_its_rfc_says) {
    ServiceCase hsm;
    const json::value bundle = import_jwk(hsm, "rsa", rsa_jwk(jose::rsa_n, jose::rsa_d));  // without its primes
    BOOST_TEST(text_at(bundle.at("key"), "kty") == "RSA-HSM");
    BOOST_TEST(text_at(bundle.at("key"), "n") == jose::rsa_n);
    BOOST_TEST(!bundle.at("key").as_object().contains("d"));
    const std::string input = std::string(jose::rsa_header) + "." + std::string(jose::payload);
    const Bytes signature = result_of(hsm, "rsa", "sign", use_body("RS256", sha("RS256", input)));
    BOOST_TEST(base64(signature) == jose::rsa_signature);
}

BOOST_AUTO_TEST_CASE(leading_zeros_of_n_are_stripped) {
    ServiceCase hsm;
    Bytes n = unbase64(jose::rsa_n);
    n.insert(n.begin(), 0);
    const json::value bundle = import_jwk(hsm, "rsa", rsa_jwk(base64(n), jose::rsa_d));
    BOOST_TEST(text_at(bundle.at("key"), "n") == jose::rsa_n);
}

BOOST_AUTO_TEST_CASE(ec_keys_bring_their_public_half) {
    ServiceCase hsm;
    const json::value p256 = import_jwk(hsm, "p256", std::string(jose::p256_jwk)).at("key");
    BOOST_TEST(text_at(p256, "x") == "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    BOOST_TEST(text_at(p256, "kty") == "EC-HSM");
    const json::value p521 = import_jwk(hsm, "p521", std::string(jose::p521_jwk)).at("key");
    BOOST_TEST(text_at(p521, "crv") == "P-521");
    // The scalar 1, of which the generator is the public half (SEC 2, secp256k1).
    const json::value k1 = import_jwk(hsm, "k1", R"({"kty":"EC-HSM","crv":"SECP256K1","d":"AQ"})").at("key");
    BOOST_TEST(text_at(k1, "crv") == "P-256K");
    BOOST_TEST(to_hex(unbase64(text_at(k1, "x"))) ==
               "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
    const json::value signature = use_key(hsm, "k1", "sign", use_body("ES256K", sha("ES256K", "text"))).json();
    BOOST_TEST(openssl_verifies(k1, "ES256K", "text", unbase64(text_at(signature, "value"))));
}

BOOST_AUTO_TEST_CASE(secret_keys_are_for_aes_or_for_hmac) {
    ServiceCase hsm;
    const auto ops = [&](const std::string& jwk) {
        return json::serialize(import_jwk(hsm, "oct", jwk).at("key").at("key_ops"));
    };
    BOOST_TEST(ops(oct_jwk(32)) == R"(["encrypt","decrypt","wrapKey","unwrapKey"])");
    BOOST_TEST(ops(oct_jwk(64)) == R"(["sign","verify"])");
    BOOST_TEST(ops(oct_jwk(32, R"(,"key_ops":["sign","verify"])")) == R"(["sign","verify"])");
    BOOST_TEST(ops(oct_jwk(16, R"(,"key_ops":["wrapKey"])")) == R"(["wrapKey"])");
    BOOST_TEST(import_answer(hsm, oct_jwk(20, R"(,"key_ops":["encrypt"])")).status == 400U);
    BOOST_TEST(import_answer(hsm, oct_jwk(65))
                   .message()
                   .starts_with("JSON Web Key: k property of oct key is too large, maximum size is 64 ("));
    BOOST_TEST(import_answer(hsm, oct_jwk(0)).status == 400U);
}

BOOST_AUTO_TEST_CASE(properties_of_an_import_are_those_of_a_key) {
    ServiceCase hsm;
    const Answer answer = hsm.ask({.method = "PUT",
                                   .target = "/keys/k",
                                   .body = R"({"Hsm":true,"key":)" + std::string(jose::p256_jwk) +
                                           R"(,"attributes":{"enabled":false,"exp":9},"tags":{"a":"b"}})"});
    BOOST_REQUIRE_EQUAL(answer.status, 200U);
    BOOST_TEST(answer.json().at("attributes").at("exp").as_int64() == 9);
    BOOST_TEST(answer.json().at("attributes").at("enabled").as_bool() == false);
    BOOST_TEST(text_at(answer.json().at("tags"), "a") == "b");
    const std::string first = version_of(answer.json());
    BOOST_TEST(version_of(import_jwk(hsm, "k", std::string(jose::p256_jwk))) != first);  // one more version
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_jwk_is_said) {
    ServiceCase hsm;
    std::string swapped(jose::p256_jwk);
    swapped.replace(swapped.find("f83O"), 4, "f83P");
    const std::vector<std::pair<std::string, std::string>> wrong = {
        {"7", "Property 'key' must be an object"},
        {"null", "Property 'key' is required"},
        {"{}", "Property 'kty' is required"},
        {R"({"kty":"RSA","n":"AQAB","e":"AQAB"})", "Property 'd' is required"},
        {R"({"kty":"RSA","n":"AQ AB","e":"AQAB","d":"AQ"})", "Property 'n' must be base64url"},
        {rsa_jwk(jose::rsa_n, "AQAB"), "are not of one RSA key"},
        {rsa_jwk("", jose::rsa_d), "are not of one RSA key"},
        {rsa_jwk(jose::rsa_n, jose::rsa_d, R"(,"p":"AQAB","q":"AQAB")"), "JSON Web Key"},
        {R"({"kty":"EC","crv":"P-256","d":"AA"})", "d is no private key on the curve P-256"},
        {R"({"kty":"EC","crv":"P-256"})", "Property 'd' is required"},
        {swapped, "x and y are not the public half of d"},
        {R"({"kty":"oct"})", "Property 'k' is required"},
        {R"({"kty":"RSA-HSM","key_hsm":"e30"})", "the key-transfer blob cannot be used"},
    };
    for (const auto& [jwk, sentence] : wrong) {
        const Answer answer = import_answer(hsm, jwk);
        BOOST_TEST(answer.status == 400U, jwk);
        BOOST_TEST(answer.message().find(sentence) != std::string::npos, answer.message());
    }
    BOOST_TEST(hsm.get("/keys/k").status == 404U);
}

BOOST_AUTO_TEST_CASE(a_wrapped_key_comes_in_by_its_key_exchange_key) {
    ServiceCase hsm;
    const json::value kek = make_key(hsm, "kek", R"({"kty":"RSA-HSM","key_ops":["import"]})").at("key");
    PublicKey exchange_key{.type = KeyType::Rsa,
                           .curve = Curve::P256,
                           .n = unbase64(text_at(kek, "n")),
                           .e = unbase64(text_at(kek, "e")),
                           .point = {}};
    const SecretMaterial secret = SecretBytes::copy_of(from_hex("000102030405060708090a0b0c0d0e0f"));
    const Result<std::string> blob = partition::make_transfer_blob(exchange_key, text_at(kek, "kid"), secret);
    BOOST_REQUIRE(blob.ok());
    const std::string jwk = R"({"kty":"oct-HSM","key_ops":["wrapKey"],"key_hsm":")" + base64(bytes_of(*blob)) + R"("})";
    BOOST_TEST(text_at(import_jwk(hsm, "transferred", jwk).at("key"), "kty") == "oct-HSM");
    // RFC 3394, 4.1.
    const Bytes plain = from_hex("00112233445566778899aabbccddeeff");
    BOOST_TEST(to_hex(result_of(hsm, "transferred", "wrapkey", use_body("A128KW", plain))) ==
               "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    make_key(hsm, "kek", R"({"kty":"EC"})");  // its latest version is no exchange key; the blob names its version
    BOOST_TEST(text_at(import_jwk(hsm, "again", jwk).at("key"), "kty") == "oct-HSM");
}

BOOST_AUTO_TEST_SUITE_END()
