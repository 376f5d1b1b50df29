// What becomes of keys: delete, recover, purge, backup, restore, rotation, attestation.
#include <boost/test/unit_test.hpp>

#include "crypto/jose.hpp"
#include "key_case.hpp"

using namespace kvp11;
using namespace kvp11::test;
namespace json = boost::json;

namespace {

Answer remove(ServiceCase& hsm, const std::string& name) {
    return hsm.ask({.method = "DELETE", .target = "/keys/" + name});
}
Answer purge(ServiceCase& hsm, const std::string& name) {
    return hsm.ask({.method = "DELETE", .target = "/deletedkeys/" + name, .token = "officer"});
}
Answer put_policy(ServiceCase& hsm, const std::string& name, const std::string& body) {
    return hsm.ask({.method = "PUT", .target = "/keys/" + name + "/rotationpolicy", .body = body});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_life)

BOOST_AUTO_TEST_CASE(a_deleted_key_can_be_seen_recovered_and_purged) {
    ServiceCase hsm;
    const std::string made = json::serialize(make_key(hsm, "k", R"({"kty":"EC","tags":{"a":"b"}})"));
    hsm.advance(60);
    const Answer deleted = remove(hsm, "k");
    BOOST_REQUIRE_EQUAL(deleted.status, 200U);
    const json::value bundle = deleted.json();
    BOOST_TEST(text_at(bundle, "recoveryId") == std::string(ServiceCase::base_url) + "/deletedkeys/k");
    BOOST_TEST(bundle.at("deletedDate").as_int64() == 1800000060);
    BOOST_TEST(bundle.at("scheduledPurgeDate").as_int64() == 1800000060 + 90 * 86400);
    BOOST_TEST(version_of(bundle).size() == 32U);
    BOOST_TEST(hsm.get("/keys/k").code() == "KeyNotFound");
    BOOST_TEST(hsm.get("/keys/k/versions").text == R"({"value":[]})");
    BOOST_TEST(use_key(hsm, "k", "sign", use_body("ES256", sha("ES256", "m"))).code() == "KeyNotFound");
    BOOST_TEST(hsm.get("/deletedkeys/k", "officer").text == deleted.text);
    const json::value item = hsm.get("/deletedkeys", "officer").json().at("value").at(0);
    BOOST_TEST(text_at(item, "kid") == std::string(ServiceCase::base_url) + "/keys/k");
    BOOST_TEST(item.at("deletedDate").as_int64() == 1800000060);
    BOOST_TEST(text_at(item.at("tags"), "a") == "b");

    const Answer held = hsm.post("/keys/k/create", R"({"kty":"EC"})");
    BOOST_TEST(held.status == 409U);
    BOOST_TEST(held.code() == "Conflict");
    const Answer recovered = hsm.post("/deletedkeys/k/recover", "", "officer");
    BOOST_TEST(recovered.status == 200U);
    BOOST_TEST(json::serialize(recovered.json()) == made);
    BOOST_TEST(hsm.get("/deletedkeys/k", "officer").code() == "KeyNotFound");
    BOOST_TEST(purge(hsm, "k").code() == "KeyNotFound");  // what is not deleted is not purged
    BOOST_TEST(remove(hsm, "k").status == 200U);
    const Answer purged = purge(hsm, "k");
    BOOST_TEST(purged.status == 204U);
    BOOST_TEST(purged.text.empty());
    BOOST_TEST(purge(hsm, "k").status == 404U);
    BOOST_TEST(hsm.post("/deletedkeys/k/recover", "", "officer").status == 404U);
    BOOST_TEST(remove(hsm, "k").status == 404U);
    make_key(hsm, "k", R"({"kty":"EC"})");
}

BOOST_AUTO_TEST_CASE(recovery_levels_follow_the_settings_of_the_hsm) {
    ServiceCase hsm;
    const auto level = [&] { return text_at(make_key(hsm, "k", R"({"kty":"EC"})").at("attributes"), "recoveryLevel"); };
    BOOST_TEST(level() == "Recoverable+Purgeable");
    BOOST_REQUIRE(hsm.partition().configure({.retention_days = 7, .purge_protection = {}}).ok());
    BOOST_TEST(level() == "CustomizedRecoverable+Purgeable");
    BOOST_REQUIRE(hsm.partition().configure({.retention_days = {}, .purge_protection = true}).ok());
    BOOST_TEST(level() == "CustomizedRecoverable");
    const json::value deleted = remove(hsm, "k").json();
    BOOST_TEST(deleted.at("scheduledPurgeDate").as_int64() - deleted.at("deletedDate").as_int64() == 7 * 86400);
    BOOST_TEST(purge(hsm, "k").status == 403U);
    hsm.advance(7 * 86400);
    BOOST_TEST(hsm.get("/deletedkeys/k", "officer").status == 404U);
}

BOOST_AUTO_TEST_CASE(a_backup_brings_back_the_key_with_its_versions) {
    ServiceCase hsm;
    const json::value first = make_key(hsm, "k", R"({"kty":"EC"})").at("key");
    const std::string latest = json::serialize(make_key(hsm, "k", R"({"kty":"EC","tags":{"n":"2"}})"));
    const Answer backup = hsm.post("/keys/k/backup", "");
    BOOST_REQUIRE_EQUAL(backup.status, 200U);
    const Bytes jwe = unbase64(text_at(backup.json(), "value"));
    const std::string header(text_of(jwe).substr(0, text_of(jwe).find('.')));
    BOOST_TEST(text_of(unbase64(header)) == R"({"alg":"dir","enc":"A256CBC-HS512","kid":"backup-protection-key"})");
    const auto restore = [&] { return hsm.post("/keys/restore", backup.text); };
    BOOST_TEST(restore().status == 409U);
    remove(hsm, "k");
    BOOST_TEST(restore().code() == "Conflict");
    BOOST_TEST(purge(hsm, "k").status == 204U);
    const Answer restored = restore();
    BOOST_TEST(restored.status == 200U);
    BOOST_TEST(json::serialize(restored.json()) == latest);
    BOOST_TEST(hsm.get("/keys/k/versions").json().at("value").as_array().size() == 2U);
    const std::string version = text_at(first, "kid").substr(text_at(first, "kid").rfind('/') + 1);
    const Bytes signature = result_of(hsm, "k", version + "/sign", use_body("ES256", sha("ES256", "m")));
    BOOST_TEST(openssl_verifies(first, "ES256", "m", signature));
}

BOOST_AUTO_TEST_CASE(what_is_no_backup_of_here_is_refused) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    const std::string value = text_at(hsm.post("/keys/k/backup", "").json(), "value");
    Bytes bent = unbase64(value);
    bent[bent.size() / 2] ^= 1U;
    ServiceCase other;
    for (const std::string& bad : {std::string(), std::string("e30"), std::string("!"), base64(bent)}) {
        BOOST_TEST(hsm.post("/keys/restore", R"({"value":")" + bad + R"("})").status == 400U);
    }
    BOOST_TEST(other.post("/keys/restore", R"({"value":")" + value + R"("})").status == 400U);
    BOOST_TEST(hsm.post("/keys/restore", "{}").message().starts_with("Property 'value' is required"));
    BOOST_TEST(hsm.post("/keys/none/backup", "").code() == "KeyNotFound");
}

