#include "credential/environment.hpp"

#include <array>
#include <cstdlib>

namespace kvp11::credential {
namespace {

constexpr std::array text_names{"AZURE_TENANT_ID",
                                "AZURE_CLIENT_ID",
                                "AZURE_CLIENT_CERTIFICATE_PATH",
                                "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN",
                                "AZURE_FEDERATED_TOKEN_FILE",
                                "AZURE_AUTHORITY_HOST",
                                "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                                "AZURE_TOKEN_CREDENTIALS",
                                "AZURE_ADDITIONALLY_ALLOWED_TENANTS",
                                "IDENTITY_ENDPOINT",
                                "IDENTITY_SERVER_THUMBPRINT",
                                "IMDS_ENDPOINT",
                                "MSI_ENDPOINT"};
constexpr std::array secret_names{"AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PASSWORD", "IDENTITY_HEADER",
                                  "MSI_SECRET"};

}  // namespace

Environment Environment::read() { return read_by(::secure_getenv); }

Environment Environment::read_by(const std::function<const char*(const char* name)>& variable) {
    Environment environment;
    for (const char* name : text_names) {
        if (const char* value = variable(name)) environment.texts_[name] = value;
    }
    for (const char* name : secret_names) {
        if (const char* value = variable(name)) {
            environment.secrets_[name] = SecretBytes::copy_of(bytes_of(value));
        }
    }
    return environment;
}

const std::string& Environment::text(std::string_view name) const noexcept {
    static const std::string& nothing = *new std::string;
    const auto found = texts_.find(name);
    return found == texts_.end() ? nothing : found->second;
}

const SecretBytes& Environment::secret(std::string_view name) const noexcept {
    static const SecretBytes& nothing = *new SecretBytes;
    const auto found = secrets_.find(name);
    return found == secrets_.end() ? nothing : found->second;
}

bool Environment::is_on(std::string_view name) const noexcept {
    const std::string& value = text(name);
    return value == "1" || value == "true" || value == "True" || value == "TRUE";
}

}  // namespace kvp11::credential
