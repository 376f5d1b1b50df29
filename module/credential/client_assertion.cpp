#include "credential/client_assertion.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "credential/secret_file.hpp"
#include "credential/wiped_text.hpp"
#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/random.hpp"

namespace kvp11::credential {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_file = 256U << 10U;
constexpr std::int64_t life = 600;
constexpr std::size_t salt_size = 32;  // RFC 7518 §3.5

Failure unreadable(const std::string& path, const std::string& why) {
    return fail(Errc::FileUnreadable, "cannot use the client certificate " + path + ": " + why);
}

/// The text of PEM blocks whose label ends with `label`, one after the other.
std::vector<std::string_view> blocks_of(std::string_view pem, std::string_view label) {
    std::vector<std::string_view> blocks;
    const std::string line_end = std::string(label) + "-----";
    constexpr std::string_view begin = "-----BEGIN ";
    constexpr std::string_view end = "-----END ";
    for (std::size_t at = pem.find(begin); at != std::string_view::npos; at = pem.find(begin, at + 1)) {
        const std::string_view first_line = pem.substr(at, pem.find('\n', at) - at);
        const std::size_t last = pem.find(end, at);
        if (last == std::string_view::npos) break;
        const std::size_t stop = std::min(pem.find('\n', last), pem.size());
        if (trimmed(first_line).ends_with(line_end)) blocks.push_back(pem.substr(at, stop - at));
    }
    return blocks;
}

/// base64 with padding (RFC 4648 §4), as x5c wants it.
std::string base64(ByteView bytes) {
    std::string text = crypto::base64url(bytes);
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

json::object header_of(const ClientCertificate& certificate, bool with_chain) {
    json::object header{
        {"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", crypto::base64url(certificate.chain.front().sha256_thumbprint)}};
    if (!with_chain) return header;
    json::array chain;
    for (const crypto::Certificate& one : certificate.chain) chain.emplace_back(base64(one.der));
    header["x5c"] = std::move(chain);
    return header;
}

Result<json::object> body_of(const AssertionClaims& claims) {
    std::array<std::uint8_t, 16> id{};
    TRY(crypto::random_bytes(id));
    return json::object{{"aud", claims.audience},       {"iss", claims.client_id}, {"sub", claims.client_id},
                        {"jti", crypto::base64url(id)}, {"nbf", claims.now},       {"iat", claims.now},
                        {"exp", claims.now + life}};
}

}  // namespace

std::string ClientCertificate::thumbprint() const {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const std::uint8_t byte : chain.front().sha1_thumbprint) {
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

Result<ClientCertificate> read_client_certificate(const std::string& path, const SecretBytes& password) {
    const SecretBytes content = TRY(read_secret_file(path, longest_file));
    const std::string_view text = text_of(content.expose_bytes());
    const std::vector<std::string_view> keys = blocks_of(text, "PRIVATE KEY");
    const std::vector<std::string_view> certificates = blocks_of(text, "CERTIFICATE");
    if (keys.empty() || certificates.empty()) {
        return unreadable(path, std::string("it has no PEM ") + (keys.empty() ? "private key" : "certificate") +
                                    " (a .pfx file is made PEM by: openssl pkcs12 -in x.pfx -out x.pem -nodes)");
    }
    ClientCertificate result;
    const auto key = crypto::parse_private_key_pem(SecretBytes::copy_of(bytes_of(keys.front())), password);
    if (!key) return unreadable(path, key.error().message);
    result.key = *key;
    if (result.key->spec().type != KeyType::Rsa) return unreadable(path, "its key is no RSA key");
    for (const std::string_view one : certificates) {
        Result<crypto::Certificate> certificate = crypto::parse_certificate(bytes_of(one));
        if (!certificate) return unreadable(path, certificate.error().message);
        const bool is_own = certificate->key == result.key->public_key();
        result.chain.insert(is_own ? result.chain.begin() : result.chain.end(), *std::move(certificate));
    }
    if (!(result.chain.front().key == result.key->public_key())) {
        return unreadable(path, "none of its certificates is of its private key");
    }
    return result;
}

Result<SecretBytes> sign_assertion(const ClientCertificate& certificate, const AssertionClaims& claims) {
    const json::object body = TRY(body_of(claims));
    std::string text = crypto::base64url(bytes_of(json::serialize(header_of(certificate, claims.with_chain)))) + "." +
                       crypto::base64url(bytes_of(json::serialize(body)));
    const SignatureAlgorithm algorithm{.scheme = SignatureScheme::RsaPss, .salt_length = salt_size};
    const std::unique_ptr<Signer> signer = TRY(certificate.key->signer(algorithm));
    Bytes signature(signer->size());
    signature.resize(TRY(signer->sign(crypto::hash(Digest::Sha256, bytes_of(text)), signature)));
    // Who has the whole of it can log in with it for ten minutes.
    WipedText whole;
    whole.append(text);
    whole.append(".");
    whole.append(crypto::base64url(signature));
    return SecretBytes::copy_of(bytes_of(whole.expose_text()));
}

}  // namespace kvp11::credential
