#include "identity/jwk.hpp"

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "identity/base64.hpp"
#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t shortest_modulus = 256;
constexpr std::size_t longest_modulus = 1024;
constexpr std::size_t longest_exponent = 8;
constexpr std::size_t most_keys = 100;

Failure invalid(const char* why) { return fail(Errc::DataInvalid, why); }

Bytes number(Bytes big_endian) {
    std::size_t zeros = 0;
    while (zeros < big_endian.size() && big_endian[zeros] == 0) ++zeros;
    big_endian.erase(big_endian.begin(), big_endian.begin() + static_cast<std::ptrdiff_t>(zeros));
    return big_endian;
}

Result<PublicKey> checked(PublicKey key) {
    if (key.type != KeyType::Rsa) return invalid("a JWK that is no RSA key");
    if (key.n.size() < shortest_modulus || key.n.size() > longest_modulus) {
        return invalid("an RSA key of less than 2048 or more than 8192 bits");
    }
    const bool odd = !key.e.empty() && key.e.size() <= longest_exponent && (key.e.back() & 1U) != 0;
    if (!odd || (key.e.size() == 1 && key.e[0] == 1)) return invalid("an RSA key whose exponent cannot be used");
    return key;
}

Result<PublicKey> key_of_numbers(const json::object& jwk) {
    PublicKey key;
    key.n = number(TRY(crypto::from_base64url(text_in(jwk, "n"))));
    key.e = number(TRY(crypto::from_base64url(text_in(jwk, "e"))));
    return checked(std::move(key));
}

Result<PublicKey> key_of_certificate(const json::array& chain) {
    if (chain.empty() || !chain.front().is_string()) return invalid("an x5c without a certificate");
    const json::string& first = chain.front().get_string();
    const Bytes der = TRY(from_base64({first.data(), first.size()}));
    const Result<crypto::Certificate> certificate = crypto::parse_certificate(der);
    if (!certificate) return invalid("an x5c whose first member is no certificate");
    return checked(certificate->key);
}

bool is_for_signatures(const json::object& jwk) {
    const std::string_view use = text_in(jwk, "use");
    const std::string_view algorithm = text_in(jwk, "alg");
    return (use.empty() || use == "sig") && (algorithm.empty() || algorithm == "RS256");
}

std::string_view id_of(const json::object& jwk) {
    const std::string_view kid = text_in(jwk, "kid");
    return kid.empty() ? text_in(jwk, "x5t") : kid;
}

}  // namespace

Result<PublicKey> public_key_of(const json::object& jwk) {
    if (text_in(jwk, "kty") != "RSA") return invalid("a JWK that is no RSA key");
    if (jwk.contains("d") || jwk.contains("p")) return invalid("a JWK with a private key in it");
    const json::array* chain = array_in(jwk, "x5c");
    if (!jwk.contains("n")) {
        if (!chain) return invalid("a JWK with neither n and e nor x5c");
        return key_of_certificate(*chain);
    }
    const PublicKey key = TRY(key_of_numbers(jwk));
    if (chain && TRY(key_of_certificate(*chain)) != key) return invalid("a JWK whose certificate is of another key");
    return key;
}

json::object jwk_of(const PublicKey& key, std::string_view kid, std::string_view use) {
    return {{"kty", "RSA"},
            {"use", json::string_view(use.data(), use.size())},
            {"kid", json::string_view(kid.data(), kid.size())},
            {"n", crypto::base64url(key.n)},
            {"e", crypto::base64url(key.e)}};
}

std::string thumbprint_of(const PublicKey& key) {
    const std::string members =
        R"({"e":")" + crypto::base64url(key.e) + R"(","kty":"RSA","n":")" + crypto::base64url(key.n) + "\"}";
    return crypto::base64url(crypto::hash(Digest::Sha256, bytes_of(members)));
}

Result<KeySet> KeySet::parse(std::string_view jwks) {
    const Result<json::object> set = parse_object(jwks);
    if (!set) return fail(Errc::ConfigurationInvalid, "the signing keys are " + set.error().message);
    KeySet keys;
    if (const json::array* members = array_in(*set, "keys")) {
        for (const json::value& member : *members) {
            const json::object* jwk = member.if_object();
            if (!jwk || !is_for_signatures(*jwk) || keys.keys_.size() == most_keys) continue;
            const Result<PublicKey> key = public_key_of(*jwk);
            if (!key) continue;
            auto parsed = crypto::PublicHalf::parse(*key);
            if (parsed) keys.keys_.try_emplace(std::string(id_of(*jwk)), *std::move(parsed));
        }
    }
    if (keys.keys_.empty())
        return fail(Errc::ConfigurationInvalid, "the signing keys hold no RSA key that can be used");
    return keys;
}

std::shared_ptr<const crypto::PublicHalf> KeySet::find(std::string_view kid) const {
    if (kid.empty()) return keys_.size() == 1 ? keys_.begin()->second : nullptr;
    const auto found = keys_.find(kid);
    return found == keys_.end() ? nullptr : found->second;
}

bool KeySet::keeps(const KeySet& older) const {
    for (const auto& [kid, key] : older.keys_) {
        const auto found = keys_.find(kid);
        if (found == keys_.end() || found->second->value() != key->value()) return false;
    }
    return true;
}

}  // namespace kvp11::identity
