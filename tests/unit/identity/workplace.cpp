#include "workplace.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>

#include "identity/compact_jws.hpp"
#include "identity/jwk.hpp"

namespace kvp11::test {

namespace json = boost::json;

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-identity-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::string text_of_file(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

const json::object& token_vectors() {
    static const json::object vectors =
        json::parse(text_of_file(std::string(KVP11_VECTORS) + "/tokens/tokens.json")).as_object();
    return vectors;
}

std::string vector_text(const char* group, const char* name) {
    return std::string(token_vectors().at(group).as_object().at(name).as_string().c_str());
}

std::string vector_json(const char* name) { return json::serialize(token_vectors().at(name)); }

std::int64_t vector_time() { return token_vectors().at("now").as_int64(); }

std::shared_ptr<const crypto::PrivateHalf> rsa_key(std::size_t number) {
    static std::array<std::shared_ptr<const crypto::PrivateHalf>, 4> keys;
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    auto& key = keys.at(number);
    if (!key) key = crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048}).value();
    return key;
}

std::string jwks_of(std::initializer_list<std::pair<std::string, std::size_t>> keys) {
    json::array members;
    for (const auto& [kid, key] : keys) members.push_back(identity::jwk_of(rsa_key(key)->public_key(), kid, "sig"));
    return json::serialize(json::object{{"keys", members}});
}

json::object claims(const json::object& changes) {
    json::object claims = token_vectors().at("claims").as_object();
    for (const json::key_value_pair& change : changes) {
        claims.erase(change.key());
        if (!change.value().is_null()) claims[change.key()] = change.value();
    }
    return claims;
}

std::string signed_token(const json::object& claims, const std::string& kid, std::size_t key) {
    json::object header{{"typ", "JWT"}};
    if (!kid.empty()) header["kid"] = kid;
    return identity::sign_jws(*rsa_key(key), header, claims).value();
}

identity::ValidatorSettings validator_settings(std::string jwks, std::shared_ptr<const host::Clock> clock) {
    identity::ValidatorSettings settings;
    settings.issuers = {"https://localhost:8443/11111111-1111-4111-8111-111111111111/v2.0"};
    settings.audiences = {"https://managedhsm.localhost:8443"};
    settings.keys = [jwks = std::move(jwks)]() -> Result<std::string> { return jwks; };
    settings.clock = std::move(clock);
    settings.patience = std::chrono::minutes(10);  // tests wait for what they want to see
    return settings;
}

}  // namespace kvp11::test
