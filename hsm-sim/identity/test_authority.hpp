// TestAuthority: an identity provider for development: what az, the Python and the JS clients call at login, and
// the managed-identity endpoints of a virtual machine (IMDS) and of App Service. Thread-safe.
//
// It signs tokens with an RSA key of its own, which is in its folder (signing-key.p8, mode 0600) so that tokens outlive
// a restart. The key is not encrypted: whoever can read it can be anybody, which is fine for development only. IMDS
// answers callers on this machine; App Service's endpoint asks for its header. Nobody logs in with a password here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/clock.hpp"
#include "http/message.hpp"
#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::identity {

/// Somebody who can log in. Any of the ways that are filled in will do.
struct Application {
    std::string name;                 // for people: "admin"
    std::string client_id;            // a GUID
    std::string object_id;            // a GUID: what roles are assigned to
    std::vector<std::string> groups;  // GUIDs: its tokens name them, so roles may be assigned to them as well
    std::string secret_sha256;        // hex of SHA-256 of the client secret; secrets are random, not chosen by people
    std::vector<std::string> certificates;  // PEM: client assertions signed by these are accepted
    std::string federated_issuer;           // with subject: tokens of this issuer are accepted…
    std::string federated_subject;          // …whose sub claim is this
    std::string federated_keys;             // path of a JWKS file of that issuer
    bool is_managed_identity = false;       // what IMDS and App Service endpoints give tokens for
};

struct AuthoritySettings {
    std::string folder;    // of its signing key
    std::string base_url;  // "https://localhost:8443": what issuer and endpoints begin with
    std::string tenant;    // a GUID
    std::vector<Application> applications;
    std::int64_t token_seconds = 3599;
    std::string identity_header;  // App Service: the X-IDENTITY-HEADER that is asked for; empty: it refuses everybody
    std::shared_ptr<const host::Clock> clock = host::system_clock();
};

class TestAuthority {
public:
    virtual ~TestAuthority() = default;
    /// ConfigurationInvalid with the application's name, FileUnreadable for the key. Makes folder and key at first.
    static Result<std::unique_ptr<TestAuthority>> open(AuthoritySettings settings);
    /// Whether this path (without query) is one of the authority's: login, discovery, ADFS form, /subscriptions,
    /// /metadata/…, /msi/….
    [[nodiscard]] virtual bool answers(std::string_view path) const noexcept = 0;
    /// Blocks for up to a millisecond (one RSA signature).
    [[nodiscard]] virtual http::Response answer(const http::Request& request) = 0;
    /// The issuer of its v2.0 tokens, and of its ADFS form.
    [[nodiscard]] virtual std::vector<std::string> issuers() const = 0;
    /// Its signing keys as a JWKS.
    [[nodiscard]] virtual std::string keys() const = 0;
};

}  // namespace kvp11::identity
