// The security domain's ceremony over the wire.
#include <boost/json/parse.hpp>
#include <filesystem>

#include "administration.hpp"
#include "crypto/asymmetric.hpp"
#include "partition/security_domain.hpp"

using namespace kvp11;
using namespace kvp11::test;

namespace {

struct SmallKeys {
    SmallKeys() { setenv("KVP11_TEST_SMALL_KEYS", "1", 1); }
};

Answer download(ServiceCase& hsm, const boost::json::value& body) {
    return hsm.post("/securitydomain/download", text(body), "admin");
}

std::string domain_of(ServiceCase& hsm) {
    const Answer answer = download(hsm, officers_body(2));
    BOOST_REQUIRE_MESSAGE(answer.status == 202, answer.text);
    return string_of(answer.json().at("value"));
}

/// As az does it: the answer's member is a string that holds the key; lines of 65 characters.
crypto::Certificate exchange_certificate(ServiceCase& hsm) {
    const Answer answer = hsm.get("/securitydomain/upload", "admin");
    BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.text);
    const auto key = boost::json::parse(answer.json().at("transfer_key").as_string());
    const std::string base64 = string_of(key.at("x5c").as_array().at(0));
    std::string pem = "-----BEGIN CERTIFICATE-----\n";
    for (std::size_t i = 0; i < base64.size(); i += 65) pem += base64.substr(i, 65) + "\n";
    return crypto::parse_certificate(bytes_of(pem + "-----END CERTIFICATE-----")).value();
}

Answer upload(ServiceCase& hsm, const std::string& blob) {
    return hsm.post("/securitydomain/upload", text(boost::json::object{{"value", blob}}), "admin");
}

std::string status_of(ServiceCase& hsm, const std::string& path = "/securitydomain/upload/pending?") {
    const Answer answer = hsm.get(path, "admin");
    BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.text);
    BOOST_TEST(text(answer.json().at("status_details")) == text(answer.json().at("statusDetails")));
    return string_of(answer.json().at("status"));
}

std::string storage_json() {
    return R"({"storageResourceUri":"https://contoso.blob.core.windows.net/backups","token":"se=2099-01-01"})";
}

/// Gives the user and the officer their roles, as the administrator of a new HSM does.
void assign_roles(ServiceCase& hsm) {
    for (const auto& [name, role] :
         {std::pair("user", access::role_id::crypto_user), std::pair("officer", access::role_id::crypto_officer)}) {
        const std::string id = std::string("0a0b0c0d-0000-4000-8000-0000000000") + (*name == 'u' ? "01" : "02");
        const boost::json::object properties{{"roleDefinitionId", role}, {"principalId", ServiceCase::object_id(name)}};
        const Answer made = hsm.ask({.method = "PUT",
                                     .target = "/providers/Microsoft.Authorization/roleAssignments/" + id,
                                     .body = text(boost::json::object{{"properties", properties}}),
                                     .token = "admin"});
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.text);
    }
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(SmallKeys);

BOOST_AUTO_TEST_SUITE(security_domain_over_the_wire)

BOOST_AUTO_TEST_CASE(before_activation_only_the_ceremony_is_answered) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    for (const char* target : {"/keys", "/settings", "/providers/Microsoft.Authorization/roleDefinitions",
                               "/providers/Microsoft.Authorization/roleAssignments", "/deletedkeys",
                               "/backup/00000000000000000000000000000000/pending"}) {
        const Answer answer = hsm.get(target, "admin");
        BOOST_TEST(answer.status == 403U, target);
        BOOST_TEST(answer.code() == "Forbidden");
        BOOST_TEST(answer.message().find("not activated") != std::string::npos);
    }
    BOOST_TEST(hsm.post("/rng", R"({"count":1})", "admin").status == 403U);
    BOOST_TEST(hsm.post("/backup", storage_json(), "admin").status == 403U);
    BOOST_TEST(hsm.get("/securitydomain/download/pending", "admin").status == 404U);
    BOOST_TEST(hsm.get("/securitydomain/upload/pending", "admin").status == 404U);
    BOOST_TEST(hsm.ask({.target = "/keys", .token = ""}).status == 401U);
}

