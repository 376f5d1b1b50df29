// The requests of the OpenAPI documents' own examples are answered with the status that they document.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "key_case.hpp"

using namespace kvp11::test;
namespace json = boost::json;

namespace {

struct Example {
    const char* file;
    const char* method;
    const char* path;  // {k}: the key's name, {v}: a version of it that is there
    const char* body;  // the parameter that is the body; empty: none
};
constexpr Example examples[] = {
    {"CreateKey", "POST", "/keys/{k}/create", "parameters"},
    {"GetKey", "GET", "/keys/{k}/{v}", ""},
    {"GetKeys", "GET", "/keys", ""},
    {"GetKeyVersions", "GET", "/keys/{k}/versions", ""},
    {"ImportKey", "PUT", "/keys/{k}", "parameters"},
    {"UpdateKey", "PATCH", "/keys/{k}/{v}", "parameters"},
    {"DeleteKey", "DELETE", "/keys/{k}", ""},
    {"GetDeletedKey", "GET", "/deletedkeys/{k}", ""},
    {"GetDeletedKeys", "GET", "/deletedkeys", ""},
    {"RecoverDeletedKey", "POST", "/deletedkeys/{k}/recover", ""},
    {"PurgeDeletedKey", "DELETE", "/deletedkeys/{k}", ""},
    {"BackupKey", "POST", "/keys/{k}/backup", ""},
    {"RotateKey", "POST", "/keys/{k}/rotate", ""},
    {"GetKeyRotationPolicy", "GET", "/keys/{k}/rotationpolicy", ""},
    {"encrypt", "POST", "/keys/{k}/{v}/encrypt", "parameters"},
    {"sign", "POST", "/keys/{k}/{v}/sign", "parameters"},
    {"verify", "POST", "/keys/{k}/{v}/verify", "parameters"},
    {"wrapKey", "POST", "/keys/{k}/{v}/wrapkey", "parameters"},
};

std::filesystem::path folder() { return std::filesystem::path(KVP11_VECTORS) / "openapi"; }

json::value read(const std::filesystem::path& file) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    return json::parse(text.str());
}

std::string filled(std::string path, const std::string& name, const std::string& version) {
    for (const auto& [mark, value] : {std::pair("{k}", name), std::pair("{v}", version)}) {
        const std::size_t at = path.find(mark);
        if (at != std::string::npos) path.replace(at, 3, value);
    }
    return path;
}

// What the example takes for granted of the key that it names.
std::string prepared(ServiceCase& hsm, const Example& example, const std::string& name) {
    const std::string file = example.file;
    if (name.empty() || file == "CreateKey" || file == "ImportKey") return "";
    const std::string version = version_of(make_key(hsm, name, R"({"kty":"RSA"})"));
    if (file == "RotateKey") {
        hsm.ask({.method = "PUT", .target = "/keys/" + name + "/rotationpolicy", .body = "{}"});
    }
    if (file.find("Deleted") != std::string::npos) hsm.ask({.method = "DELETE", .target = "/keys/" + name});
    return version;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(key_examples)

// Not here: release, restore, decrypt and unwrapKey hold what other HSMs and attestation services made, and the
// rotation policy of UpdateKeyRotationPolicy notifies, which a Managed HSM does not. The values of $skiptoken are
// the vault's, too.
BOOST_AUTO_TEST_CASE(each_example_gets_its_documented_status) {
    unsigned asked = 0;
    for (const char* version : {"7.2", "7.4"}) {
        for (const Example& example : examples) {
            const auto file = folder() / version / "examples" / (std::string(example.file) + "-example.json");
            if (!std::filesystem::exists(file)) continue;
            ServiceCase hsm;
            const json::value document = read(file);
            const json::object& parameters = document.at("parameters").as_object();
            const std::string name =
                parameters.contains("key-name") ? std::string(parameters.at("key-name").as_string()) : "";
            const std::string made = prepared(hsm, example, name);
            const std::string target = filled(example.path, name, made) + "?api-version=" + version;
            const std::string body = *example.body ? json::serialize(parameters.at(example.body)) : "";
            const bool is_deleted = target.starts_with("/deletedkeys");
            const Answer answer = hsm.ask(
                {.method = example.method, .target = target, .body = body, .token = is_deleted ? "officer" : "user"});
            const std::string wanted(document.at("responses").as_object().begin()->key());
            BOOST_TEST(std::to_string(answer.status) == wanted, version << " " << example.file << " " << answer.text);
            ++asked;
        }
    }
    BOOST_TEST(asked >= std::size(examples));
}

BOOST_AUTO_TEST_SUITE_END()
