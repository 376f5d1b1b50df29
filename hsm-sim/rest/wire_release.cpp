#include "rest/wire_release.hpp"

#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

constexpr const char* schema_version = "1.0";

// Outside the HSM it is no HSM key any more: "RSA", not "RSA-HSM".
std::string plain_kty(const json::value& kty) {
    std::string word(kty.as_string());
    return word.substr(0, word.find('-'));
}

std::string wrapped_text(const ReleaseRequest& request, const ReleasedKey& released, const std::string& recipient_id) {
    const json::object wrapped{
        {"ciphertext", crypto::base64url(released.ciphertext)},
        {"header", json::object{{"alg", "dir"}, {"enc", request.enc}, {"kid", recipient_id}}},
        {"schema_version", schema_version},
    };
    return crypto::base64url(bytes_of(wire_text(wrapped)));
}

}  // namespace

json::object release_payload(const Exchange& exchange, const KeyScene& scene, const ReleaseRequest& request,
                             const ReleasedKey& released, const std::string& recipient_id) {
    json::object key = key_bundle(scene, *released.record);
    json::object& jwk = key["key"].as_object();
    jwk["kty"] = plain_kty(jwk["kty"]);
    jwk["key_hsm"] = wrapped_text(request, released, recipient_id);
    json::object asked{{"api-version", exchange.version_name()}, {"enc", request.enc}, {"kid", request.kid}};
    if (!request.nonce.empty()) asked["nonce"] = request.nonce;
    return {{"request", std::move(asked)}, {"response", json::object{{"key", std::move(key)}}}};
}

}  // namespace kvp11::rest