BOOST_AUTO_TEST_CASE(the_download_activates) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    const Answer answer = download(hsm, officers_body(2));
    BOOST_TEST(answer.status == 202U);
    BOOST_TEST(status_path(answer) == "/securitydomain/download/pending?");
    BOOST_TEST(!answer.headers.find("retry-after").value_or("").empty());
    const auto file = boost::json::parse(answer.json().at("value").as_string());
    BOOST_TEST(file.at("SharedKeys").at("required").as_int64() == 2);
    BOOST_TEST(file.at("version").as_int64() == 2);
    BOOST_TEST(string_of(file.at("EncData").at("kdf")) == "sp108_kdf");
    BOOST_TEST(status_of(hsm, "/securitydomain/download/pending?") == "Success");
    BOOST_TEST(status_of(hsm) == "Success");  // where az 2.45 asks
    BOOST_TEST(hsm.get("/settings", "admin").status == 200U);
    assign_roles(hsm);
    BOOST_TEST(signs(hsm, make_key(hsm, "k")));
}

BOOST_AUTO_TEST_CASE(downloads_may_be_repeated_and_do_not_stop_the_service) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    const std::string first = domain_of(hsm);
    BOOST_TEST(domain_of(hsm) != first);
    BOOST_TEST(hsm.get("/settings", "admin").status == 200U);
}

BOOST_AUTO_TEST_CASE(a_server_that_began_anew_still_says_that_it_is_activated) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    domain_of(hsm);
    hsm.advance(2 * 86'400);  // jobs are forgotten, as after a restart
    BOOST_TEST(status_of(hsm) == "Success");
    BOOST_TEST(status_of(hsm, "/securitydomain/download/pending?") == "Success");
}

BOOST_AUTO_TEST_CASE(downloads_that_are_wrong_are_refused_with_what_is_wrong) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    const auto refused = [&](const boost::json::value& body, const std::string& wanted) {
        const Answer answer = download(hsm, body);
        BOOST_TEST(answer.status == 400U);
        BOOST_TEST(answer.code() == "BadParameter");
        BOOST_TEST(answer.message().find(wanted) != std::string::npos, answer.message());
    };
    const auto with_first = [](const boost::json::value& jwk) {
        auto body = officers_body(2);
        body["certificates"].as_array()[0] = jwk;
        return body;
    };
    const auto changed = [&](const char* name, const boost::json::value& value) {
        auto jwk = officers_body(2)["certificates"].as_array()[0].as_object();
        jwk[name] = value;
        return with_first(jwk);
    };
    refused(boost::json::object(), "'certificates'");
    refused({{"certificates", "x"}, {"required", 2}}, "'certificates'");
    refused({{"certificates", boost::json::array()}, {"required", 2}}, "0 wrapping certificates");
    refused(officers_body(1), "quorum");
    refused(officers_body(4), "quorum");
    refused(officers_body(-1), "quorum");
    refused(officers_body(258), "quorum");
    refused(with_first(7), "wrapping certificate 1 is not a JSON Web Key");
    refused(with_first(boost::json::object()), "no x5c");
    refused(changed("x5c", boost::json::array()), "no x5c");
    refused(changed("x5c", boost::json::array({7})), "no x5c");
    refused(changed("x5c", boost::json::array({"%%%"})), "base64");
    refused(changed("x5c", boost::json::array({"AAAA"})), "no X.509 certificate");
    refused(changed("kty", "EC"), "want RSA");
    refused(changed("n", "AQAB"), "'n' is not that of its x5c");
    refused(changed("e", "Aw"), "'e' is not that of its x5c");
    refused(changed("x5t#S256", "AAAA"), "'x5t#S256' is not that of its x5c");
    refused(with_first(officers_body(2)["certificates"].as_array()[1]), "same key");
    auto four_times = officers_body(2);
    for (int i = 0; i < 8; ++i)
        four_times["certificates"].as_array().push_back(four_times["certificates"].as_array()[0]);
    refused(four_times, "11 wrapping certificates");
    const auto small = crypto::PrivateHalf::generate({.type = KeyType::Ec});
    REQUIRE_OK(small);
    const auto elliptic = crypto::self_signed(**small, "officer", 1);
    REQUIRE_OK(elliptic);
    auto jwk = rest::wire_of(*elliptic).as_object();
    for (const char* name : {"n", "e"}) jwk.erase(name);
    refused(with_first(jwk), "no RSA key");
    BOOST_TEST(hsm.get("/settings", "admin").status == 403U);
}

