#include "identity/managed_identity.hpp"

#include "identity/client_proof.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

bool is_this_machine(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

http::Response machine_refusal(unsigned status, const char* error, const char* sentence, const Occasion& occasion) {
    return json_response(status, json::object{{"error", error}, {"error_description", sentence}}, occasion);
}

http::Response app_service_refusal(unsigned status, const char* sentence, const Occasion& occasion) {
    return json_response(status, json::object{{"statusCode", status}, {"message", sentence}}, occasion);
}

/// Whichever of the names the form has: they differ between endpoints and their versions.
std::string_view any_of(const Form& query, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
        if (const std::string_view value = query.find(name); !value.empty()) return value;
    }
    return {};
}

const Registration* wanted_identity(const Registrations& registrations, const Form& query) {
    return registrations.managed_identity(any_of(query, {"client_id", "clientid"}),
                                          any_of(query, {"object_id", "principal_id"}),
                                          any_of(query, {"msi_res_id", "mi_res_id"}));
}

json::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

ManagedIdentity::ManagedIdentity(const Registrations& registrations, const AccessTokens& tokens, std::string issuer,
                                 std::string identity_header)
    : registrations_(registrations),
      tokens_(tokens),
      issuer_(std::move(issuer)),
      identity_header_(std::move(identity_header)) {}

http::Response ManagedIdentity::answer_machine(const http::Request& request, const Form& query,
                                               const Occasion& occasion) const {
    if (!is_this_machine(request.peer.address) || request.headers.find("X-Forwarded-For")) {
        return machine_refusal(403, "forbidden", "Only callers on this machine get its identity.", occasion);
    }
    const std::string_view metadata = request.headers.find("Metadata").value_or(std::string_view());
    if (metadata != "true" && metadata != "True") {
        return machine_refusal(400, "invalid_request", "The header 'Metadata: true' is missing.", occasion);
    }
    if (query.find("api-version").empty()) {
        return machine_refusal(400, "bad_request", "The parameter api-version is missing.", occasion);
    }
    const std::string_view resource = query.find("resource");
    if (resource.empty()) {
        return machine_refusal(400, "invalid_resource", "The parameter resource is missing.", occasion);
    }
    const Registration* identity = wanted_identity(registrations_, query);
    if (!identity) return machine_refusal(400, "invalid_request", "Identity not found", occasion);
    const auto token = tokens_.issue(identity->application, ClientProof::Certificate, issuer_, resource, occasion.time);
    if (!token) return machine_refusal(500, "server_error", "The token could not be signed.", occasion);
    const std::string seconds = std::to_string(token->expires - token->issued);
    return json_response(200,
                         json::object{{"access_token", token->text},
                                      {"client_id", identity->application.client_id},
                                      {"expires_in", seconds},
                                      {"expires_on", std::to_string(token->expires)},
                                      {"ext_expires_in", seconds},
                                      {"not_before", std::to_string(token->issued)},
                                      {"resource", view_of(resource)},
                                      {"token_type", "Bearer"}},
                         occasion);
}

http::Response ManagedIdentity::answer_app_service(const http::Request& request, const Form& query,
                                                   const Occasion& occasion) const {
    const std::string_view header = request.headers.find("X-IDENTITY-HEADER").value_or(std::string_view());
    if (identity_header_.empty() || !equal_secrets(header, identity_header_)) {
        return app_service_refusal(401, "The header X-IDENTITY-HEADER is missing or wrong.", occasion);
    }
    const std::string_view resource = query.find("resource");
    if (query.find("api-version").empty() || resource.empty()) {
        return app_service_refusal(400, "The parameters api-version and resource are needed.", occasion);
    }
    const Registration* identity = wanted_identity(registrations_, query);
    if (!identity) return app_service_refusal(400, "No managed identity of that name is here.", occasion);
    const auto token = tokens_.issue(identity->application, ClientProof::Certificate, issuer_, resource, occasion.time);
    if (!token) return app_service_refusal(500, "The token could not be signed.", occasion);
    return json_response(200,
                         json::object{{"access_token", token->text},
                                      {"client_id", identity->application.client_id},
                                      {"expires_on", std::to_string(token->expires)},
                                      {"not_before", std::to_string(token->issued)},
                                      {"resource", view_of(resource)},
                                      {"token_type", "Bearer"}},
                         occasion);
}

}  // namespace kvp11::identity
