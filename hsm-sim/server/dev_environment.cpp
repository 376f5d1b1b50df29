#include "server/dev_environment.hpp"

#include <boost/json.hpp>

namespace kvp11::server {
namespace {

namespace json = boost::json;

/// For a POSIX shell.
std::string quoted(const std::string& value) {
    std::string text = "'";
    for (const char c : value) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

std::string export_line(const std::string& name, const std::string& value) {
    return "export " + name + "=" + quoted(value) + "\n";
}

std::string commented_application(const DevApplication& application) {
    std::string text = "# " + application.name + ": object id " + application.object_id + "\n";
    if (application.secret.empty()) return text + "#   AZURE_CLIENT_ID=" + quoted(application.client_id) + "\n";
    return text + "#   AZURE_CLIENT_ID=" + quoted(application.client_id) +
           " AZURE_CLIENT_SECRET=" + quoted(application.secret) + "\n";
}

}  // namespace

std::string DevPlace::hsm_url() const { return "https://" + name + ".managedhsm.localhost:" + std::to_string(port); }
std::string DevPlace::authority_url() const { return "https://localhost:" + std::to_string(port); }
std::string DevPlace::resource() const { return "https://managedhsm.localhost:" + std::to_string(port); }

std::vector<Variable> dev_variables(const DevPlace& place, const DevIdentities& identities) {
    const DevApplication& admin = identities.admin();
    return {
        {"HSM_URL", place.hsm_url(), "where the HSM is"},
        {"AZURE_TENANT_ID", identities.tenant, "log in as the application admin"},
        {"AZURE_CLIENT_ID", admin.client_id, ""},
        {"AZURE_CLIENT_SECRET", admin.secret, ""},
        {"AZURE_AUTHORITY_HOST", place.authority_url(), "at the built-in login server"},
        {"NODE_EXTRA_CA_CERTS", place.ca_file(), "trust its certificate: Node.js"},
        {"REQUESTS_CA_BUNDLE", place.ca_file(), "Python and az"},
        {"SSL_CERT_FILE", place.ca_file(), "programs that use OpenSSL, Go"},
        {"CURL_CA_BUNDLE", place.ca_file(), "curl"},
    };
}

std::string env_text(const DevPlace& place, const DevIdentities& identities) {
    std::string text = "# For a shell: . " + quoted(place.env_file()) + "\n";
    for (const Variable& variable : dev_variables(place, identities)) {
        if (!variable.why.empty()) text += "# " + variable.why + "\n";
        text += export_line(variable.name, variable.value);
    }
    text += "\n# The other applications:\n";
    for (const DevApplication& application : identities.applications) {
        if (&application != &identities.admin()) text += commented_application(application);
    }
    text += "\n# The managed identity, as App Service offers it:\n";
    text += "#   IDENTITY_ENDPOINT=" + quoted(place.authority_url() + "/msi/token") +
            " IDENTITY_HEADER=" + quoted(identities.identity_header) + "\n";
    text += "# and as a virtual machine does (IMDS):\n";
    text += place.imds.empty() ? "#   start with --imds 127.0.0.1:8442\n"
                               : "#   AZURE_POD_IDENTITY_AUTHORITY_HOST=" + quoted(place.imds) + "\n";
    return text;
}

std::string cloud_text(const DevPlace& place) {
    const std::string host = place.authority_url();
    const std::string suffix = "localhost:" + std::to_string(place.port);
    // Its own "management" resource keeps az from asking for tokens of the real one; /adfs keeps MSAL from asking
    // Microsoft whether it knows this authority.
    const json::object cloud = {{"endpoints",
                                 {{"active_directory", host + "/adfs"},
                                  {"active_directory_resource_id", "https://management.localhost"},
                                  {"active_directory_graph_resource_id", "https://graph.localhost/"},
                                  {"gallery", "https://gallery.localhost/"},
                                  {"management", "https://management.localhost/"},
                                  {"microsoft_graph_resource_id", "https://graph.localhost/"},
                                  {"resource_manager", host + "/"}}},
                                {"suffixes",
                                 {{"keyvault_dns", ".vault." + suffix},
                                  {"mhsm_dns", ".managedhsm." + suffix},
                                  {"storage_endpoint", "core.windows.net"}}}};
    return json::serialize(cloud) + "\n";
}

std::string welcome_text(const DevPlace& place, const DevIdentities& identities) {
    std::string text = "hsm-sim for development: " + place.hsm_url() + "\n\n";
    text += "In the shell of your program (the same lines are in " + place.env_file() + "):\n\n";
    for (const Variable& variable : dev_variables(place, identities)) {
        text += "  " + export_line(variable.name, variable.value);
    }
    text += "\nJavaScript   new KeyClient(process.env.HSM_URL, new DefaultAzureCredential())\n"
            "             with authorityHost and disableInstanceDiscovery: true in the credential's options\n"
            "Python       KeyClient(os.environ[\"HSM_URL\"], ClientSecretCredential(..., "
            "disable_instance_discovery=True))\n";
    text += "az           az cloud register -n hsm-sim --cloud-config @" + place.folder + "/cloud.json\n";
    text += "             az cloud set -n hsm-sim\n"
            "             az login --service-principal -u $AZURE_CLIENT_ID -p $AZURE_CLIENT_SECRET --tenant "
            "$AZURE_TENANT_ID\n"
            "             az keyvault key random --count 16 --hsm-name ";
    return text + place.name + "\n\n";
}

}  // namespace kvp11::server