BOOST_AUTO_TEST_CASE(the_ceremony_is_the_administrators) {
    ServiceCase provisioned(ServiceCase::Life::Provisioned);
    BOOST_TEST(provisioned.post("/securitydomain/download", text(officers_body(2)), "user").code() == "AccessDenied");
    BOOST_TEST(provisioned.get("/securitydomain/upload", "user").code() == "AccessDenied");
    BOOST_TEST(provisioned.post("/securitydomain/upload", R"({"value":"x"})", "user").code() == "AccessDenied");
    for (const char* path : {"/securitydomain/download/pending", "/securitydomain/upload/pending"}) {
        BOOST_TEST(provisioned.get(path, "user").code() == "AccessDenied");
    }
}

BOOST_AUTO_TEST_CASE(the_transfer_key_is_a_string_that_holds_a_key) {
    for (const char* version : {"7.2", "7.4", "7.5", "2025-07-01"}) {
        ServiceCase hsm(ServiceCase::Life::Provisioned);
        const Answer answer = hsm.get("/securitydomain/upload?api-version=" + std::string(version), "admin");
        BOOST_TEST(answer.status == 200U);
        BOOST_TEST(string_of(answer.json().at("key_format")) == "jwk");
        const auto key = boost::json::parse(answer.json().at("transfer_key").as_string());
        BOOST_TEST(string_of(key.at("kid")) == "not used");
        BOOST_TEST(string_of(key.at("kty")) == "RSA");
        BOOST_TEST(string_of(key.at("alg")) == "RSA-OAEP-256");
        CHECK_OK(rest::certificate_of(key, "transfer key"));
        BOOST_TEST(hsm.get("/keys", "admin").message().find("recovery") != std::string::npos);
    }
    ServiceCase active;
    BOOST_TEST(active.get("/securitydomain/upload", "admin").status == 403U);
}

BOOST_AUTO_TEST_CASE(a_lost_hsm_comes_back_from_its_domain_and_a_backup) {
    ServiceCase lost(ServiceCase::Life::Provisioned);
    const std::string domain = domain_of(lost);
    assign_roles(lost);
    const KeyId key = make_key(lost, "web");
    const Answer backed_up = lost.post("/backup", storage_json(), "admin");
    settle(lost);
    const auto job = lost.get(status_path(backed_up), "admin").json();
    const std::string place = string_of(job.at("azureStorageBlobContainerUri"));
    const std::string folder = place.substr(place.rfind('/') + 1);

    ServiceCase fresh(ServiceCase::Life::Provisioned);
    const auto blob = partition::make_restore_blob(domain, exchange_certificate(fresh), officers({"wrap1", "wrap3"}));
    REQUIRE_OK(blob);
    Answer begun;
    {
        const Standstill standstill(fresh);
        begun = upload(fresh, *blob);
        BOOST_REQUIRE_EQUAL(begun.status, 202U);
        BOOST_TEST(begun.text == R"({"status":"InProgress","statusDetails":"Security Domain restore is in progress",)"
                                 R"("status_details":"Security Domain restore is in progress"})");
        BOOST_TEST(status_path(begun) == "/securitydomain/upload/pending?");
        BOOST_TEST(status_of(fresh) == "InProgress");
        BOOST_TEST(upload(fresh, *blob).status == 409U);
    }
    settle(fresh);
    const Answer done = fresh.get("/securitydomain/upload/pending?", "admin");
    BOOST_TEST(done.text == R"({"status":"Success","statusDetails":"Security Domain operation complete",)"
                            R"("status_details":"Security Domain operation complete"})");
    BOOST_TEST(fresh.get("/settings", "admin").status == 200U);
    BOOST_TEST(upload(fresh, *blob).status == 403U);

    std::filesystem::copy(lost.folder() / "storage", fresh.folder() / "storage",
                          std::filesystem::copy_options::recursive);
    const Answer restored =
        fresh.ask({.method = "PUT",
                   .target = "/restore",
                   .body = R"({"sasTokenParameters":)" + storage_json() + R"(,"folderToRestore":")" + folder + R"("})",
                   .token = "admin"});
    BOOST_REQUIRE_EQUAL(restored.status, 202U);
    settle(fresh);
    const auto outcome = fresh.get(status_path(restored), "admin").json();
    BOOST_TEST(string_of(outcome.at("status")) == "Succeeded", text(outcome));
    BOOST_TEST(signs(fresh, key));
}

