#include "rest/wire_operation.hpp"

#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t around_values = 96;

void add_bytes(std::string& body, std::string_view name, ByteView bytes) {
    body.append(",\"").append(name).append("\":\"");
    crypto::append_base64url(body, bytes);
    body.push_back('"');
}

void add_kid(std::string& body, std::string_view base_url, const KeyId& id) {
    body.append(",\"kid\":\"").append(base_url).append("/keys/").append(id.name).append("/").append(id.version);
    body.push_back('"');
}

std::string begun(std::string_view base_url, const KeyId& id, std::size_t binary) {
    std::string body;
    body.reserve(around_values + base_url.size() + id.name.size() + id.version.size() + (binary + 3) * 4 / 3);
    return body;
}

}  // namespace

Reply operation_reply(std::string_view base_url, const KeyId& id, std::string_view algorithm,
                      const ResultBytes& result) {
    const std::size_t binary = result.value.size() + result.iv.size() + result.tag.size() + result.aad.size();
    std::string body = begun(base_url, id, binary);
    body.push_back('{');
    if (!result.aad.empty()) {
        body.append("\"aad\":\"");
        crypto::append_base64url(body, result.aad);
        body.append("\",");
    }
    body.append("\"alg\":\"").append(algorithm).append("\"");
    if (!result.iv.empty()) add_bytes(body, "iv", result.iv);
    add_kid(body, base_url, id);
    if (!result.tag.empty()) add_bytes(body, "tag", result.tag);
    add_bytes(body, "value", result.value);
    body.push_back('}');
    return {200, std::move(body)};
}

Reply verification_reply(bool is_valid) { return {200, is_valid ? "{\"value\":true}" : "{\"value\":false}"}; }

}  // namespace kvp11::rest
