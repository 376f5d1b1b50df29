// What we send: bodies of create, import and update.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"
#include "crypto/key_material.hpp"
#include "managed_hsm/wire.hpp"
#include "managed_hsm/wire_word.hpp"

namespace kvp11::managed_hsm {
namespace {

namespace json = boost::json;

constexpr std::uint32_t usual_exponent = 65537;

json::string_view word(std::string_view text) { return {text.data(), text.size()}; }

json::array words_of(KeyType type, KeyOps ops) {
    json::array words;
    for (const std::string_view one : operation_words(type, ops)) words.emplace_back(word(one));
    return words;
}

json::object tags_of(const Tags& tags) {
    json::object object;
    for (const auto& [name, value] : tags) object[name] = value;
    return object;
}

json::object policy_of(const ReleasePolicy& policy) {
    return {{"contentType", policy.content_type},
            {"data", crypto::base64url(policy.data)},
            {"immutable", policy.immutable}};
}

void add_properties(json::object& body, const NewKey& key, const Tags& tags) {
    json::object attributes{{"enabled", key.enabled}};
    if (key.not_before) attributes["nbf"] = *key.not_before;
    if (key.expires) attributes["exp"] = *key.expires;
    if (key.exportable) attributes["exportable"] = true;
    body["attributes"] = std::move(attributes);
    if (!tags.empty()) body["tags"] = tags_of(tags);
    if (key.release_policy) body["release_policy"] = policy_of(*key.release_policy);
}

json::object import_frame(const NewKey& key, const Tags& tags, bool software) {
    json::object body{{"Hsm", !software}};
    add_properties(body, key, tags);
    return body;
}

// --- JSON Web Keys with secrets: put together in one string that is wiped, and never reallocated on the way

void add_member(std::string& text, std::string_view name, ByteView bytes) {
    text.append(",\"").append(name).append("\":\"");
    crypto::append_base64url(text, bytes);
    text.push_back('"');
}

Result<void> add_rsa(std::string& text, const SecretMaterial& material) {
    const crypto::RsaComponents key = TRY(crypto::expose_rsa(material));
    add_member(text, "n", key.n);
    add_member(text, "e", key.e);
    const std::pair<std::string_view, const SecretBytes*> secrets[] = {{"d", &key.d}, {"dp", &key.dp}, {"dq", &key.dq},
                                                                       {"p", &key.p}, {"q", &key.q},   {"qi", &key.qi}};
    for (const auto& [name, value] : secrets) {
        if (!value->empty()) add_member(text, name, value->expose_bytes());
    }
    return {};
}

Result<void> add_ec(std::string& text, const SecretMaterial& material) {
    const auto half = TRY(crypto::PrivateHalf::parse(material));
    const PublicKey& key = half->public_key();
    const std::size_t size = curve_size(key.curve);
    const SecretBytes scalar = TRY(crypto::expose_ec_scalar(material));
    text.append(",\"crv\":\"").append(crv_word(key.curve)).push_back('"');
    add_member(text, "x", ByteView(key.point).subspan(1, size));
    add_member(text, "y", ByteView(key.point).subspan(1 + size));
    add_member(text, "d", scalar.expose_bytes());
    return {};
}

Result<void> add_material(std::string& text, KeyType type, const SecretMaterial& material) {
    if (type == KeyType::Rsa) return add_rsa(text, material);
    if (type == KeyType::Ec) return add_ec(text, material);
    add_member(text, "k", material.expose_bytes());
    return {};
}

std::string jwk_beginning(const NewKey& key, bool software) {
    const json::object jwk{{"kty", word(kty_word(key.spec.type, software))},
                           {"key_ops", words_of(key.spec.type, key.ops)}};
    std::string text = json::serialize(jwk);
    text.pop_back();
    return text;
}

}  // namespace

std::string create_body(const NewKey& key, const Tags& tags, bool software) {
    json::object body{{"kty", word(kty_word(key.spec.type, software))}, {"key_ops", words_of(key.spec.type, key.ops)}};
    if (key.spec.type == KeyType::Ec) {
        body["crv"] = word(crv_word(key.spec.curve));
    } else {
        body["key_size"] = key.spec.bits;
    }
    if (key.spec.type == KeyType::Rsa && key.spec.public_exponent != usual_exponent) {
        body["public_exponent"] = key.spec.public_exponent;
    }
    add_properties(body, key, tags);
    return json::serialize(body);
}

Result<SecretBytes> import_body(const NewKey& key, const Tags& tags, const SecretMaterial& material, bool software) {
    std::string rest = json::serialize(import_frame(key, tags, software));
    const std::string beginning = "{\"key\":" + jwk_beginning(key, software);
    rest[0] = ',';
    std::string text;
    // PKCS#8 has every number that a JWK has, so that this is more than enough.
    text.reserve(beginning.size() + rest.size() + 512 + 4 * material.size());
    text.append(beginning);
    const auto added = add_material(text, key.spec.type, material);
    if (added.ok()) text.append("}").append(rest);
    SecretBytes body = SecretBytes::copy_of(bytes_of(text));
    explicit_bzero(text.data(), text.size());
    if (!added.ok()) return fail(added.error());
    return body;
}

std::string byok_import_body(const NewKey& key, const Tags& tags, std::string_view blob) {
    json::object jwk{{"kty", word(kty_word(key.spec.type, false))},
                     {"key_ops", words_of(key.spec.type, key.ops)},
                     {"key_hsm", crypto::base64url(bytes_of(blob))}};
    if (key.spec.type == KeyType::Ec) jwk["crv"] = word(crv_word(key.spec.curve));
    json::object body = import_frame(key, tags, false);
    body["key"] = std::move(jwk);
    return json::serialize(body);
}

std::string transfer_blob(std::string_view kid, ByteView ciphertext) {
    return json::serialize(json::object{
        {"schema_version", "1.0.0"},
        {"header", json::object{{"kid", word(kid)}, {"alg", "dir"}, {"enc", "CKM_RSA_AES_KEY_WRAP"}}},
        {"ciphertext", crypto::base64url(ciphertext)},
        {"generator", "kvp11"},
    });
}

std::string update_body(KeyType type, const KeyUpdate& update) {
    json::object body;
    json::object attributes;
    if (update.enabled) attributes["enabled"] = *update.enabled;
    if (update.not_before && *update.not_before) attributes["nbf"] = **update.not_before;
    if (update.expires && *update.expires) attributes["exp"] = **update.expires;
    if (!attributes.empty()) body["attributes"] = std::move(attributes);
    if (update.ops) body["key_ops"] = words_of(type, *update.ops);
    if (update.tags) body["tags"] = tags_of(*update.tags);
    if (update.release_policy) body["release_policy"] = policy_of(*update.release_policy);
    return json::serialize(body);
}

std::string key_path(const KeyId& id, std::string_view operation) {
    constexpr std::string_view folder = "/keys/";
    std::string path;
    path.reserve(folder.size() + id.name.size() + id.version.size() + operation.size() + 2);
    path.append(folder).append(id.name);
    if (!id.version.empty()) path.append("/").append(id.version);
    if (!operation.empty()) path.append("/").append(operation);
    return path;
}

}  // namespace kvp11::managed_hsm
