#include "credential/application_credentials.hpp"

#include "credential/client_assertion.hpp"
#include "credential/secret_file.hpp"
#include "credential/token_endpoint.hpp"

namespace kvp11::credential {
namespace {

Failure missing(const std::string& what) { return fail(absent, "not configured: " + what); }

Result<Token> named(Result<Token> token, const std::string& name) {
    if (token) token->source = name + token->source;
    return token;
}

}  // namespace

Result<SecretBytes> ClientSecretCredential::secret() const {
    if (secret_) return secret_->clone();
    const std::string& file = surroundings_->settings.client_secret_file;
    if (!file.empty()) {
        Result<SecretBytes> secret = read_secret_word(file);
        if (!secret) return fail(Errc::UserNotLoggedIn, secret.error().message);
        return secret;
    }
    const SecretBytes& secret = surroundings_->environment.secret("AZURE_CLIENT_SECRET");
    if (secret.empty()) return missing("no client_secret_file and no AZURE_CLIENT_SECRET");
    return secret.clone();
}

Result<Token> ClientSecretCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    const SecretBytes secret = TRY(this->secret());
    const std::string& client_id = surroundings_->settings.client_id;
    if (client_id.empty()) return missing("no client_id and no AZURE_CLIENT_ID");
    const TokenEndpoint endpoint = TRY(token_endpoint_for(*surroundings_, request));
    const std::string_view text = text_of(secret.expose_bytes());
    WipedText parameters;
    parameters.append("client_secret=");
    parameters.append_encoded(text);
    const Proof proof{.client_id = client_id, .what = "the client secret", .parameters = parameters, .secret = text};
    return named(token_from(*surroundings_, endpoint, proof, request, deadline), name());
}

Result<Token> ClientCertificateCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    const CredentialSettings& settings = surroundings_->settings;
    const Environment& environment = surroundings_->environment;
    if (settings.client_certificate.empty()) {
        return missing("no client_certificate and no AZURE_CLIENT_CERTIFICATE_PATH");
    }
    if (settings.client_id.empty()) return missing("no client_id and no AZURE_CLIENT_ID");
    const Result<ClientCertificate> certificate =
        read_client_certificate(settings.client_certificate, environment.secret("AZURE_CLIENT_CERTIFICATE_PASSWORD"));
    if (!certificate) return fail(Errc::UserNotLoggedIn, certificate.error().message);
    const TokenEndpoint endpoint = TRY(token_endpoint_for(*surroundings_, request));
    const AssertionClaims claims{.audience = endpoint.url,
                                 .client_id = settings.client_id,
                                 .now = surroundings_->clock->now(),
                                 .with_chain = environment.is_on("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")};
    const SecretBytes assertion = TRY(sign_assertion(*certificate, claims));
    const WipedText parameters = assertion_parameters(assertion);
    const Proof proof{.client_id = settings.client_id,
                      .what = "the certificate " + certificate->thumbprint(),
                      .parameters = parameters,
                      .secret = text_of(assertion.expose_bytes())};
    return named(token_from(*surroundings_, endpoint, proof, request, deadline), name());
}

Result<Token> WorkloadIdentityCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    const CredentialSettings& settings = surroundings_->settings;
    if (settings.federated_token_file.empty()) {
        return missing("no federated_token_file and no AZURE_FEDERATED_TOKEN_FILE");
    }
    if (settings.client_id.empty()) return missing("no client_id and no AZURE_CLIENT_ID");
    const Result<SecretBytes> assertion = read_secret_word(settings.federated_token_file);
    if (!assertion) return fail(Errc::UserNotLoggedIn, assertion.error().message);
    const TokenEndpoint endpoint = TRY(token_endpoint_for(*surroundings_, request));
    const WipedText parameters = assertion_parameters(*assertion);
    const Proof proof{.client_id = settings.client_id,
                      .what = "the federated token",
                      .parameters = parameters,
                      .secret = text_of(assertion->expose_bytes())};
    return named(token_from(*surroundings_, endpoint, proof, request, deadline), name());
}

Result<Token> EnvironmentCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    Result<Token> token = by_secret_.acquire(request, deadline);
    if (token || token.code() != absent) return token;
    const std::string no_secret = token.error().message;
    token = by_certificate_.acquire(request, deadline);
    if (token || token.code() != absent) return token;
    return fail(absent, no_secret == token.error().message
                            ? no_secret
                            : "not configured: neither AZURE_CLIENT_SECRET nor AZURE_CLIENT_CERTIFICATE_PATH");
}

}  // namespace kvp11::credential
