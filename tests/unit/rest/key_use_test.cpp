// Keys in use: signatures, encryption, wrapping, judged by published vectors and by OpenSSL itself.
#include <boost/test/unit_test.hpp>

#include "jose_examples.hpp"
#include "key_case.hpp"
#include "support/bytes.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

void import_secret(ServiceCase& hsm, const std::string& name, ByteView key, const std::string& more = "") {
    import_jwk(hsm, name, R"({"kty":"oct","k":")" + base64(key) + "\"" + more + "}");
}
std::string with(std::string_view name, ByteView value) {
    return ",\"" + std::string(name) + "\":\"" + base64(value) + "\"";
}
std::string verify_body(std::string_view alg, ByteView digest, ByteView signature) {
    return use_body(alg, signature, with("digest", digest));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_use)

BOOST_AUTO_TEST_CASE(every_signature_is_one_to_openssl_and_to_verify) {
    ServiceCase hsm;
    const json::value rsa = make_key(hsm, "rsa", R"({"kty":"RSA"})").at("key");
    const std::vector<std::pair<std::string, std::string>> curves = {
        {"ES256", "P-256"}, {"ES384", "P-384"}, {"ES512", "P-521"}, {"ES256K", "P-256K"}};
    std::vector<std::pair<std::string, json::value>> cases;
    for (const char* alg : {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) cases.emplace_back(alg, rsa);
    for (const auto& [alg, crv] : curves) {
        cases.emplace_back(alg, make_key(hsm, alg, R"({"kty":"EC","crv":")" + crv + R"("})").at("key"));
    }
    for (const auto& [alg, jwk] : cases) {
        const std::string name = alg.starts_with("ES") ? alg : "rsa";
        const Bytes digest = sha(alg, "message");
        const Answer answer = use_key(hsm, name, "sign", use_body(alg, digest));
        BOOST_REQUIRE_MESSAGE(answer.status == 200U, answer.text);
        const json::value result = answer.json();
        BOOST_TEST(text_at(result, "kid") == text_at(jwk, "kid"));
        BOOST_TEST(text_at(result, "alg") == alg);
        Bytes signature = unbase64(text_at(result, "value"));
        BOOST_TEST(openssl_verifies(jwk, alg, "message", signature), alg);
        const auto verified = [&](ByteView of) {
            return use_key(hsm, name, "verify", verify_body(alg, of, signature)).json().at("value").as_bool();
        };
        BOOST_TEST(verified(digest));
        BOOST_TEST(!verified(sha(alg, "another")));
        BOOST_TEST(!verified(ByteView(digest).first(20)));
        signature.back() ^= 1U;
        BOOST_TEST(!verified(digest));
        signature.pop_back();
        BOOST_TEST(!verified(digest));
        signature.clear();
        BOOST_TEST(!verified(digest));
    }
}

BOOST_AUTO_TEST_CASE(an_answer_is_written_as_the_service_writes_it) {
    ServiceCase hsm;
    const std::string kid = text_at(make_key(hsm, "k", R"({"kty":"EC"})").at("key"), "kid");
    const Bytes digest = sha("ES256", "m");
    const Answer signature = hsm.post("/keys/k//sign", use_body("ES256", digest));
    const std::string value = text_at(signature.json(), "value");
    BOOST_TEST(signature.text == R"({"alg":"ES256","kid":")" + kid + R"(","value":")" + value + R"("})");
    const Answer verified = hsm.post("/keys/k/verify", verify_body("ES256", digest, unbase64(value)));
    BOOST_TEST(verified.text == R"({"value":true})");
}

BOOST_AUTO_TEST_CASE(signatures_of_the_rfcs_are_verified) {
    ServiceCase hsm;
    import_jwk(hsm, "p256", std::string(jose::p256_jwk));
    import_jwk(hsm, "p521", std::string(jose::p521_jwk));
    const std::string input = std::string(jose::p256_header) + "." + std::string(jose::payload);
    const auto verified = [&](const std::string& name, std::string_view alg, std::string_view of, std::string_view by) {
        const std::string body = verify_body(alg, sha(alg, of), unbase64(by));
        return use_key(hsm, name, "verify", body).json().at("value").as_bool();
    };
    BOOST_TEST(verified("p256", "ES256", input, jose::p256_signature));
    BOOST_TEST(!verified("p256", "ES256", input + " ", jose::p256_signature));
    BOOST_TEST(verified("p521", "ES512", jose::p521_input, jose::p521_signature));
}

BOOST_AUTO_TEST_CASE(hmac_is_of_the_bytes_themselves) {
    ServiceCase hsm;
    import_secret(hsm, "mac", unbase64(jose::hmac_k));
    const std::string input = std::string(jose::hmac_header) + "." + std::string(jose::payload);
    const Bytes mac = result_of(hsm, "mac", "sign", use_body("HS256", bytes_of(input)));
    BOOST_TEST(base64(mac) == jose::hmac_signature);
    const auto verified = [&](ByteView by) {
        return use_key(hsm, "mac", "verify", verify_body("HS256", bytes_of(input), by)).json().at("value").as_bool();
    };
    BOOST_TEST(verified(mac));
    BOOST_TEST(!verified(ByteView(mac).first(31)));
    BOOST_TEST(!verified({}));
    // RFC 4231, test case 2: the key "Jefe" is shorter than the service takes; padded with zeros it is the same key.
    Bytes jefe(16);
    std::copy_n("Jefe", 4, jefe.begin());
    import_secret(hsm, "jefe", jefe, R"(,"key_ops":["sign"])");
    const ByteView question = bytes_of("what do ya want for nothing?");
    BOOST_TEST(to_hex(result_of(hsm, "jefe", "sign", use_body("HS384", question))) ==
               "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
    BOOST_TEST(
        to_hex(result_of(hsm, "jefe", "sign", use_body("HS512", question))).starts_with("164b7a7bfcf819e2e395fbe7"));
}

BOOST_AUTO_TEST_CASE(aes_cbc_takes_the_callers_iv) {
    ServiceCase hsm;
    // NIST SP 800-38A, F.2.1 and F.2.5, first block.
    const Bytes iv = from_hex("000102030405060708090a0b0c0d0e0f");
    const Bytes block = from_hex("6bc1bee22e409f96e93d7e117393172a");
    import_secret(hsm, "a128", from_hex("2b7e151628aed2a6abf7158809cf4f3c"));
    import_secret(hsm, "a256", from_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"));
    const std::string more = with("iv", iv);
    const Bytes small = result_of(hsm, "a128", "encrypt", use_body("A128CBC", block, more));
    BOOST_TEST(to_hex(small) == "7649abac8119b246cee98e9b12e9197d");
    const Answer large = use_key(hsm, "a256", "encrypt", use_body("A256CBC", block, more));
    BOOST_TEST(to_hex(unbase64(text_at(large.json(), "value"))) == "f58c4c04d6e5f1ba779eabfb5f7bfbd6");
    BOOST_TEST(text_at(large.json(), "iv") == base64(iv));
    BOOST_TEST((result_of(hsm, "a128", "decrypt", use_body("A128CBC", small, more)) == block));
    const Bytes text = text_bytes("of no whole block");
    const Bytes padded = result_of(hsm, "a256", "encrypt", use_body("A256CBCPAD", text, more));
    BOOST_TEST(padded.size() == 32U);
    BOOST_TEST((result_of(hsm, "a256", "decrypt", use_body("A256CBCPAD", padded, more)) == text));
    BOOST_TEST(use_key(hsm, "a256", "encrypt", use_body("A256CBC", text, more)).status == 400U);
    BOOST_TEST(
        use_key(hsm, "a256", "encrypt", use_body("A256CBC", block)).message().starts_with("Property 'iv' is required"));
    BOOST_TEST(use_key(hsm, "a256", "encrypt", use_body("A256CBC", block, with("iv", text))).status == 400U);
    BOOST_TEST(use_key(hsm, "a256", "encrypt", use_body("A256CBC", block, more + with("aad", text))).status == 400U);
}

BOOST_AUTO_TEST_CASE(aes_gcm_encrypts_under_an_iv_of_the_service) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"oct-HSM","key_size":256})");
    const Bytes text = text_bytes("a message");
    const Bytes aad = text_bytes("beside it");
    const Answer answer = use_key(hsm, "k", "encrypt", use_body("A256GCM", text, with("aad", aad)));
    BOOST_REQUIRE_MESSAGE(answer.status == 200U, answer.text);
    const json::value result = answer.json();
    const Bytes iv = unbase64(text_at(result, "iv"));
    const Bytes tag = unbase64(text_at(result, "tag"));
    const Bytes value = unbase64(text_at(result, "value"));
    BOOST_TEST(iv.size() == 12U);
    BOOST_TEST(tag.size() == 16U);
    BOOST_TEST(value.size() == text.size());
    BOOST_TEST(text_at(result, "aad") == base64(aad));
    BOOST_TEST(answer.text.starts_with(R"({"aad":)"));
    const auto decrypted = [&](const Bytes& with_iv, const Bytes& with_tag, const Bytes& with_aad) {
        return use_key(hsm, "k", "decrypt",
                       use_body("A256GCM", value, with("iv", with_iv) + with("tag", with_tag) + with("aad", with_aad)));
    };
    const Answer plain = decrypted(iv, tag, aad);
    BOOST_TEST(plain.text ==
               R"({"alg":"A256GCM","kid":")" + text_at(result, "kid") + R"(","value":")" + base64(text) + R"("})");
    Bytes bent = tag;
    bent[0] ^= 1U;
    BOOST_TEST(decrypted(iv, bent, aad).status == 400U);
    BOOST_TEST(decrypted(iv, tag, text).status == 400U);
    BOOST_TEST(decrypted(iv, Bytes(tag.begin(), tag.begin() + 4), aad).message().starts_with("Property 'tag' must"));
    BOOST_TEST(use_key(hsm, "k", "decrypt", use_body("A256GCM", value)).message().starts_with("Property 'iv' is"));
    BOOST_TEST(use_key(hsm, "k", "encrypt", use_body("A256GCM", text, with("iv", iv))).status == 400U);
    const Answer again = use_key(hsm, "k", "encrypt", use_body("A256GCM", text));
    BOOST_TEST(text_at(again.json(), "iv") != base64(iv));
    BOOST_TEST(!again.json().as_object().contains("aad"));
}