BOOST_AUTO_TEST_CASE(a_rotation_policy_is_kept_and_followed) {
    ServiceCase hsm;
    const std::string id = std::string(ServiceCase::base_url) + "/keys/k/rotationpolicy";
    const std::string first = version_of(make_key(hsm, "k", R"({"kty":"EC","crv":"P-384","tags":{"a":"b"}})"));
    // One that was never set: no actions and no times, so that clients read it as an empty one.
    BOOST_TEST(hsm.get("/keys/k/rotationpolicy").text ==
               R"({"attributes":{},"id":")" + id + R"(","lifetimeActions":[]})");
    BOOST_TEST(hsm.post("/keys/k/rotate", "").status == 400U);
    const Answer set =
        put_policy(hsm, "k",
                   R"({"id":"x","lifetimeActions":[{"trigger":{"timeAfterCreate":"P90D","timeBeforeExpiry":null},)"
                   R"("action":{"type":"Rotate"}}],"attributes":{"expiryTime":"P2Y","created":1,"updated":2}})");
    BOOST_TEST(set.text ==
               R"({"attributes":{"created":1800000000,"expiryTime":"P2Y","updated":1800000000},"id":")" + id +
                   R"(","lifetimeActions":[{"action":{"type":"Rotate"},"trigger":{"timeAfterCreate":"P90D"}}]})");
    BOOST_TEST(hsm.get("/keys/k/rotationpolicy").text == set.text);
    hsm.advance(50);
    const json::value rotated = hsm.post("/keys/k/rotate", "").json();
    BOOST_TEST(version_of(rotated) != first);
    BOOST_TEST(text_at(rotated.at("key"), "crv") == "P-384");
    BOOST_TEST(text_at(rotated.at("tags"), "a") == "b");
    BOOST_TEST(rotated.at("attributes").at("created").as_int64() == 1800000050);
    BOOST_TEST(rotated.at("attributes").as_object().contains("exp"));
    const Answer before = put_policy(
        hsm, "k", R"({"lifetimeActions":[{"trigger":{"timeBeforeExpiry":"P1M"},"action":{"type":"ROTATE"}}]})");
    BOOST_TEST(before.text.find(R"("trigger":{"timeBeforeExpiry":"P1M"})") != std::string::npos);
    BOOST_TEST(put_policy(hsm, "k", "{}").status == 200U);
    make_key(hsm, "rsa", R"({"kty":"RSA"})");
    put_policy(hsm, "rsa", R"({"lifetimeActions":[]})");
    BOOST_TEST(unbase64(text_at(hsm.post("/keys/rsa/rotate", "").json().at("key"), "n")).size() == 256U);
}

