#include "request_seeds.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/json.hpp>

namespace kvp11::fuzz {
namespace {

namespace json = boost::json;

constexpr const char* digest = R"({"alg":"ES256","value":"A6cl3M1GWEwBpNYgMZJnYP1cFqpn0K_5UQTYYkTMmy4"})";
constexpr const char* rsa_value = R"({"alg":"RSA-OAEP-256","value":"aGVsbG8gd29ybGQ"})";
constexpr const char* gcm_value = R"({"alg":"A256GCM","value":"aGVsbG8gd29ybGQ","aad":"AAEC"})";
constexpr const char* gcm_opened =
    R"({"alg":"A256GCM","value":"aGVsbG8","iv":"AAECAwQFBgcICQoL","tag":"AAECAwQFBgcICQoLDA0ODw","aad":"AAEC"})";
constexpr const char* cbc_value = R"({"alg":"A256CBCPAD","value":"aGVsbG8gd29ybGQ","iv":"AAECAwQFBgcICQoLDA0ODw"})";
constexpr const char* wrapped = R"({"alg":"A256KW","value":"AAECAwQFBgcICQoLDA0OD4iIiIiIiIiI"})";

// RFC 7515 A.3 and A.1.
constexpr const char* ec_import = R"({"key":{"kty":"EC","crv":"P-256","key_ops":["sign"],
    "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"},"Hsm":true,"attributes":{"enabled":true},"tags":{"a":"b"}})";
constexpr const char* oct_import = R"({"key":{"kty":"oct-HSM","key_ops":["sign","verify"],
    "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}})";
// What is inside is none of a BYOK tool; the frame is.
constexpr const char* byok_import = R"({"key":{"kty":"RSA-HSM","key_ops":["sign"],"key_hsm":
    "eyJzY2hlbWFfdmVyc2lvbiI6IjEuMC4wIiwiaGVhZGVyIjp7ImtpZCI6InJzYSIsImFsZyI6ImRpciIsImVuYyI6IkNLTV9SU0FfQUVTX0tFWV9XUkFQIn0sImNpcGhlcnRleHQiOiJBQUFBIiwiZ2VuZXJhdG9yIjoieCJ9"}})";
constexpr const char* policy_create = R"({"kty":"EC","crv":"P-384","attributes":{"exportable":true,"exp":2000000000},
    "release_policy":{"contentType":"application/json; charset=utf-8","immutable":false,"data":
    "eyJ2ZXJzaW9uIjoiMS4wLjAiLCJhbnlPZiI6W3siYXV0aG9yaXR5IjoiaHR0cHM6Ly94IiwiYWxsT2YiOlt7ImNsYWltIjoiYSIsImVxdWFscyI6ImIifV19XX0"}})";
constexpr const char* rotation_policy =
    R"({"lifetimeActions":[{"trigger":{"timeAfterCreate":"P30D"},"action":{"type":"Rotate"}}],
    "attributes":{"expiryTime":"P90D"}})";
constexpr const char* container = R"("storageResourceUri":"https://account.blob.core.windows.net/container",
    "token":"?se=2099-01-01T00%3A00Z&sp=rwdl&sig=x")";

const std::string definitions = "/providers/Microsoft.Authorization/roleDefinitions";
const std::string assignments = "/providers/Microsoft.Authorization/roleAssignments";
const std::string guid = "11111111-2222-4333-8444-555555555555";
const std::string crypto_user = "21dbd100-6940-42c2-9190-5d6cb909625b";

