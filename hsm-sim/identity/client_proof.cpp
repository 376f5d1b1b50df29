#include "identity/client_proof.hpp"

#include <fstream>
#include <sstream>

#include "crypto/digest.hpp"
#include "identity/compact_jws.hpp"
#include "identity/guid.hpp"
#include "identity/jwk.hpp"
#include "identity/strict_json.hpp"
#include "identity/token_time.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;
using Refused = std::optional<Refusal>;

constexpr std::string_view jwt_bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
constexpr std::string_view token_exchange = "api://AzureADTokenExchange";
constexpr std::int64_t leeway = 300;
constexpr std::streamsize longest_keys_file = 1 << 20;

bool equal_digests(ByteView left, ByteView right) {
    return SecretBytes::copy_of(left).equals(SecretBytes::copy_of(right));
}

bool is_for(const json::object& claims, std::string_view audience) {
    if (equal_without_case(text_in(claims, "aud"), audience)) return true;
    const json::array* list = array_in(claims, "aud");
    if (!list) return false;
    for (const json::value& element : *list) {
        if (element.is_string() && equal_without_case(element.get_string(), audience)) return true;
    }
    return false;
}

std::string_view without_padding(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    return text;
}

/// Null when the header names none of the application's certificates. MSAL for Python pads x5t.
const AssertionKey* named_key(const Registration& client, const json::object& header) {
    for (const char* member : {"x5t#S256", "x5t", "kid"}) {
        const std::string_view name = without_padding(text_in(header, member));
        if (name.empty()) continue;
        for (const AssertionKey& key : client.assertion_keys) {
            for (const std::string& known : key.names) {
                if (name == known) return &key;
            }
        }
    }
    return nullptr;
}

Refused refusal_of_time(const json::object& claims, std::int64_t now) {
    const Result<TokenTime> time = token_time_of(claims);
    if (!time) return Refusal{Aadsts::AssertionMalformed, "The assertion " + time.error().message + "."};
    const Result<void> in_time = check_time(*time, now, leeway);
    if (!in_time) return Refusal{Aadsts::AssertionOutsideItsTime, "The assertion " + in_time.error().message + "."};
    return std::nullopt;
}

Refused refusal_of_signed(const Registration& client, const CompactJws& assertion, const ProofCheck& check) {
    const AssertionKey* key = named_key(client, assertion.header);
    if (!key) return Refusal{Aadsts::AssertionSignature, "The assertion names no certificate of the application."};
    if (!assertion.is_signed_by(*key->key)) {
        return Refusal{Aadsts::AssertionSignature, "The assertion's signature is not by the certificate it names."};
    }
    if (!equal_without_case(text_in(assertion.claims, "sub"), client.application.client_id)) {
        return Refusal{Aadsts::AssertionNotOfClient, "The assertion's iss and sub must both be the client_id."};
    }
    for (const std::string& audience : check.audiences) {
        if (is_for(assertion.claims, audience)) return refusal_of_time(assertion.claims, check.now);
    }
    return Refusal{Aadsts::AssertionAudience,
                   "The assertion is for " + quoted(text_in(assertion.claims, "aud")) + ", want the token endpoint."};
}

Result<KeySet> keys_in_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file || file.tellg() > longest_keys_file) return fail(Errc::FileUnreadable, "cannot read " + path);
    file.seekg(0);
    std::ostringstream text;
    text << file.rdbuf();
    return KeySet::parse(text.str());
}

/// The file is read each time: issuers of this kind change their keys, and logins are rare.
Refused refusal_of_federated(const Application& application, const CompactJws& assertion, const ProofCheck& check) {
    const std::string_view issuer = text_in(assertion.claims, "iss");
    if (application.federated_issuer.empty() || issuer != application.federated_issuer) {
        return Refusal{Aadsts::FederatedIssuer,
                       "The application trusts no tokens of the issuer " + quoted(issuer) + "."};
    }
    const Result<KeySet> keys = keys_in_file(application.federated_keys);
    if (!keys) return Refusal{Aadsts::AssertionSignature, "The issuer's keys: " + keys.error().message + "."};
    const auto key = keys->find(text_in(assertion.header, "kid"));
    if (!key || assertion.algorithm() != JwsAlgorithm::Rs256 || !assertion.is_signed_by(*key)) {
        return Refusal{Aadsts::AssertionSignature, "The token is not signed with RS256 by a key of its issuer."};
    }
    const std::string_view subject = text_in(assertion.claims, "sub");
    if (subject != application.federated_subject) {
        return Refusal{Aadsts::FederatedSubject, "The application trusts no tokens of " + quoted(subject) + "."};
    }
    if (!is_for(assertion.claims, token_exchange)) {
        return Refusal{Aadsts::FederatedAudience, "The token is for " + quoted(text_in(assertion.claims, "aud")) +
                                                      ", want " + quoted(token_exchange) + "."};
    }
    return refusal_of_time(assertion.claims, check.now);
}

Refused refusal_of_assertion(const Registration& client, const Form& form, const ProofCheck& check) {
    if (form.find("client_assertion_type") != jwt_bearer) {
        return Refusal{Aadsts::ParameterMissing,
                       "A client_assertion needs the client_assertion_type " + std::string(jwt_bearer) + "."};
    }
    const std::string_view text = form.find("client_assertion");
    const Result<CompactJws> assertion = CompactJws::parse(text);
    if (!assertion) return Refusal{Aadsts::AssertionMalformed, "The assertion is " + assertion.error().message + "."};
    if (equal_without_case(text_in(assertion->claims, "iss"), client.application.client_id)) {
        return refusal_of_signed(client, *assertion, check);
    }
    return refusal_of_federated(client.application, *assertion, check);
}

}  // namespace

bool equal_secrets(std::string_view left, std::string_view right) {
    return equal_digests(crypto::hash(Digest::Sha256, bytes_of(left)), crypto::hash(Digest::Sha256, bytes_of(right)));
}

Refused refusal_of_proof(const Registration& client, const Form& form, const ProofCheck& check) {
    const std::string_view secret = form.find("client_secret");
    if (!secret.empty()) {
        const Bytes digest = crypto::hash(Digest::Sha256, bytes_of(secret));
        if (equal_digests(digest, client.secret_digest)) return std::nullopt;
        return Refusal{Aadsts::ClientSecretWrong,
                       "The client_secret is not that of the application '" + client.application.name + "'."};
    }
    if (!form.find("client_assertion").empty()) return refusal_of_assertion(client, form, check);
    return Refusal{Aadsts::ProofMissing, "The request needs a client_secret or a client_assertion."};
}

}  // namespace kvp11::identity
