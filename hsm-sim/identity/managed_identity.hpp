// ManagedIdentity: the token endpoints of a virtual machine (IMDS) and of App Service. Immutable, thread-safe.
//
// Whoever reaches IMDS gets tokens, so it answers callers on the same machine only, as that of a virtual machine does;
// App Service's is guarded by its X-IDENTITY-HEADER.
#pragma once

#include <string>

#include "http/message.hpp"
#include "identity/access_token.hpp"
#include "identity/entra_refusal.hpp"
#include "identity/form.hpp"
#include "identity/registration.hpp"

namespace kvp11::identity {

class ManagedIdentity {
public:
    /// All but the last outlive it. Without an `identity_header`, App Service's endpoint refuses everybody.
    ManagedIdentity(const Registrations& registrations, const AccessTokens& tokens, std::string issuer,
                    std::string identity_header);

    [[nodiscard]] http::Response answer_machine(const http::Request& request, const Form& query,
                                                const Occasion& occasion) const;
    [[nodiscard]] http::Response answer_app_service(const http::Request& request, const Form& query,
                                                    const Occasion& occasion) const;

private:
    const Registrations& registrations_;
    const AccessTokens& tokens_;
    std::string issuer_;
    std::string identity_header_;
};

}  // namespace kvp11::identity
