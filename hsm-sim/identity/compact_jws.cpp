#include "identity/compact_jws.hpp"

#include <array>

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t salt_size = 32;  // RFC 7518 §3.5

SignatureAlgorithm signature_algorithm(JwsAlgorithm algorithm) {
    if (algorithm == JwsAlgorithm::Rs256) return {.scheme = SignatureScheme::RsaPkcs1};
    return {.scheme = SignatureScheme::RsaPss, .salt_length = salt_size};
}

Failure invalid(const std::string& why) { return fail(Errc::DataInvalid, why); }

Result<json::object> object_of(std::string_view part, const char* name, std::string& text) {
    const Result<Bytes> bytes = crypto::from_base64url(part);
    if (!bytes) return invalid(std::string("not valid: its ") + name + " is no base64url");
    text = text_of(*bytes);
    Result<json::object> object = parse_object(text);
    if (!object) return invalid(std::string("not valid: its ") + name + " is " + object.error().message);
    return object;
}

}  // namespace

Result<CompactJws> CompactJws::parse(std::string_view text, std::size_t longest) {
    if (text.size() > longest) return invalid("longer than " + std::to_string(longest / 1024) + " KiB");
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
        return invalid("no JWT of three parts");
    }
    CompactJws jws;
    std::string header_text;
    jws.header = TRY(object_of(text.substr(0, first), "header", header_text));
    jws.claims = TRY(object_of(text.substr(first + 1, second - first - 1), "payload", jws.claims_text));
    // RFC 7515 §4.1.11: what is said to be critical must be understood, and nothing is here.
    if (jws.header.contains("crit")) return invalid("not valid: its header asks for extensions");
    jws.signed_part = text.substr(0, second);
    Result<Bytes> signature = crypto::from_base64url(text.substr(second + 1));
    if (!signature) return invalid("not valid: its signature is no base64url");
    jws.signature = *std::move(signature);
    return jws;
}

std::optional<JwsAlgorithm> CompactJws::algorithm() const noexcept {
    const std::string_view name = text_in(header, "alg");
    if (name == "RS256") return JwsAlgorithm::Rs256;
    if (name == "PS256") return JwsAlgorithm::Ps256;
    return std::nullopt;
}

bool CompactJws::is_signed_by(const crypto::PublicHalf& key) const {
    const std::optional<JwsAlgorithm> known = algorithm();
    if (!known) return false;
    const Result<std::unique_ptr<Verifier>> verifier = key.verifier(signature_algorithm(*known));
    if (!verifier) return false;
    return (*verifier)->verify(crypto::hash(Digest::Sha256, bytes_of(signed_part)), signature).ok();
}

Result<std::string> sign_jws(const crypto::PrivateHalf& key, json::object header, const json::object& claims) {
    header["alg"] = "RS256";
    std::string text = crypto::base64url(bytes_of(json::serialize(header))) + "." +
                       crypto::base64url(bytes_of(json::serialize(claims)));
    const std::unique_ptr<Signer> signer = TRY(key.signer(signature_algorithm(JwsAlgorithm::Rs256)));
    Bytes signature(signer->size());
    signature.resize(TRY(signer->sign(crypto::hash(Digest::Sha256, bytes_of(text)), signature)));
    return text + "." + crypto::base64url(signature);
}

}  // namespace kvp11::identity
