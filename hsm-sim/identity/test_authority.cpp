#include "identity/test_authority.hpp"

#include <array>

#include "identity/access_token.hpp"
#include "identity/authority_documents.hpp"
#include "identity/client_proof.hpp"
#include "identity/form.hpp"
#include "identity/guid.hpp"
#include "identity/managed_identity.hpp"
#include "identity/path_pattern.hpp"
#include "identity/registration.hpp"
#include "identity/signing_key.hpp"
#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

constexpr std::string_view default_scope = "/.default";

/// One request on its way through.
struct Visit {
    const http::Request& request;
    std::string_view tenant;  // of the path, where it names one
    const Form& query;
    const Occasion& occasion;
};

/// The first scope that names a resource; the others ask for tokens of kinds that applications do not get.
std::string_view first_scope(std::string_view scopes) {
    while (!scopes.empty()) {
        const std::size_t end = std::min(scopes.find(' '), scopes.size());
        const std::string_view scope = scopes.substr(0, end);
        scopes.remove_prefix(std::min(end + 1, scopes.size()));
        const bool is_of_user =
            scope == "openid" || scope == "profile" || scope == "offline_access" || scope == "email";
        if (!scope.empty() && !is_of_user) return scope;
    }
    return {};
}

class Authority final : public TestAuthority {
public:
    Authority(const AuthoritySettings& settings, std::shared_ptr<const crypto::PrivateHalf> key,
              Registrations registrations)
        : clock_(settings.clock),
          registrations_(std::move(registrations)),
          tokens_(std::move(key), settings.tenant, settings.token_seconds),
          documents_(settings.base_url, settings.tenant),
          managed_(registrations_, tokens_, documents_.tenant_issuer(), settings.identity_header) {}

    [[nodiscard]] bool answers(std::string_view path) const noexcept override;
    [[nodiscard]] http::Response answer(const http::Request& request) override;
    [[nodiscard]] std::vector<std::string> issuers() const override {
        return {documents_.tenant_issuer(), documents_.adfs_issuer()};
    }
    [[nodiscard]] std::string keys() const override { return tokens_.jwks(); }

private:
    using Handler = http::Response (Authority::*)(const Visit&) const;
    struct Route {
        std::string_view method;
        std::string_view pattern;
        Handler handler;
    };
    static const std::array<Route, 15> routes;

    http::Response tenant_configuration(const Visit& visit) const { return configuration(visit, false); }
    http::Response tenant_configuration_v2(const Visit& visit) const { return configuration(visit, true); }
    http::Response adfs_configuration(const Visit& visit) const {
        return found(visit, documents_.adfs_configuration());
    }
    http::Response instance(const Visit& visit) const {
        return found(visit, documents_.instance(visit.query.find("authorization_endpoint")));
    }
    http::Response signing_keys(const Visit& visit) const { return found(visit, json::parse(tokens_.jwks())); }
    http::Response subscriptions(const Visit& visit) const { return found(visit, documents_.subscriptions()); }
    http::Response tenants(const Visit& visit) const { return found(visit, documents_.tenants()); }
    http::Response cloud_metadata(const Visit& visit) const {
        return found(visit, documents_.cloud_metadata(visit.query.find("api-version")));
    }
    http::Response machine_identity(const Visit& visit) const {
        return managed_.answer_machine(visit.request, visit.query, visit.occasion);
    }
    http::Response app_service_identity(const Visit& visit) const {
        return managed_.answer_app_service(visit.request, visit.query, visit.occasion);
    }
    http::Response tenant_token(const Visit& visit) const { return token(visit, documents_.tenant_issuer(), false); }
    http::Response tenant_token_v1(const Visit& visit) const { return token(visit, documents_.tenant_issuer(), true); }
    http::Response adfs_token(const Visit& visit) const { return token(visit, documents_.adfs_issuer(), false); }

