// AuthorityHandler: lets the test authorities answer, for logins and for attestation, on a thread of its own: a token
// costs an RSA signature.
//
// Threads: as http::Handler. Drops what has not begun when it goes.
#pragma once

#include <string_view>

#include "http/handler.hpp"
#include "identity/attestation_authority.hpp"
#include "identity/test_authority.hpp"
#include "rest/workers.hpp"
#include "server/log.hpp"
#include "server/request_metrics.hpp"

namespace kvp11::server {

class AuthorityHandler final : public http::Handler {
public:
    /// `attestation` may be null.
    AuthorityHandler(identity::TestAuthority& login, identity::AttestationAuthority* attestation,
                     RequestMetrics& metrics, const Log& log)
        : login_(login), attestation_(attestation), metrics_(metrics), log_(log), workers_(1) {}

    [[nodiscard]] bool answers(std::string_view path) const noexcept { return login_.answers(path) || attests(path); }
    void handle(http::Request request, http::Respond respond) override;
    [[nodiscard]] http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override;

private:
    [[nodiscard]] bool attests(std::string_view path) const noexcept {
        return attestation_ != nullptr && attestation_->answers(path);
    }
    void answer(const http::Request& request, const http::Respond& respond);

    identity::TestAuthority& login_;
    identity::AttestationAuthority* attestation_;
    RequestMetrics& metrics_;
    const Log& log_;
    rest::Workers workers_;
};

}  // namespace kvp11::server
