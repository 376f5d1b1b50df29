#include "partition/transfer_blob.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/jose.hpp"
#include "partition/key_names.hpp"

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_blob = 1 << 20;
constexpr std::size_t version_size = 32;
constexpr const char* schema_version = "1.0.0";
constexpr const char* header_algorithm = "dir";
constexpr const char* header_encryption = "CKM_RSA_AES_KEY_WRAP";
constexpr const char* our_generator = "kvp11";

Failure invalid(const std::string& why) {
    return fail(Errc::WrappedKeyInvalid, "the key-transfer blob cannot be used: " + why);
}

bool is_version(std::string_view text) {
    return text.size() == version_size && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

std::optional<KeyId> key_id_in(std::string_view kid) {
    constexpr std::string_view folder = "/keys/";
    const std::size_t at = kid.rfind(folder);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view path = kid.substr(at + folder.size());
    const std::size_t slash = path.find('/');
    KeyId id{std::string(path.substr(0, slash)), {}};
    if (slash != std::string_view::npos) id.version = path.substr(slash + 1);
    const bool has_version = slash != std::string_view::npos;
    if (!is_legal_name(id.name) || (has_version && !is_version(id.version))) return std::nullopt;
    return id;
}

std::string text_at(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

Result<json::object> parse_object(const std::string& text) {
    if (text.size() > largest_blob) return invalid("it is larger than any");
    json::parse_options limits;
    limits.max_depth = 8;
    boost::system::error_code problem;
    json::value value = json::parse(text, problem, {}, limits);
    if (problem || !value.is_object()) return invalid("it is no JSON object");
    return std::move(value.get_object());
}

}  // namespace

WrapAlgorithm transfer_wrapping() {
    WrapAlgorithm algorithm{};
    algorithm.scheme = WrapScheme::RsaAesKeyWrap;
    algorithm.digest = Digest::Sha1;
    algorithm.mgf_digest = Digest::Sha1;
    algorithm.aes_bits = 256;
    return algorithm;
}

Result<TransferBlob> parse_transfer_blob(const std::string& text) {
    const json::object blob = TRY(parse_object(text));
    if (text_at(blob, "schema_version") != schema_version) {
        return invalid("got the schema_version '" + text_at(blob, "schema_version") + "', want 1.0.0");
    }
    const json::value* header_value = blob.if_contains("header");
    const json::object* header = header_value ? header_value->if_object() : nullptr;
    if (!header) return invalid("it has no header");
    if (text_at(*header, "alg") != header_algorithm || text_at(*header, "enc") != header_encryption) {
        return invalid("its header is of another alg or enc than dir and CKM_RSA_AES_KEY_WRAP");
    }
    const std::optional<KeyId> exchange_key = key_id_in(text_at(*header, "kid"));
    if (!exchange_key) return invalid("its kid does not end in /keys/NAME or /keys/NAME/VERSION");
    Result<Bytes> wrapped = crypto::from_base64url(text_at(blob, "ciphertext"));
    if (!wrapped.ok() || wrapped->empty()) return invalid("its ciphertext is missing or not base64url");
    return TransferBlob{*exchange_key, text_at(blob, "generator"), std::move(*wrapped)};
}

Result<std::string> make_transfer_blob(const PublicKey& exchange_key, const std::string& kid,
                                       const SecretMaterial& material) {
    if (!key_id_in(kid)) {
        return fail(Errc::ArgumentsBad, "got the kid '" + kid + "', want one that ends in /keys/NAME/VERSION");
    }
    const auto half = TRY(crypto::PublicHalf::parse(exchange_key));
    const Bytes wrapped = TRY(half->wrap(transfer_wrapping(), material));
    return json::serialize(json::object{
        {"schema_version", schema_version},
        {"header", json::object{{"kid", kid}, {"alg", header_algorithm}, {"enc", header_encryption}}},
        {"ciphertext", crypto::base64url(wrapped)},
        {"generator", our_generator},
    });
}

}  // namespace kvp11::partition