    static http::Response found(const Visit& visit, const json::value& document) {
        return json_response(200, document, visit.occasion);
    }
    http::Response configuration(const Visit& visit, bool is_v2) const;
    http::Response token(const Visit& visit, const std::string& issuer, bool is_v1) const;
    http::Response token_for(const Visit& visit, const Form& form, const std::string& issuer, bool is_v1) const;
    static http::Response token_response(const Visit& visit, const AccessToken& token, std::string_view resource,
                                         bool is_v1);

    std::shared_ptr<const host::Clock> clock_;
    Registrations registrations_;
    AccessTokens tokens_;
    AuthorityDocuments documents_;
    ManagedIdentity managed_;
};

// The first that fits counts, so what is literal stands before what names a tenant.
const std::array<Authority::Route, 15> Authority::routes{{
    {"GET", "/adfs/.well-known/openid-configuration", &Authority::adfs_configuration},
    {"GET", "/adfs/discovery/keys", &Authority::signing_keys},
    {"POST", "/adfs/oauth2/token", &Authority::adfs_token},
    {"GET", "/common/discovery/instance", &Authority::instance},
    {"GET", "/subscriptions", &Authority::subscriptions},
    {"GET", "/tenants", &Authority::tenants},
    {"GET", "/metadata/endpoints", &Authority::cloud_metadata},
    {"GET", "/metadata/identity/oauth2/token", &Authority::machine_identity},
    {"GET", "/msi/token", &Authority::app_service_identity},
    {"GET", "/{tenant}/v2.0/.well-known/openid-configuration", &Authority::tenant_configuration_v2},
    {"GET", "/{tenant}/.well-known/openid-configuration", &Authority::tenant_configuration},
    {"GET", "/{tenant}/discovery/v2.0/keys", &Authority::signing_keys},
    {"GET", "/{tenant}/discovery/keys", &Authority::signing_keys},
    {"POST", "/{tenant}/oauth2/v2.0/token", &Authority::tenant_token},
    {"POST", "/{tenant}/oauth2/token", &Authority::tenant_token_v1},
}};

bool Authority::answers(std::string_view path) const noexcept {
    for (const Route& route : routes) {
        if (match(route.pattern, path)) return true;
    }
    return false;
}

http::Response Authority::answer(const http::Request& request) {
    Occasion occasion{random_guid(), {}, clock_->now()};
    const std::string_view sent = request.headers.find("client-request-id").value_or(std::string_view());
    occasion.correlation_id = is_guid(sent) ? std::string(sent) : random_guid();
    const Result<Form> query = Form::parse(query_of(request.target));
    if (!query)
        return refusal_response({Aadsts::RequestMalformed, "The query is " + query.error().message + "."}, occasion);
    const Route* other_method = nullptr;
    for (const Route& route : routes) {
        const std::optional<std::string_view> tenant = match(route.pattern, path_of(request.target));
        if (!tenant) continue;
        other_method = &route;
        if (route.method != request.method) continue;
        const Visit visit{request, *tenant, *query, occasion};
        if (!tenant->empty() && !documents_.knows_tenant(*tenant)) {
            return refusal_response(AuthorityDocuments::unknown_tenant(*tenant), occasion);
        }
        return (this->*route.handler)(visit);
    }
    http::Response response =
        json_response(other_method ? 405 : 404,
                      json::object{{"error", "invalid_request"}, {"error_description", "No such endpoint."}}, occasion);
    if (other_method) response.headers.add("Allow", std::string(other_method->method));
    return response;
}

http::Response Authority::configuration(const Visit& visit, bool is_v2) const {
    return found(visit, documents_.tenant_configuration(visit.tenant, is_v2));
}

