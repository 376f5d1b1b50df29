#include "server/tenant.hpp"

#include "http/fetch.hpp"
#include "server/files.hpp"

namespace kvp11::server {
namespace {

constexpr const char* public_authority = "https://login.microsoftonline.com/";
constexpr const char* public_issuer = "https://sts.windows.net/";  // of tokens of version 1
constexpr const char* public_resource = "https://managedhsm.azure.net";

bool is_url(const std::string& place) { return place.starts_with("https://") || place.starts_with("http://"); }

}  // namespace

Result<Tenant> tenant_of(const TenantOptions& options) {
    Tenant tenant{.authority = options.authority,
                  .resource = options.resource.empty() ? public_resource : options.resource,
                  .issuers = options.issuers,
                  .audiences = options.audiences,
                  .keys = options.keys,
                  .ca_file = options.ca_file};
    if (!options.tenant.empty()) {
        const std::string entra = public_authority + options.tenant;
        if (tenant.authority.empty()) tenant.authority = entra;
        if (tenant.issuers.empty()) tenant.issuers = {entra + "/v2.0", public_issuer + options.tenant + "/"};
        if (tenant.keys.empty()) tenant.keys = entra + "/discovery/v2.0/keys";
    }
    if (tenant.audiences.empty()) tenant.audiences = {tenant.resource};
    if (tenant.authority.empty() || tenant.issuers.empty() || tenant.keys.empty()) {
        return fail(Errc::ArgumentsBad,
                    "nobody could log in: want --dev, or --tenant, or --authority with --issuer and "
                    "--keys");
    }
    return tenant;
}

std::function<Result<std::string>()> document_source(const std::string& place, const std::string& ca_file) {
    if (!is_url(place)) return [place] { return read_text(place); };
    http::FetchSettings settings;
    settings.ca_file = ca_file;
    return [place, settings] { return http::fetch(place, settings); };
}

Result<std::vector<identity::TrustedAuthority>> trusted_authorities(const TenantOptions& options) {
    std::vector<identity::TrustedAuthority> trusted;
    for (const std::string& text : options.attestation_authorities) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos || equals + 1 == text.size()) {
            return fail(Errc::ArgumentsBad, "got --attestation-authority '" + text +
                                                "', want ISSUER=FILE or ISSUER=https://…, where its JWKS is");
        }
        trusted.push_back({text.substr(0, equals), document_source(text.substr(equals + 1), options.ca_file)});
    }
    return trusted;
}

Result<std::unique_ptr<identity::TokenValidator>> validator_of(const Tenant& tenant) {
    identity::ValidatorSettings settings;
    settings.issuers = tenant.issuers;
    settings.audiences = tenant.audiences;
    settings.keys = document_source(tenant.keys, tenant.ca_file);
    return identity::TokenValidator::make(std::move(settings));
}

}  // namespace kvp11::server