std::vector<RequestSeed> key_seeds() {
    return {
        {"GET", "/keys", "", "user", "maxresults=2"},
        {"POST", "/keys/new/create", R"({"kty":"EC-HSM","crv":"P-256","key_ops":["sign","verify"]})"},
        {"POST", "/keys/new2/create", R"({"kty":"oct-HSM","key_size":256,"tags":{"a":"b"}})"},
        {"POST", "/keys/new3/create", policy_create},
        {"PUT", "/keys/put", ec_import},
        {"PUT", "/keys/put2", oct_import},
        {"PUT", "/keys/put3", byok_import},
        {"GET", "/keys/ec/"},
        {"GET", "/keys/ec/versions", "", "user", "maxresults=5"},
        {"PATCH", "/keys/ec/",
         R"({"attributes":{"enabled":true,"exp":2000000000},"key_ops":["sign","verify"],"tags":{}})"},
        {"DELETE", "/keys/new"},
        {"GET", "/deletedkeys", "", "user", "maxresults=5"},
        {"GET", "/deletedkeys/gone"},
        {"DELETE", "/deletedkeys/gone", "", "officer"},
        {"POST", "/deletedkeys/gone/recover", "", "officer"},
        {"POST", "/keys/ec/rotate", "{}"},
        {"GET", "/keys/ec/rotationpolicy"},
        {"PUT", "/keys/ec/rotationpolicy", rotation_policy},
        {"POST", "/keys/ec/backup"},
        {"POST", "/keys/restore", R"({"value":"eyJhbGciOiJkaXIifQ..AAAA.AAAA.AAAA"})"},
        {"GET", "/keys/ec/attestation", "", "user"},
        {"POST", "/keys/new3//release", R"({"target":"eyJhbGciOiJSUzI1NiJ9.e30.AAAA","enc":"CKM_RSA_AES_KEY_WRAP"})"},
        {"POST", "/rng", R"({"count":32})"},
    };
}

std::vector<RequestSeed> use_seeds() {
    return {
        {"POST", "/keys/ec//sign", digest},
        {"POST", "/keys/hmac/sign", R"({"alg":"HS256","value":"aGVsbG8"})"},
        {"POST", "/keys/rsa//sign", R"({"alg":"PS256","value":"A6cl3M1GWEwBpNYgMZJnYP1cFqpn0K_5UQTYYkTMmy4"})"},
        {"POST", "/keys/ec//verify",
         R"({"alg":"ES256","digest":"A6cl3M1GWEwBpNYgMZJnYP1cFqpn0K_5UQTYYkTMmy4","value":"AAAA"})"},
        {"POST", "/keys/rsa//encrypt", rsa_value},
        {"POST", "/keys/aes//encrypt", gcm_value},
        {"POST", "/keys/aes//encrypt", cbc_value},
        {"POST", "/keys/rsa//decrypt", rsa_value},
        {"POST", "/keys/aes//decrypt", gcm_opened},
        {"POST", "/keys/aes//decrypt", cbc_value},
        {"POST", "/keys/aes//wrapkey", wrapped},
        {"POST", "/keys/rsa//wrapkey", rsa_value},
        {"POST", "/keys/aes//unwrapkey", wrapped},
        {"POST", "/keys/rsa//unwrapkey", R"({"alg":"RSA1_5","value":"AAAA"})"},
    };
}

std::vector<RequestSeed> role_seeds() {
    const std::string role = R"({"properties":{"roleName":"mine","type":"CustomRole","description":"d",
        "permissions":[{"actions":[],"notActions":[],"dataActions":["Microsoft.KeyVault/managedHsm/keys/sign/action"],
        "notDataActions":[]}],"assignableScopes":["/"]}})";
    const std::string assignment = R"({"properties":{"roleDefinitionId":"Microsoft.KeyVault)" + definitions + "/" +
                                   crypto_user + R"(","principalId":"00000000-0000-4000-8000-00000000000e"}})";
    return {
        {"GET", definitions, "", "admin", "$filter=atScope()"},
        {"GET", definitions + "/" + crypto_user, "", "admin"},
        {"PUT", definitions + "/" + guid, role, "admin"},
        {"DELETE", definitions + "/" + guid, "", "admin"},
        {"GET", "/keys" + assignments, "", "admin", "$filter=principalId%20eq%20'" + guid + "'"},
        {"GET", assignments + "/" + guid, "", "admin"},
        {"PUT", "/keys/ec" + assignments + "/" + guid, assignment, "admin"},
        {"DELETE", "/keys/ec" + assignments + "/" + guid, "", "admin"},
    };
}