BOOST_AUTO_TEST_CASE(blobs_that_are_wrong_fail_and_the_partition_stays_recoverable) {
    ServiceCase lost(ServiceCase::Life::Provisioned);
    const std::string domain = domain_of(lost);
    ServiceCase fresh(ServiceCase::Life::Provisioned);
    const crypto::Certificate before = exchange_certificate(fresh);
    const crypto::Certificate now = exchange_certificate(fresh);  // takes the place of the one before
    const auto stale = partition::make_restore_blob(domain, before, officers({"wrap1", "wrap2"}));
    const auto blob = partition::make_restore_blob(domain, now, officers({"wrap1", "wrap2"}));
    REQUIRE_OK(stale);
    REQUIRE_OK(blob);
    std::string damaged = *blob;
    const auto data = damaged.find("compact_jwe");
    damaged[damaged.find('.', data) + 40] ^= 1;
    for (const std::string& wrong : {*stale, damaged, blob->substr(0, blob->size() / 2), std::string("{}"),
                                     std::string(), domain, vector_file("restore_blob.json")}) {
        const Answer begun = upload(fresh, wrong);
        BOOST_REQUIRE_EQUAL(begun.status, 202U);
        settle(fresh);
        BOOST_TEST(status_of(fresh) == "Failed");
        const Answer status = fresh.get("/securitydomain/upload/pending", "admin");
        BOOST_TEST(!string_of(status.json().at("status_details")).empty());
        BOOST_TEST(fresh.get("/settings", "admin").status == 403U);
    }
    BOOST_TEST(upload(fresh, *blob).status == 202U);
    settle(fresh);
    BOOST_TEST(status_of(fresh) == "Success");
    BOOST_TEST(fresh.get("/settings", "admin").status == 200U);
}

BOOST_AUTO_TEST_CASE(uploads_that_cannot_be_are_refused_at_once) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    BOOST_TEST(upload(hsm, "{}").status == 403U);  // no transfer key yet
    exchange_certificate(hsm);
    for (const char* wrong : {"{}", R"({"value":7})", "[]", ""}) {
        BOOST_TEST(hsm.post("/securitydomain/upload", wrong, "admin").status == 400U, wrong);
    }
}

// securitydomain.json's examples, with real certificates in the place of theirs, which do not parse, and without
// api-version where the file has none.
BOOST_AUTO_TEST_CASE(the_examples_of_the_openapi_file_are_answered_as_documented) {
    ServiceCase hsm(ServiceCase::Life::Provisioned);
    auto body = officers_body(2);
    int number = 0;
    for (auto& jwk : body["certificates"].as_array()) {
        jwk.as_object()["kid"] = "id" + std::to_string(++number);
        jwk.as_object()["key_ops"] = {"verify", "encrypt", "wrapKey"};
    }
    BOOST_TEST(download(hsm, body).status == 202U);
    BOOST_TEST(hsm.get("/securitydomain/download/pending?", "admin").status == 200U);
    BOOST_TEST(hsm.get("/securitydomain/upload/pending?", "admin").status == 200U);
    ServiceCase recovering(ServiceCase::Life::Provisioned);
    BOOST_TEST(recovering.get("/securitydomain/upload", "admin").status == 200U);
    BOOST_TEST(
        recovering
            .post("/securitydomain/upload?", R"({"value":"eyJFbmNEYXRhIjp7ImRhdGEiOlt7ImNvbXBhY3RfandlIjoi"})", "admin")
            .status == 202U);
}

BOOST_AUTO_TEST_SUITE_END()
