#include "identity/authority_documents.hpp"

#include <array>

#include "identity/guid.hpp"
#include "identity/strict_json.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

/// Names that every client may use for the tenant.
constexpr std::array<std::string_view, 3> tenant_aliases{"common", "organizations", "consumers"};
/// There is one subscription, which means nothing here.
constexpr const char* subscription = "a5b1c7d2-0f3e-4c68-9b1a-2d4e6f8091a3";
constexpr const char* arm_audience = "https://management.localhost";

json::object configuration(const std::string& issuer, const std::string& authorize, const std::string& token,
                           const std::string& keys) {
    return {{"issuer", issuer},
            {"authorization_endpoint", authorize},
            {"token_endpoint", token},
            {"jwks_uri", keys},
            {"token_endpoint_auth_methods_supported", json::array{"client_secret_post", "private_key_jwt"}},
            {"grant_types_supported", json::array{"client_credentials"}},
            {"response_types_supported", json::array{"code", "id_token"}},
            {"response_modes_supported", json::array{"query", "form_post"}},
            {"subject_types_supported", json::array{"pairwise"}},
            {"id_token_signing_alg_values_supported", json::array{"RS256"}},
            {"scopes_supported", json::array{"openid"}},
            {"claims_supported", json::array{"sub", "iss", "aud", "exp", "iat", "oid", "tid", "azp", "ver"}}};
}

}  // namespace

AuthorityDocuments::AuthorityDocuments(std::string base_url, std::string tenant)
    : base_url_(std::move(base_url)),
      tenant_(std::move(tenant)),
      tenant_issuer_(base_url_ + "/" + tenant_ + "/v2.0"),
      adfs_issuer_(base_url_ + "/adfs") {
    audiences_ = {adfs_issuer_, adfs_issuer_ + "/oauth2/token"};
    std::vector<std::string> names(tenant_aliases.begin(), tenant_aliases.end());
    names.push_back(tenant_);
    for (const std::string& name : names) {
        for (const char* end : {"/oauth2/v2.0/token", "/oauth2/token", "/v2.0", "/"}) {
            audiences_.push_back(base_url_ + "/" + name + end);
        }
    }
}

std::string AuthorityDocuments::host() const { return base_url_.substr(base_url_.find("//") + 2); }

bool AuthorityDocuments::knows_tenant(std::string_view tenant) const noexcept {
    for (const std::string_view alias : tenant_aliases) {
        if (equal_without_case(tenant, alias)) return true;
    }
    return equal_without_case(tenant, tenant_);
}

Refusal AuthorityDocuments::unknown_tenant(std::string_view tenant) {
    return {Aadsts::TenantNotFound, "There is no tenant " + quoted(tenant) + " here."};
}

json::object AuthorityDocuments::tenant_configuration(std::string_view tenant, bool is_v2) const {
    const std::string root = base_url_ + "/" + std::string(tenant);
    const std::string form = is_v2 ? "/oauth2/v2.0/" : "/oauth2/";
    const std::string keys = is_v2 ? "/discovery/v2.0/keys" : "/discovery/keys";
    json::object document =
        configuration(tenant_issuer_, root + form + "authorize", root + form + "token", root + keys);
    document["end_session_endpoint"] = root + form + "logout";
    document["cloud_instance_name"] = host();
    return document;
}

json::object AuthorityDocuments::adfs_configuration() const {
    return configuration(adfs_issuer_, adfs_issuer_ + "/oauth2/authorize", adfs_issuer_ + "/oauth2/token",
                         adfs_issuer_ + "/discovery/keys");
}

json::object AuthorityDocuments::instance(std::string_view authorization_endpoint) const {
    std::string tenant = tenant_;
    if (const std::string root = base_url_ + "/"; authorization_endpoint.starts_with(root)) {
        const std::string_view rest = authorization_endpoint.substr(root.size());
        const std::string_view named = rest.substr(0, rest.find('/'));
        if (knows_tenant(named)) tenant = named;
    }
    const std::string name = host();
    return {{"tenant_discovery_endpoint", base_url_ + "/" + tenant + "/v2.0/.well-known/openid-configuration"},
            {"api-version", "1.1"},
            {"metadata", json::array{json::object{
                             {"preferred_network", name}, {"preferred_cache", name}, {"aliases", json::array{name}}}}}};
}

json::object AuthorityDocuments::subscriptions() const {
    const json::object one{{"id", std::string("/subscriptions/") + subscription},
                           {"authorizationSource", "RoleBased"},
                           {"managedByTenants", json::array{}},
                           {"subscriptionId", subscription},
                           {"tenantId", tenant_},
                           {"displayName", "hsm-sim"},
                           {"state", "Enabled"}};
    return {{"value", json::array{one}}, {"count", {{"type", "Total"}, {"value", 1}}}};
}

json::object AuthorityDocuments::tenants() const {
    const json::object one{{"id", "/tenants/" + tenant_}, {"tenantId", tenant_},      {"displayName", "hsm-sim"},
                           {"domains", json::array{}},    {"tenantCategory", "Home"}, {"tenantType", "AAD"}};
    return {{"value", json::array{one}}};
}

json::value AuthorityDocuments::cloud_metadata(std::string_view api_version) const {
    json::object document{
        {"galleryEndpoint", base_url_},
        {"graphEndpoint", base_url_},
        {"portalEndpoint", base_url_},
        {"authentication", {{"loginEndpoint", adfs_issuer_}, {"audiences", json::array{arm_audience}}}}};
    if (api_version <= "2015-01-01") return document;
    const std::string name = host();
    document = {
        {"name", "hsm-sim"},
        {"resourceManager", base_url_},
        {"portal", base_url_},
        {"gallery", base_url_},
        {"graph", base_url_},
        {"graphAudience", base_url_},
        {"microsoftGraphResourceId", base_url_},
        {"sqlManagement", base_url_},
        {"authentication",
         {{"loginEndpoint", adfs_issuer_},
          {"audiences", json::array{arm_audience}},
          {"tenant", "common"},
          {"identityProvider", "AAD"}}},
        {"suffixes",
         {{"storage", "core.windows.net"}, {"keyVaultDns", "vault." + name}, {"mhsmDns", "managedhsm." + name}}}};
    return json::array{document};
}

}  // namespace kvp11::identity