BOOST_AUTO_TEST_CASE(aes_gcm_decrypts_a_vector_of_nist) {
    ServiceCase hsm;
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 3.
    import_secret(hsm, "k", from_hex("feffe9928665731c6d6a8f9467308308"));
    const Bytes value = from_hex("42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6"
                                 "a5aac84aa051ba30b396a0aac97"
                                 "3d58e091473f5985");
    const std::string more =
        with("iv", from_hex("cafebabefacedbaddecaf888")) + with("tag", from_hex("4d5c2af327cd64a62cf35abd2ba6fab4"));
    BOOST_TEST(to_hex(result_of(hsm, "k", "decrypt", use_body("A128GCM", value, more)))
                   .starts_with("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"));
}

BOOST_AUTO_TEST_CASE(rsa_encrypts_and_wraps_alike) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"RSA","key_size":3072})");
    const Bytes secret = pattern(32);
    for (const char* alg : {"RSA1_5", "RSA-OAEP", "RSA-OAEP-256"}) {
        const Bytes encrypted = result_of(hsm, "k", "encrypt", use_body(alg, secret));
        BOOST_TEST(encrypted.size() == 384U);
        BOOST_TEST((result_of(hsm, "k", "decrypt", use_body(alg, encrypted)) == secret));
        BOOST_TEST((result_of(hsm, "k", "unwrapkey", use_body(alg, encrypted)) == secret));
        const Bytes wrapped = result_of(hsm, "k", "wrapkey", use_body(alg, secret));
        BOOST_TEST((result_of(hsm, "k", "decrypt", use_body(alg, wrapped)) == secret));
        BOOST_TEST(use_key(hsm, "k", "decrypt", use_body(alg, pattern(384))).status == 400U);
        BOOST_TEST(use_key(hsm, "k", "unwrapkey", use_body(alg, pattern(5))).status == 400U);
        BOOST_TEST(use_key(hsm, "k", "encrypt", use_body(alg, pattern(385))).status == 400U);
    }
}

