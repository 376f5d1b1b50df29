// Credential: where access tokens come from: Azure's ways of logging in, with the names that Azure's SDKs have for
// them.
//
// A Credential is owned by the slot that opened it, asks anew at every call (TokenCache remembers), and may be called
// from any thread; it has no lock and no thread. The environment is read at open: hosts clear it for their workers, and
// reading it later would race with their setenv. Files are read when a token is asked for, so that a rotated secret or
// a re-written federated token file is taken up.
//
// Errors: UserNotLoggedIn when there is no such identity here, or the issuer refuses it: the sentence has the issuer's
// code (AADSTS…) and what to look at; DeviceError when the issuer cannot be reached or is broken; PinIncorrect when the
// identity came by a PIN and the issuer refuses it. Sentences never hold secrets or tokens.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "credential/token.hpp"
#include "kvp11/result.hpp"
#include "transport/transport.hpp"

namespace kvp11::credential {

enum class Kind : std::uint8_t {
    Default,  // the chain: Environment, WorkloadIdentity, ManagedIdentity, AzureCli, in Azure's order
    ManagedIdentity,
    WorkloadIdentity,
    ClientSecret,
    ClientCertificate,
    AzureCli,
    TokenFile
};

/// What a slot's configuration says; whatever is empty comes from the environment variable that Azure's SDKs read.
struct CredentialSettings {
    Kind kind = Kind::Default;
    std::string tenant = {};                // AZURE_TENANT_ID
    std::string client_id = {};             // AZURE_CLIENT_ID; of a managed identity: the user-assigned one's client id
    std::string object_id = {};             // of a user-assigned managed identity, instead of client_id
    std::string resource_id = {};           // the same by its ARM id
    std::string client_secret_file = {};    // AZURE_CLIENT_SECRET is the secret itself
    std::string client_certificate = {};    // AZURE_CLIENT_CERTIFICATE_PATH: PEM with certificate and key
    std::string federated_token_file = {};  // AZURE_FEDERATED_TOKEN_FILE
    std::string token_file = {};            // of TokenFile: the access token itself; read again when it changes
    std::string authority_host = {};        // AZURE_AUTHORITY_HOST; empty: see authority.hpp
    std::string imds_host = {};             // AZURE_POD_IDENTITY_AUTHORITY_HOST; "http://169.254.169.254"
};

class Credential {
public:
    virtual ~Credential() = default;
    /// "ClientSecretCredential", as Azure's SDKs call it.
    [[nodiscard]] virtual std::string name() const = 0;
    virtual Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) = 0;
    /// Whether it may matter to acquire() which tenant the service names: if not, it need not be asked first.
    [[nodiscard]] virtual bool heeds_tenant() const noexcept { return true; }
};

/// `transport` is used for the issuer and the identity endpoints, and outlives the credential.
Result<std::unique_ptr<Credential>> open_credential(CredentialSettings settings, transport::Transport& transport);

/// A client secret that came as a PIN: "secret", "client-id:secret" or "tenant:client-id:secret"; what is not there
/// comes from the settings. PinIncorrect when a part is missing in both.
Result<std::unique_ptr<Credential>> open_pin_credential(CredentialSettings settings, const SecretBytes& pin,
                                                        transport::Transport& transport);

/// The cloud of a service's host: token resource and login server for public, China, US government. Other hosts:
/// resource by the service's challenge, authority by the challenge.
struct Cloud {
    std::string resource;        // empty when unknown
    std::string authority_host;  // empty when unknown
};
Cloud cloud_of(std::string_view host);

}  // namespace kvp11::credential
