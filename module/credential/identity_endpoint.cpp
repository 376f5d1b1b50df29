#include "credential/identity_endpoint.hpp"

#include <unistd.h>

#include <array>

namespace kvp11::credential {
namespace {

constexpr std::string_view arc_endpoint = "http://127.0.0.1:40342/metadata/identity/oauth2/token";
constexpr std::string_view imds_path = "/metadata/identity/oauth2/token";

constexpr IdentitySource service_fabric{
    .name = "Service Fabric", .needs = {"IDENTITY_SERVER_THUMBPRINT", "IDENTITY_ENDPOINT"}, .supported = false};
constexpr IdentitySource app_service{.name = "App Service",
                                     .needs = {"IDENTITY_ENDPOINT", "IDENTITY_HEADER"},
                                     .secret_header = "X-IDENTITY-HEADER",
                                     .secret_variable = "IDENTITY_HEADER",
                                     .endpoint_variable = "IDENTITY_ENDPOINT",
                                     .api_version = "2019-08-01",
                                     .client_id = "client_id",
                                     .object_id = "principal_id",
                                     .resource_id = "mi_res_id"};
constexpr IdentitySource machine_learning{.name = "Azure ML",
                                          .needs = {"MSI_ENDPOINT", "MSI_SECRET"},
                                          .secret_header = "secret",
                                          .secret_variable = "MSI_SECRET",
                                          .endpoint_variable = "MSI_ENDPOINT",
                                          .api_version = "2017-09-01",
                                          .client_id = "clientid"};
constexpr IdentitySource cloud_shell{.name = "Cloud Shell",
                                     .needs = {"MSI_ENDPOINT", ""},
                                     .endpoint_variable = "MSI_ENDPOINT",
                                     .metadata_header = true,
                                     .by_form = true};
constexpr IdentitySource arc{.name = "Azure Arc",
                             .needs = {"IDENTITY_ENDPOINT", "IMDS_ENDPOINT"},
                             .endpoint_variable = "IDENTITY_ENDPOINT",
                             .api_version = "2020-06-01",
                             .metadata_header = true,
                             .key_file = true};
constexpr IdentitySource imds{.name = "IMDS",
                              .api_version = "2018-02-01",
                              .client_id = "client_id",
                              .object_id = "object_id",
                              .resource_id = "msi_res_id",
                              .metadata_header = true,
                              .can_probe = true};

/// The first that fits is taken.
constexpr std::array by_environment{&service_fabric, &app_service, &machine_learning, &cloud_shell, &arc};

bool is_set(const Environment& environment, std::string_view name) {
    return !environment.text(name).empty() || !environment.secret(name).empty();
}

bool fits(const IdentitySource& source, const Environment& environment) {
    for (const std::string_view name : source.needs) {
        if (!name.empty() && !is_set(environment, name)) return false;
    }
    return true;
}

Failure unusable(const IdentitySource& source, const std::string& why) {
    return fail(Errc::UserNotLoggedIn, std::string(source.name) + " " + why);
}

std::string url_of(const Surroundings& surroundings, const IdentitySource& source) {
    if (const std::string& url = surroundings.environment.text(source.endpoint_variable); !url.empty()) return url;
    if (source.key_file) return std::string(arc_endpoint);
    std::string host = surroundings.settings.imds_host;
    while (host.ends_with('/')) host.pop_back();
    return host.ends_with(imds_path) ? host : host + std::string(imds_path);
}

/// Which identity, of those that are assigned to the machine.
struct Choice {
    std::string_view parameter;
    const std::string& value;
    const char* what;
};

Result<void> add_choice(const CredentialSettings& settings, const IdentitySource& source, std::string& target,
                        std::string& chosen) {
    const Choice choices[] = {{source.object_id, settings.object_id, "object id "},
                              {source.resource_id, settings.resource_id, "resource id "},
                              {source.client_id, settings.client_id, "client id "}};
    for (const Choice& choice : choices) {
        if (choice.value.empty()) continue;
        if (choice.parameter.empty()) {
            return fail(absent, std::string(source.name) + " cannot choose an identity by its " + choice.what +
                                    "(want what it can, or none: look at AZURE_CLIENT_ID too)");
        }
        WipedText encoded;
        encoded.append_encoded(choice.value);
        target += "&" + std::string(choice.parameter) + "=" + std::string(encoded.expose_text());
        chosen = choice.what + choice.value;
        return {};
    }
    return {};
}

Result<void> add_head(const Surroundings& surroundings, const IdentitySource& source, IdentityQuestion& question) {
    if (source.metadata_header) question.head_lines.append("Metadata: true\r\n");
    if (source.by_form) question.head_lines.append("Content-Type: application/x-www-form-urlencoded\r\n");
    question.head_lines.append("User-Agent: kvp11\r\n");
    if (source.secret_header.empty()) return {};
    const SecretBytes& secret = surroundings.environment.secret(source.secret_variable);
    if (!is_header_value(text_of(secret.expose_bytes()))) {
        return unusable(source, std::string(source.secret_variable) + " is nothing that a header could hold");
    }
    question.head_lines.append(source.secret_header);
    question.head_lines.append(": ");
    question.head_lines.append(secret);
    question.head_lines.append("\r\n");
    return {};
}

}  // namespace

const IdentitySource& identity_source(const Surroundings& surroundings) {
    for (const IdentitySource* source : by_environment) {
        if (fits(*source, surroundings.environment)) return *source;
    }
    return ::access(surroundings.arc_agent.c_str(), F_OK) == 0 ? arc : imds;
}

Result<IdentityQuestion> identity_question(const Surroundings& surroundings, const IdentitySource& source,
                                           const std::string& resource) {
    if (!source.supported) return unusable(source, "is not supported");
    const std::string url = url_of(surroundings, source);
    const Result<transport::ParsedUrl> parsed = transport::parse_url(url);
    if (!parsed) return unusable(source, "cannot be asked: " + parsed.error().message);
    IdentityQuestion question;
    question.endpoint = parsed->endpoint;
    question.target = parsed->target;
    WipedText encoded;
    encoded.append_encoded(resource);
    const std::string parameter = "resource=" + std::string(encoded.expose_text());
    if (source.by_form) {
        question.body = parameter;
    } else {
        question.target += question.target.find('?') == std::string::npos ? "?" : "&";
        question.target += "api-version=" + std::string(source.api_version) + "&" + parameter;
    }
    TRY(add_choice(surroundings.settings, source, question.target, question.chosen));
    TRY(add_head(surroundings, source, question));
    return question;
}

}  // namespace kvp11::credential
