// AttestationAuthority: a test attestation service in the manner of Microsoft Azure Attestation, so that secure key
// release can be tried. Thread-safe.
//
// It believes whatever it is told: it vouches for nothing and must be trusted by no partition with real keys. Its key
// is in its folder (attestation-key.p8, mode 0600, not encrypted).
//
//   POST /attest/kvp11            {"claims":{…},"keys":[{"kty":"RSA","kid":…,"n":…,"e":…}]} → {"token":"…"}
//   GET  /generate-test-token     a token with the claim "sdk-test": true, for the authority's own key, as the tests of
//                                 Azure's SDKs ask for it → {"token":"…"}
//   GET  /certs                   the signing key as a JWKS with n, e and x5c
//   GET  /.well-known/openid-configuration
//
// A token is a RS256 JWT: iss is the authority's URL, jku its /certs, and x-ms-runtime.keys the keys of the request.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/clock.hpp"
#include "http/message.hpp"
#include "kvp11/result.hpp"

namespace kvp11::identity {

struct AttestationSettings {
    std::string folder;    // of its key
    std::string base_url;  // "https://localhost:8443": the issuer, without a slash at its end
    std::int64_t token_seconds = 8 * 3600;
    std::shared_ptr<const host::Clock> clock = host::system_clock();
};

class AttestationAuthority {
public:
    virtual ~AttestationAuthority() = default;
    /// ConfigurationInvalid, FileUnreadable for the key. Makes folder and key at first.
    static Result<std::unique_ptr<AttestationAuthority>> open(AttestationSettings settings);
    /// Whether this path (without query) is one of the authority's.
    [[nodiscard]] virtual bool answers(std::string_view path) const noexcept = 0;
    /// Blocks for up to a millisecond (one RSA signature).
    [[nodiscard]] virtual http::Response answer(const http::Request& request) = 0;
    /// The body of POST /attest/kvp11, without HTTP. DataInvalid with a plain sentence.
    [[nodiscard]] virtual Result<std::string> attest(std::string_view request) = 0;
    [[nodiscard]] virtual std::string issuer() const = 0;
    [[nodiscard]] virtual std::string keys() const = 0;
};

}  // namespace kvp11::identity
