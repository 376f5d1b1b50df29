#include "rest/wire_certificate.hpp"

#include <algorithm>

#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

// x5c is the one member in standard base64 (RFC 7517, 4.7).
std::string standard_base64(ByteView bytes) {
    std::string text = crypto::base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

Result<Bytes> from_standard_base64(std::string_view text) {
    std::string plain(text);
    while (plain.ends_with('=')) plain.pop_back();
    std::replace(plain.begin(), plain.end(), '+', '-');
    std::replace(plain.begin(), plain.end(), '/', '_');
    return crypto::from_base64url(plain);
}

Bytes without_leading_zeros(const Bytes& number) {
    return {std::find_if(number.begin(), number.end(), [](std::uint8_t byte) { return byte != 0; }), number.end()};
}

Result<crypto::Certificate> first_of_chain(const json::object& jwk, const std::string& which) {
    const json::array* chain = TRY(optional_array(jwk, "x5c"));
    if (!chain || chain->empty() || !chain->front().is_string()) {
        return fail(Errc::ArgumentsBad, which + " has no x5c with a certificate");
    }
    const Result<Bytes> der = from_standard_base64(std::string_view(chain->front().get_string()));
    if (!der.ok()) return fail(Errc::ArgumentsBad, which + ": x5c is not base64");
    Result<crypto::Certificate> certificate = crypto::parse_certificate(*der);
    if (!certificate.ok()) return fail(Errc::ArgumentsBad, which + ": x5c holds no X.509 certificate in DER");
    return certificate;
}

}  // namespace

Result<crypto::Certificate> certificate_of(const json::value& value, const std::string& which) {
    if (!value.is_object()) return fail(Errc::ArgumentsBad, which + " is not a JSON Web Key");
    const json::object& jwk = value.get_object();
    if (const auto kty = TRY(optional_text(jwk, "kty")); kty && *kty != "RSA") {
        return fail(Errc::ArgumentsBad, which + " has the key type '" + std::string(*kty) + "', want RSA");
    }
    crypto::Certificate certificate = TRY(first_of_chain(jwk, which));
    if (certificate.key.type != KeyType::Rsa) return fail(Errc::ArgumentsBad, which + " holds no RSA key");
    struct Claim {
        std::string_view name;
        const Bytes& known;
    };
    for (const Claim& claim :
         {Claim{"n", certificate.key.n}, Claim{"e", certificate.key.e}, Claim{"x5t", certificate.sha1_thumbprint},
          Claim{"x5t#S256", certificate.sha256_thumbprint}}) {
        const auto said = TRY(optional_binary(jwk, claim.name));
        if (!said) continue;
        if (without_leading_zeros(*said) == without_leading_zeros(claim.known)) continue;
        return fail(Errc::ArgumentsBad, which + ": '" + std::string(claim.name) + "' is not that of its x5c");
    }
    return certificate;
}

json::value wire_of(const crypto::Certificate& certificate) {
    return {{"kty", "RSA"},
            {"kid", "not used"},
            {"alg", "RSA-OAEP-256"},
            {"key_ops", json::array({"wrapKey", "verify", "encrypt"})},
            {"n", crypto::base64url(certificate.key.n)},
            {"e", crypto::base64url(certificate.key.e)},
            {"x5c", json::array({standard_base64(certificate.der)})},
            {"x5t", crypto::base64url(certificate.sha1_thumbprint)},
            {"x5t#S256", crypto::base64url(certificate.sha256_thumbprint)}};
}

}  // namespace kvp11::rest