BOOST_AUTO_TEST_CASE(rotation_policies_that_cannot_be_are_refused) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    const auto action = [](const std::string& trigger, const std::string& type) {
        return R"({"lifetimeActions":[{"trigger":{)" + trigger + R"(},"action":{"type":")" + type + R"("}}]})";
    };
    const std::vector<std::string> wrong = {
        action(R"("timeAfterCreate":"P27D")", "rotate"),
        action(R"("timeAfterCreate":"PT48H")", "rotate"),
        action(R"("timeAfterCreate":90)", "rotate"),
        action(R"("timeAfterCreate":"P90D","timeBeforeExpiry":"P30D")", "rotate"),
        action("", "rotate"),
        action(R"("timeBeforeExpiry":"P30D")", "notify"),  // a Managed HSM notifies nobody
        action(R"("timeAfterCreate":"P90D")", "explode"),
        R"({"lifetimeActions":[{"action":{"type":"rotate"}}]})",
        R"({"lifetimeActions":[7]})",
        R"({"lifetimeActions":{}})",
        R"({"attributes":{"expiryTime":"P1D"}})",
        R"({"attributes":{"expiryTime":"soon"}})",
    };
    for (const std::string& body : wrong) BOOST_TEST(put_policy(hsm, "k", body).code() == "BadParameter", body);
    BOOST_TEST(put_policy(hsm, "none", "{}").code() == "KeyNotFound");
    BOOST_TEST(hsm.get("/keys/none/rotationpolicy").code() == "KeyNotFound");
    BOOST_TEST(hsm.post("/keys/none/rotate", "").code() == "KeyNotFound");
}

BOOST_AUTO_TEST_CASE(an_attestation_is_the_bundle_with_signed_statements) {
    ServiceCase hsm;
    make_key(hsm, "k", R"({"kty":"EC"})");
    make_key(hsm, "aes", R"({"kty":"oct"})");
    const Answer answer = hsm.get("/keys/k/attestation?api-version=7.6");
    BOOST_REQUIRE_MESSAGE(answer.status == 200U, answer.text);
    const json::value attestation = answer.json().at("attributes").at("attestation");
    BOOST_TEST(
        text_of(unbase64(text_at(attestation, "certificatePemFile"))).starts_with("-----BEGIN CERTIFICATE-----"));
    BOOST_TEST(text_of(unbase64(text_at(attestation, "privateKeyAttestation"))).find('.') != std::string::npos);
    BOOST_TEST(text_of(unbase64(text_at(attestation, "publicKeyAttestation"))).find('.') != std::string::npos);
    BOOST_TEST(text_at(attestation, "version") == "KVP11-1");
    const std::string version = version_of(answer.json());
    BOOST_TEST(hsm.get("/keys/k/" + version + "/attestation?api-version=7.6").status == 200U);
    const json::value secret = hsm.get("/keys/aes/attestation?api-version=7.6").json();
    BOOST_TEST(!secret.at("attributes").at("attestation").as_object().contains("publicKeyAttestation"));
    BOOST_TEST(hsm.get("/keys/none/attestation?api-version=7.6").code() == "KeyNotFound");
    BOOST_TEST(hsm.get("/keys/k/attestation?api-version=7.6", "nobody").status == 403U);
}

BOOST_AUTO_TEST_SUITE_END()