BOOST_AUTO_TEST_CASE(aes_wraps_as_its_rfcs_say) {
    ServiceCase hsm;
    import_secret(hsm, "a128", unbase64(jose::kw_k));
    const Bytes plain = from_hex(jose::kw_plain_hex);
    BOOST_TEST(base64(result_of(hsm, "a128", "wrapkey", use_body("A128KW", plain))) == jose::kw_wrapped);
    BOOST_TEST((result_of(hsm, "a128", "unwrapkey", use_body("A128KW", unbase64(jose::kw_wrapped))) == plain));
    BOOST_TEST(
        (result_of(hsm, "a128", "unwrapkey", use_body("CKM_AES_KEY_WRAP", unbase64(jose::kw_wrapped))) == plain));
    BOOST_TEST(use_key(hsm, "a128", "wrapkey", use_body("A128KW", pattern(20))).status == 400U);
    BOOST_TEST(use_key(hsm, "a128", "unwrapkey", use_body("A128KW", pattern(40))).status == 400U);
    // RFC 5649, 6.
    import_secret(hsm, "a192", from_hex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"));
    const Bytes odd = from_hex("c37b7e6492584340bed12207808941155068f738");
    const Bytes wrapped = result_of(hsm, "a192", "wrapkey", use_body("CKM_AES_KEY_WRAP_PAD", odd));
    BOOST_TEST(to_hex(wrapped) == "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a");
    BOOST_TEST((result_of(hsm, "a192", "unwrapkey", use_body("CKM_AES_KEY_WRAP_PAD", wrapped)) == odd));
}

BOOST_AUTO_TEST_CASE(an_algorithm_that_is_not_for_the_key_is_refused) {
    ServiceCase hsm;
    make_key(hsm, "ec", R"({"kty":"EC"})");
    make_key(hsm, "aes", R"({"kty":"oct","key_size":128})");
    const Bytes digest = pattern(32);
    const auto refused = [&](const std::string& name, const std::string& operation, const std::string& body) {
        const Answer answer = use_key(hsm, name, operation, body);
        BOOST_TEST(answer.status == 400U, answer.text);
        return answer.message();
    };
    BOOST_TEST(refused("ec", "sign", use_body("ES384", pattern(48)))
                   .starts_with("The algorithm 'ES384' is not for this key, which is of type EC-HSM, P-256 ("));
    refused("ec", "sign", use_body("ES256K", digest));
    refused("ec", "sign", use_body("RS256", digest));
    refused("ec", "encrypt", use_body("RSA-OAEP", digest));
    refused("aes", "encrypt", use_body("A256GCM", digest));
    refused("aes", "wrapkey", use_body("A256KW", digest));
    BOOST_TEST(refused("aes", "sign", use_body("HS256", digest)).find("oct-HSM, 128 bits") != std::string::npos);
    BOOST_TEST(refused("ec", "sign", use_body("es256", digest)).starts_with("Property 'alg' has the value 'es256'"));
    refused("ec", "sign", use_body("RSNULL", digest));
    refused("ec", "sign", R"({"value":"AA"})");
    refused("ec", "sign", R"({"alg":"ES256"})");
    refused("ec", "sign", R"({"alg":"ES256","value":"A"})");
    refused("ec", "sign", R"({"alg":"ES256","value":"AA=B"})");
    BOOST_TEST(refused("ec", "sign", use_body("ES256", pattern(31)))
                   .starts_with("Property 'value' has 31 bytes; the digest of ES256 has 32 ("));
    BOOST_TEST(hsm.post("/keys/ec/sign?api-version=7.4", use_body("HS256", digest)).status == 400U);
    BOOST_TEST(hsm.post("/keys/aes/wrapkey?api-version=7.4", use_body("CKM_AES_KEY_WRAP", digest)).status == 400U);
}

BOOST_AUTO_TEST_CASE(operations_times_and_the_switch_of_a_key_are_kept) {
    ServiceCase hsm;
    const auto patch = [&](const std::string& body) {
        BOOST_TEST(hsm.ask({.method = "PATCH", .target = "/keys/k/", .body = body}).status == 200U);
    };
    make_key(hsm, "k", R"({"kty":"EC"})");
    const Bytes digest = sha("ES256", "m");
    const Bytes signature = result_of(hsm, "k", "sign", use_body("ES256", digest));
    const auto status_of = [&](const std::string& operation) {
        const std::string body =
            operation == "sign" ? use_body("ES256", digest) : verify_body("ES256", digest, signature);
        const Answer answer = use_key(hsm, "k", operation, body);
        BOOST_TEST((answer.status == 200U || answer.code() == "Forbidden"));
        return answer.status;
    };
    patch(R"({"key_ops":["verify"]})");
    BOOST_TEST(status_of("sign") == 403U);
    BOOST_TEST(status_of("verify") == 200U);
    patch(R"({"key_ops":["sign","verify"],"attributes":{"nbf":1800000100}})");
    BOOST_TEST(status_of("sign") == 403U);
    BOOST_TEST(status_of("verify") == 200U);
    hsm.advance(100);
    BOOST_TEST(status_of("sign") == 200U);
    patch(R"({"attributes":{"exp":1800000200}})");
    hsm.advance(100);
    BOOST_TEST(status_of("sign") == 403U);
    BOOST_TEST(status_of("verify") == 200U);
    patch(R"({"attributes":{"enabled":false}})");
    BOOST_TEST(status_of("verify") == 403U);
}

BOOST_AUTO_TEST_CASE(a_version_is_used_as_it_is_named) {
    ServiceCase hsm;
    const json::value first = make_key(hsm, "k", R"({"kty":"EC"})").at("key");
    make_key(hsm, "k", R"({"kty":"EC"})");
    std::string version = text_at(first, "kid").substr(text_at(first, "kid").rfind('/') + 1);
    const Bytes signature = result_of(hsm, "k", version + "/sign", use_body("ES256", sha("ES256", "m")));
    BOOST_TEST(openssl_verifies(first, "ES256", "m", signature));
    for (char& letter : version) letter = static_cast<char>(std::toupper(letter));
    BOOST_TEST(use_key(hsm, "K", version + "/sign", use_body("ES256", sha("ES256", "m"))).status == 200U);
    BOOST_TEST(use_key(hsm, "k", std::string(32, 'f') + "/sign", use_body("ES256", pattern(32))).code() ==
               "KeyNotFound");
}

BOOST_AUTO_TEST_CASE(who_may_not_use_a_key_learns_nothing_of_it) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    for (const char* operation : {"sign", "verify", "encrypt", "decrypt", "wrapkey", "unwrapkey"}) {
        const bool signs = operation == std::string("sign") || operation == std::string("verify");
        const std::string body = use_body(signs ? "RS256" : "RSA1_5", pattern(32), with("digest", pattern(32)));
        for (const char* name : {"k", "none"}) {
            const Answer answer = hsm.post("/keys/" + std::string(name) + "/" + operation, body, "nobody");
            BOOST_TEST(answer.status == 403U);
            BOOST_TEST(answer.code() == "AccessDenied");
            BOOST_TEST(answer.message().find("EC-HSM") == std::string::npos);
        }
        BOOST_TEST(hsm.post("/keys/none/" + std::string(operation), body).code() == "KeyNotFound");
    }
}

BOOST_AUTO_TEST_CASE(a_host_header_cannot_write_json) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    const std::string body = use_body("ES256", sha("ES256", "m"));
    const Answer answer = hsm.ask(
        {.method = "POST", .target = "/keys/k/sign", .body = body, .headers = {{"Host", "a\",\"value\":\"forged"}}});
    BOOST_TEST(answer.json().as_object().size() == 3U);
    BOOST_TEST(text_at(answer.json(), "kid").find("forged") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