std::vector<RequestSeed> partition_seeds() {
    const std::string sas = std::string("{") + container + "}";
    const std::string restore = R"({"sasTokenParameters":)" + sas + R"(,"folderToRestore":"mhsm-lab-2026")" + "}";
    const std::string key_restore = R"({"sasTokenParameters":)" + sas + R"(,"folder":"mhsm-lab-2026"})";
    const std::string setting = "/settings/AllowKeyManagementOperationsThroughARM";
    return {
        {"POST", "/securitydomain/download", R"({"certificates":[{"x5c":["MIIB"]}],"required":2})", "admin"},
        {"GET", "/securitydomain/download/pending", "", "admin"},
        {"GET", "/securitydomain/upload", "", "admin"},
        {"POST", "/securitydomain/upload", R"({"value":"{}"})", "admin"},
        {"GET", "/securitydomain/upload/pending", "", "admin"},
        {"POST", "/backup", sas, "admin"},
        {"POST", "/prebackup", sas, "admin"},
        {"GET", "/backup/45aacd568ab049a2803861e8dd3ae21f/pending", "", "admin"},
        {"PUT", "/restore", restore, "admin"},
        {"PUT", "/prerestore", restore, "admin"},
        {"PUT", "/keys/ec/restore", key_restore, "admin"},
        {"GET", "/restore/45aacd568ab049a2803861e8dd3ae21f/pending", "", "admin"},
        {"GET", "/settings", "", "admin"},
        {"GET", setting, "", "admin"},
        {"PATCH", setting, R"({"value":"false"})", "admin"},
    };
}

// The body of an example is its one parameter that is an object.
std::string body_of_example(const std::string& name) {
    std::ifstream file(std::string(KVP11_EXAMPLES) + "/" + name + "-example.json");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const json::value example = json::parse(text);
    for (const auto& [parameter, value] : example.at("parameters").as_object()) {
        if (value.is_object()) return json::serialize(value);
    }
    throw std::runtime_error("the example " + name + " has no body");
}

std::vector<RequestSeed> example_seeds() {
    return {
        {"PUT", "/keys/put4", body_of_example("ImportKey")},
        {"POST", "/keys/new4//release", body_of_example("release")},
        {"POST", "/securitydomain/download", body_of_example("securitydomaindownloadpost"), "admin"},
        {"POST", "/securitydomain/upload", body_of_example("securitydomainuploadoperation"), "admin"},
        {"PUT", "/keys/ec/rotationpolicy", body_of_example("UpdateKeyRotationPolicy")},
        {"POST", "/keys/restore", body_of_example("RestoreKey")},
        {"POST", "/keys/rsa//unwrapkey", body_of_example("unwrapKey")},
    };
}

}  // namespace

std::vector<RequestSeed> request_seeds() {
    std::vector<RequestSeed> all;
    for (auto* chapter : {key_seeds, use_seeds, role_seeds, partition_seeds, example_seeds}) {
        for (RequestSeed& seed : chapter()) all.push_back(std::move(seed));
    }
    return all;
}

std::vector<RequestSeed> preparation() {
    return {
        {"POST", "/keys/ec/create", R"({"kty":"EC","crv":"P-256"})"},
        {"POST", "/keys/rsa/create", R"({"kty":"RSA","key_size":2048})"},
        {"POST", "/keys/aes/create", R"({"kty":"oct-HSM","key_size":256})"},
        {"PUT", "/keys/hmac", oct_import},
        {"POST", "/keys/gone/create", R"({"kty":"EC","crv":"P-256"})"},
        {"DELETE", "/keys/gone"},
    };
}

}  // namespace kvp11::fuzz
