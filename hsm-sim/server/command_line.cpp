#include "server/command_line.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>

#include "server/routes_text.hpp"
#include "server/serve.hpp"

namespace kvp11::server {
namespace {

/// --log-level is HSM_SIM_LOG_LEVEL.
std::string variable_of(const std::string& option) {
    std::string name = "HSM_SIM_" + option.substr(2);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
        return c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    });
    return name;
}

template <class Value>
void declare(CLI::App& parser, const std::string& name, Value& value, const std::string& help, const char* group) {
    parser.add_option(name, value, help)->envname(variable_of(name))->group(group);
}
void declare_flag(CLI::App& parser, const std::string& name, bool& value, const std::string& help, const char* group) {
    parser.add_flag(name, value, help)->envname(variable_of(name))->group(group);
}

void declare_development(CLI::App& parser, ServeOptions& options) {
    constexpr const char* group = "Development";
    declare_flag(parser, "--dev", options.dev, "Make partition, certificate and login server in a folder", group);
    declare(parser, "--folder", options.folder, "That folder; left out: $XDG_STATE_HOME/kvp11/dev", group);
    declare(parser, "--port", options.port, "Port on 127.0.0.1 and ::1; left out: 8443", group);
    declare_flag(parser, "--not-activated", options.not_activated, "A new partition awaits its security domain", group);
    declare(parser, "--imds", options.imds, "Address and port for managed identity as virtual machines have it", group);
    declare(parser, "--record", options.record, "File to append every request and answer to, keys included", group);
}

void declare_service(CLI::App& parser, ServeOptions& options) {
    constexpr const char* group = "Service";
    declare(parser, "--partition", options.partition, "The partition's folder", group);
    declare(parser, "--pin-file", options.pin_file,
            "File with the security officer's PIN (else the credential 'pin' of "
            "systemd, else KVP11_SO_PIN)",
            group);
    declare(parser, "--name", options.name, "The HSM's name; left out: lab", group);
    declare(parser, "--region", options.region, "The region in its answers; left out: local", group);
    declare(parser, "--listen", options.listen, "Address and port; left out: 127.0.0.1:8443", group);
    declare(parser, "--certificate", options.certificate, "PEM file of the certificate and its chain", group);
    declare(parser, "--key", options.key, "PEM file of its private key", group);
    declare(parser, "--mode", options.mode, "all, or approved: only what the approved-mode policy approves", group);
    declare(parser, "--audit", options.audit, "What the audit log records: off, management, all (left out)", group);
    declare(parser, "--storage", options.storage, "Folder that stands for storage accounts of full backups", group);
    declare(parser, "--rules", options.rules, "File of traffic rules: throttling, latency, faults, allow-list", group);
    declare(parser, "--profile", options.profile, "Be as fast as a published HSM: standard-b1", group);
}

void declare_tenant(CLI::App& parser, TenantOptions& options) {
    constexpr const char* group = "Whose tokens count";
    declare(parser, "--tenant", options.tenant, "A tenant of Entra ID: the options below follow from it", group);
    declare(parser, "--authority", options.authority, "Where the challenge sends clients: https://HOST/TENANT", group);
    declare(parser, "--resource", options.resource, "What tokens are for; left out: https://managedhsm.azure.net",
            group);
    declare(parser, "--issuer", options.issuers, "The claim iss of tokens; several", group);
    declare(parser, "--audience", options.audiences, "The claim aud of tokens, several; left out: the resource", group);
    declare(parser, "--keys", options.keys, "JWKS file or URL of the issuer", group);
    declare(parser, "--attestation-authority", options.attestation_authorities,
            "Who attests environments that keys are released to: ISSUER=JWKS, a file or URL; several", group);
    declare(parser, "--keys-ca", options.ca_file, "PEM file of the certificates that the URL is trusted by", group);
}

void declare_running(CLI::App& parser, ServeOptions& options) {
    constexpr const char* group = "Running";
    declare(parser, "--metrics", options.metrics, "Address and port of /metrics and /health, in the clear", group);
    declare(parser, "--admin-socket", options.admin_socket, "Unix socket that takes commands: try help", group);
    declare(parser, "--log-level", options.log_level, "debug, info, warning or error", group);
    declare(parser, "--log-format", options.log_format, "text or json", group);
    declare(parser, "--ready-file", options.ready_file, "File that is there while the server listens", group);
    declare(parser, "--threads", options.threads, "Threads for connections; left out: one per core", group);
    declare(parser, "--workers", options.workers, "Threads for long work; left out: one per core", group);
    LimitOptions& limits = options.limits;
    declare(parser, "--max-connections", limits.connections, "left out: 4096", group);
    declare(parser, "--max-body-bytes", limits.body_bytes, "left out: 4 MiB", group);
    declare(parser, "--max-header-bytes", limits.header_bytes, "left out: 32 KiB", group);
    declare(parser, "--idle-seconds", limits.idle_seconds, "Between requests of a connection; left out: 120", group);
    declare(parser, "--request-seconds", limits.request_seconds, "For a request's head, and for its body; left out: 30",
            group);
    declare(parser, "--grace-seconds", limits.grace_seconds, "For requests under way at the end; left out: 10", group);
}

int report(const Error& error, std::ostream& err) {
    err << "hsm-sim: " << error.message << '\n';
    if (error.code != Errc::ArgumentsBad) return 1;
    err << "what to do: run `hsm-sim serve --help` for its options\n";
    return 2;
}

}  // namespace

int run_command_line(std::vector<std::string> words, std::ostream& out, std::ostream& err) {
    CLI::App root("hsm-sim: a Managed HSM of your own, for development and tests", "hsm-sim");
    root.set_version_flag("--version", "hsm-sim " KVP11_VERSION);
    root.require_subcommand(1);
    ServeOptions options;
    CLI::App& serving = *root.add_subcommand("serve", "Serve a partition as the REST API of a Managed HSM");
    declare_development(serving, options);
    declare_service(serving, options);
    declare_tenant(serving, options.tenant);
    declare_running(serving, options);
    CLI::App& routes = *root.add_subcommand("routes", "Print the table of the REST API's routes, as Markdown");
    bool markdown = true;
    routes.add_flag("--markdown", markdown, "As Markdown (it always is)");
    try {
        std::reverse(words.begin(), words.end());  // as CLI11 wants them
        root.parse(std::move(words));
    } catch (const CLI::ParseError& problem) {
        if (problem.get_exit_code() == 0) return root.exit(problem, out, err);  // --help, --version
        return report({Errc::ArgumentsBad, problem.what()}, err);
    }
    if (routes.parsed()) {
        out << routes_markdown();
        return 0;
    }
    const Result<void> served = serve(options, out);
    return served.ok() ? 0 : report(served.error(), err);
}

}  // namespace kvp11::server