http::Response Authority::token(const Visit& visit, const std::string& issuer, bool is_v1) const {
    const Result<Form> form = Form::parse(visit.request.body.expose_text());
    if (!form) {
        return refusal_response({Aadsts::RequestMalformed, "The body is " + form.error().message + "."},
                                visit.occasion);
    }
    for (const char* needed : {"grant_type", "client_id"}) {
        if (!form->find(needed).empty()) continue;
        return refusal_response({Aadsts::ParameterMissing, std::string("The body needs the parameter ") + needed + "."},
                                visit.occasion);
    }
    if (form->find("grant_type") != "client_credentials") {
        return refusal_response(
            {Aadsts::GrantTypeNotSupported,
             "This test authority knows client_credentials only, got " + quoted(form->find("grant_type")) + "."},
            visit.occasion);
    }
    return token_for(visit, *form, issuer, is_v1);
}

http::Response Authority::token_for(const Visit& visit, const Form& form, const std::string& issuer, bool is_v1) const {
    const Registration* client = registrations_.find(form.find("client_id"));
    if (!client) {
        return refusal_response(
            {Aadsts::ApplicationNotFound, "There is no application " + quoted(form.find("client_id")) + " here."},
            visit.occasion);
    }
    const auto refused = refusal_of_proof(*client, form, {documents_.assertion_audiences(), visit.occasion.time});
    if (refused) return refusal_response(*refused, visit.occasion);
    std::string_view resource = form.find("resource");
    if (const std::string_view scope = first_scope(form.find("scope")); !scope.empty()) {
        resource = scope.ends_with(default_scope) ? scope.substr(0, scope.size() - default_scope.size()) : "";
    } else if (resource.empty()) {
        return refusal_response({Aadsts::ParameterMissing, "The body needs the parameter scope."}, visit.occasion);
    }
    if (resource.empty()) {
        return refusal_response({Aadsts::ScopeInvalid,
                                 "The scope " + quoted(form.find("scope")) + " is not of the form RESOURCE/.default."},
                                visit.occasion);
    }
    const ClientProof proof = form.find("client_secret").empty() ? ClientProof::Certificate : ClientProof::Secret;
    const auto token = tokens_.issue(client->application, proof, issuer, resource, visit.occasion.time);
    if (!token) return json_response(500, json::object{{"error", "server_error"}}, visit.occasion);
    return token_response(visit, *token, resource, is_v1);
}

http::Response Authority::token_response(const Visit& visit, const AccessToken& token, std::string_view resource,
                                         bool is_v1) {
    const std::int64_t seconds = token.expires - token.issued;
    if (!is_v1) {
        return found(visit, json::object{{"token_type", "Bearer"},
                                         {"expires_in", seconds},
                                         {"ext_expires_in", seconds},
                                         {"access_token", token.text}});
    }
    return found(visit, json::object{{"token_type", "Bearer"},
                                     {"expires_in", std::to_string(seconds)},
                                     {"ext_expires_in", std::to_string(seconds)},
                                     {"expires_on", std::to_string(token.expires)},
                                     {"not_before", std::to_string(token.issued)},
                                     {"resource", json::string_view(resource.data(), resource.size())},
                                     {"access_token", token.text}});
}

}  // namespace

Result<std::unique_ptr<TestAuthority>> TestAuthority::open(AuthoritySettings settings) {
    while (settings.base_url.ends_with('/')) settings.base_url.pop_back();
    if (!settings.base_url.starts_with("https://") && !settings.base_url.starts_with("http://")) {
        return fail(Errc::ConfigurationInvalid, "the authority's URL is no URL: " + quoted(settings.base_url));
    }
    if (!is_guid(settings.tenant)) {
        return fail(Errc::ConfigurationInvalid, "the tenant " + quoted(settings.tenant) + " is no GUID");
    }
    if (settings.token_seconds <= 0 || !settings.clock) {
        return fail(Errc::ConfigurationInvalid, "tokens need a lifetime of a second or more");
    }
    Registrations registrations = TRY(Registrations::make(std::move(settings.applications)));
    auto key = TRY(open_signing_key(settings.folder, "signing-key.p8"));
    return std::make_unique<Authority>(settings, std::move(key), std::move(registrations));
}

}  // namespace kvp11::identity
