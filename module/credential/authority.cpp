#include "credential/authority.hpp"

#include <algorithm>
#include <array>

namespace kvp11::credential {
namespace {

struct CloudRow {
    std::string_view suffix;  // of the services' hosts; without the dot it is the resource's host
    std::string_view authority_host;
};

constexpr std::string_view public_login = "https://login.microsoftonline.com";
constexpr std::string_view china_login = "https://login.chinacloudapi.cn";
constexpr std::string_view us_login = "https://login.microsoftonline.us";

constexpr std::array clouds{
    CloudRow{".managedhsm.azure.net", public_login},     CloudRow{".vault.azure.net", public_login},
    CloudRow{".managedhsm.azure.cn", china_login},       CloudRow{".vault.azure.cn", china_login},
    CloudRow{".managedhsm.usgovcloudapi.net", us_login}, CloudRow{".vault.usgovcloudapi.net", us_login},
};

/// Login servers that Microsoft runs, under all of their names.
constexpr std::array<std::string_view, 9> login_hosts{"login.microsoftonline.com",
                                                      "login.microsoft.com",
                                                      "login.windows.net",
                                                      "login.microsoftonline.us",
                                                      "login-us.microsoftonline.com",
                                                      "login.usgovcloudapi.net",
                                                      "login.chinacloudapi.cn",
                                                      "login.partner.microsoftonline.cn",
                                                      "sts.windows.net"};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return result;
}

std::string without_slash(std::string text) {
    while (text.ends_with('/')) text.pop_back();
    return text;
}

/// The host of "https://managedhsm.azure.net"; empty when it is no URL.
std::string host_of(std::string_view url) {
    const auto parsed = transport::parse_url(url);
    return parsed ? lower(parsed->endpoint.host) : std::string();
}

bool is_login_server(std::string_view url) {
    const auto parsed = transport::parse_url(url);
    return parsed && parsed->endpoint.tls && parsed->endpoint.port == 443 &&
           std::find(login_hosts.begin(), login_hosts.end(), lower(parsed->endpoint.host)) != login_hosts.end();
}

bool is_allowed_tenant(std::string_view list, std::string_view tenant) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(';'), list.size());
        const std::string_view one = list.substr(0, end);
        if (one == "*" || lower(one) == lower(tenant)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

}  // namespace

Cloud cloud_of(std::string_view host) {
    const std::string name = lower(host);
    for (const CloudRow& row : clouds) {
        if (!name.ends_with(row.suffix)) continue;
        return {.resource = "https://" + std::string(row.suffix.substr(1)),
                .authority_host = std::string(row.authority_host)};
    }
    return {};
}

Result<std::string> authority_for(const Surroundings& surroundings, const TokenRequest& request) {
    if (const std::string& configured = surroundings.settings.authority_host; !configured.empty()) {
        const auto parsed = transport::parse_url(configured);
        if (!parsed || !parsed->endpoint.tls) {
            return fail(Errc::ConfigurationInvalid, "the authority host \"" + configured + "\" is no https:// URL");
        }
        return without_slash(configured);
    }
    if (const Cloud cloud = cloud_of("." + host_of(request.resource)); !cloud.authority_host.empty()) {
        return cloud.authority_host;
    }
    if (is_login_server(request.authority)) {
        return "https://" + host_of(request.authority);
    }
    if (request.authority.empty()) {
        return fail(Errc::ConfigurationInvalid, "no login server is known for " + request.resource +
                                                    ": set authority_host or AZURE_AUTHORITY_HOST");
    }
    return fail(Errc::ConfigurationInvalid,
                "the service names the login server " + request.authority +
                    ", which is none of Azure's: nothing was sent to it; if it is right, set authority_host or "
                    "AZURE_AUTHORITY_HOST to it");
}

Result<std::string> tenant_for(const Surroundings& surroundings, const TokenRequest& request) {
    const std::string& own = surroundings.settings.tenant;
    const bool take_theirs =
        !request.tenant.empty() &&
        (own.empty() ||
         is_allowed_tenant(surroundings.environment.text("AZURE_ADDITIONALLY_ALLOWED_TENANTS"), request.tenant));
    const std::string& tenant = take_theirs ? request.tenant : own;
    if (tenant.empty()) {
        return fail(Errc::ConfigurationInvalid, "no tenant is known: set tenant or AZURE_TENANT_ID");
    }
    if (!is_tenant(tenant)) return fail(Errc::ConfigurationInvalid, "\"" + tenant + "\" is no tenant's id or domain");
    return tenant;
}

bool may_take_tenant(const Surroundings& surroundings) noexcept {
    return surroundings.settings.tenant.empty() ||
           !surroundings.environment.text("AZURE_ADDITIONALLY_ALLOWED_TENANTS").empty();
}

bool is_tenant(std::string_view text) noexcept {
    return !text.empty() && text.front() != '-' && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
                      c == '.';
           });
}

bool is_guid(std::string_view text) noexcept {
    constexpr std::string_view form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char c, char wanted) {
        const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        return wanted == '-' ? c == '-' : is_digit;
    });
}

}  // namespace kvp11::credential
