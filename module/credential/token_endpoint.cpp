#include "credential/token_endpoint.hpp"

#include "credential/authority.hpp"
#include "credential/issuer_call.hpp"
#include "credential/token_answer.hpp"

namespace kvp11::credential {
namespace {

constexpr std::string_view head_lines = "Content-Type: application/x-www-form-urlencoded\r\n"
                                        "Accept: application/json\r\n"
                                        "User-Agent: kvp11\r\n";

WipedText form_of(const Proof& proof, const TokenRequest& request) {
    WipedText form;
    form.append("client_id=");
    form.append_encoded(proof.client_id);
    form.append("&scope=");
    form.append_encoded(request.resource + "/.default");
    form.append("&grant_type=client_credentials&");
    form.append(proof.parameters.expose_text());
    if (!request.claims.empty()) {
        form.append("&claims=");
        form.append_encoded(request.claims);
    }
    return form;
}

}  // namespace

Result<TokenEndpoint> token_endpoint_for(const Surroundings& surroundings, const TokenRequest& request) {
    const std::string tenant = TRY(tenant_for(surroundings, request));
    const std::string authority = TRY(authority_for(surroundings, request));
    return TokenEndpoint{.url = authority + "/" + tenant + "/oauth2/v2.0/token", .tenant = tenant};
}

Result<Token> token_from(const Surroundings& surroundings, const TokenEndpoint& endpoint, const Proof& proof,
                         const TokenRequest& request, transport::Clock::time_point deadline) {
    const transport::ParsedUrl url = TRY(transport::parse_url(endpoint.url));
    const WipedText form = form_of(proof, request);
    const Question question{.endpoint = url.endpoint,
                            .method = "POST",
                            .target = url.target,
                            .head_lines = head_lines,
                            .body = form.expose_text()};
    const transport::Answer answer = TRY(ask(surroundings, question, login_patience, deadline));
    const std::string host = host_text(url.endpoint);
    if (answer.status() == 200) {
        Result<Token> token = token_in(answer.expose_body(), surroundings.clock->now());
        if (!token) return fail(Errc::DeviceError, host + " " + token.error().message);
        token->source = " (" + host + ", tenant " + endpoint.tenant + ")";
        return token;
    }
    const IssuerRefusal refusal = refusal_in(answer.expose_body(), proof.secret);
    if (refusal.code.empty() && refusal.description.empty()) {
        return fail(Errc::DeviceError, host + " answered " + std::to_string(answer.status()) +
                                           " and said nothing that a login server says: look at authority_host");
    }
    return fail(Errc::UserNotLoggedIn,
                host + " refused " + proof.what + " of " + proof.client_id + ": " + sentence_of(refusal));
}

WipedText assertion_parameters(const SecretBytes& jwt) {
    WipedText parameters;
    parameters.append("client_assertion_type=");
    parameters.append_encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    parameters.append("&client_assertion=");
    parameters.append_encoded(text_of(jwt.expose_bytes()));
    return parameters;
}

}  // namespace kvp11::credential
