#include "credential/credential.hpp"

#include <time.h>

#include <cerrno>

#include "credential/application_credentials.hpp"
#include "credential/authority.hpp"
#include "credential/azure_cli.hpp"
#include "credential/credential_chain.hpp"
#include "credential/managed_identity.hpp"
#include "credential/secret_file.hpp"
#include "credential/token_file.hpp"

namespace kvp11::credential {
namespace {

/// What is seen from outside: no `absent`, and another word for a refusal where a PIN was tried.
class Edge final : public Credential {
public:
    Edge(std::unique_ptr<Credential> inner, Errc refused) : inner_(std::move(inner)), refused_(refused) {}
    [[nodiscard]] std::string name() const override { return inner_->name(); }
    [[nodiscard]] bool heeds_tenant() const noexcept override { return inner_->heeds_tenant(); }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override {
        Result<Token> token = inner_->acquire(request, deadline);
        if (token || token.code() == Errc::DeviceError) return token;
        std::string sentence = token.error().message;
        if (sentence.find(name()) == std::string::npos) sentence = name() + ": " + sentence;
        if (token.code() == Errc::ConfigurationInvalid) return fail(Errc::UserNotLoggedIn, std::move(sentence));
        const bool is_refused = token.code() == absent || token.code() == Errc::UserNotLoggedIn;
        return fail(is_refused ? refused_ : Errc::DeviceError, std::move(sentence));
    }

private:
    std::unique_ptr<Credential> inner_;
    Errc refused_;
};

void sleep_for(std::chrono::milliseconds time) {
    timespec left{.tv_sec = time.count() / 1000, .tv_nsec = (time.count() % 1000) * 1'000'000};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

void fill(std::string& setting, const Environment& environment, const char* name) {
    if (setting.empty()) setting = environment.text(name);
}

Result<std::unique_ptr<Credential>> make(const SurroundingsPtr& surroundings) {
    switch (surroundings->settings.kind) {
        case Kind::Default: return default_chain(surroundings);
        case Kind::ManagedIdentity: return std::make_unique<ManagedIdentityCredential>(surroundings);
        case Kind::WorkloadIdentity: return std::make_unique<WorkloadIdentityCredential>(surroundings);
        case Kind::ClientSecret: return std::make_unique<ClientSecretCredential>(surroundings);
        case Kind::ClientCertificate: return std::make_unique<ClientCertificateCredential>(surroundings);
        case Kind::AzureCli: return std::make_unique<AzureCliCredential>(surroundings);
        case Kind::TokenFile: return std::make_unique<TokenFile>(surroundings);
    }
    return fail(Errc::Internal, "an unknown kind of credential");
}

/// "secret", "client-id:secret", "tenant:client-id:secret". Only what looks like a client id is one, since a secret may
/// have colons of its own.
struct PinParts {
    std::string_view tenant;
    std::string_view client_id;
    std::string_view secret;
};

PinParts parts_of(std::string_view pin) {
    const std::size_t first = pin.find(':');
    if (first == std::string_view::npos) return {.tenant = {}, .client_id = {}, .secret = pin};
    const std::string_view head = pin.substr(0, first);
    const std::string_view rest = pin.substr(first + 1);
    const std::size_t second = rest.find(':');
    if (second != std::string_view::npos && is_tenant(head) && is_guid(rest.substr(0, second))) {
        return {.tenant = head, .client_id = rest.substr(0, second), .secret = rest.substr(second + 1)};
    }
    if (is_guid(head)) return {.tenant = {}, .client_id = head, .secret = rest};
    return {.tenant = {}, .client_id = {}, .secret = pin};
}

}  // namespace

Surroundings surroundings_of(CredentialSettings settings, Environment environment, transport::Transport& transport) {
    Surroundings surroundings;
    fill(settings.tenant, environment, "AZURE_TENANT_ID");
    // An identity that is named in another way must not be named twice.
    if (settings.object_id.empty() && settings.resource_id.empty()) {
        fill(settings.client_id, environment, "AZURE_CLIENT_ID");
    }
    fill(settings.client_certificate, environment, "AZURE_CLIENT_CERTIFICATE_PATH");
    fill(settings.federated_token_file, environment, "AZURE_FEDERATED_TOKEN_FILE");
    fill(settings.authority_host, environment, "AZURE_AUTHORITY_HOST");
    fill(settings.imds_host, environment, "AZURE_POD_IDENTITY_AUTHORITY_HOST");
    if (settings.imds_host.empty()) settings.imds_host = "http://169.254.169.254";
    surroundings.environment = std::move(environment);
    surroundings.settings = std::move(settings);
    surroundings.transport = &transport;
    surroundings.pause = sleep_for;
    return surroundings;
}

Result<std::unique_ptr<Credential>> open_in(SurroundingsPtr surroundings) {
    const CredentialSettings& settings = surroundings->settings;
    const int named = (settings.object_id.empty() ? 0 : 1) + (settings.resource_id.empty() ? 0 : 1);
    if (named > 1) {
        return fail(Errc::ConfigurationInvalid, "object_id and resource_id name two identities, want one");
    }
    std::unique_ptr<Credential> credential = TRY(make(surroundings));
    return std::make_unique<Edge>(std::move(credential), Errc::UserNotLoggedIn);
}

Result<std::unique_ptr<Credential>> open_pin_in(Surroundings surroundings, const SecretBytes& pin) {
    const PinParts parts = parts_of(trimmed(text_of(pin.expose_bytes())));
    if (parts.secret.empty()) return fail(Errc::PinIncorrect, "the PIN holds no client secret");
    if (!parts.client_id.empty()) surroundings.settings.client_id = parts.client_id;
    if (!parts.tenant.empty()) surroundings.settings.tenant = parts.tenant;
    if (surroundings.settings.client_id.empty()) {
        return fail(Errc::PinIncorrect,
                    "no client id: want client-id:secret as the PIN, or client_id or AZURE_CLIENT_ID set");
    }
    SecretBytes secret = SecretBytes::copy_of(bytes_of(parts.secret));
    auto inner = std::make_unique<ClientSecretCredential>(std::make_shared<const Surroundings>(std::move(surroundings)),
                                                          std::move(secret));
    return std::make_unique<Edge>(std::move(inner), Errc::PinIncorrect);
}

Result<std::unique_ptr<Credential>> open_credential(CredentialSettings settings, transport::Transport& transport) {
    return open_in(
        std::make_shared<const Surroundings>(surroundings_of(std::move(settings), Environment::read(), transport)));
}

Result<std::unique_ptr<Credential>> open_pin_credential(CredentialSettings settings, const SecretBytes& pin,
                                                        transport::Transport& transport) {
    return open_pin_in(surroundings_of(std::move(settings), Environment::read(), transport), pin);
}

}  // namespace kvp11::credential
