// A server behind a certificate and a tenant of somebody's.
#include <cstdlib>

#include "server/files.hpp"
#include "server/prepared.hpp"
#include "server/tenant.hpp"

namespace kvp11::server {
namespace {

constexpr const char* usual_place = "127.0.0.1:8443";

/// The officer's PIN: from a file, a credential of systemd's, or the environment, which then has it no more.
Result<SecretBytes> officer_pin(const ServeOptions& options) {
    if (!options.pin_file.empty()) return read_secret_line(options.pin_file);
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY")) {
        const std::string path = std::string(credentials) + "/pin";
        if (exists(path)) return read_secret_line(path);
    }
    if (const char* variable = std::getenv("KVP11_SO_PIN")) {
        SecretBytes pin = SecretBytes::copy_of(bytes_of(variable));
        unsetenv("KVP11_SO_PIN");
        return pin;
    }
    return fail(Errc::ArgumentsBad, "the security officer's PIN is missing: want --pin-file, the credential 'pin' of "
                                    "systemd, or KVP11_SO_PIN");
}

Result<void> check(const ServeOptions& options) {
    if (options.partition.empty()) {
        return fail(Errc::ArgumentsBad, "there is nothing to serve: want --partition with --pin-file, or --dev");
    }
    if (options.certificate.empty() || options.key.empty()) {
        return fail(Errc::ArgumentsBad, "TLS needs --certificate and --key: want both, or --dev");
    }
    if (!options.folder.empty() || options.port || options.not_activated || !options.imds.empty()) {
        return fail(Errc::ArgumentsBad, "--folder, --port, --not-activated and --imds are for --dev");
    }
    return {};
}

/// Unsealed by the security officer, without whom no security domain could be uploaded.
Result<std::unique_ptr<partition::Partition>> open_partition(const ServeOptions& options) {
    const partition::PartitionSettings settings = TRY(partition_settings(options, options.partition));
    auto partition = TRY(partition::Partition::open(settings));
    if (TRY(partition->status()).life_cycle == LifeCycle::Uninitialised) {
        return fail(Errc::StoreNotFound,
                    "there is no partition in " + options.partition + ": make one with `kvp11 hsm create`");
    }
    const SecretBytes pin = TRY(officer_pin(options));
    TRY(partition->login(Role::SecurityOfficer, pin));
    return partition;
}

Result<void> add_listeners(const ServeOptions& options, std::vector<InheritedSocket>& sockets,
                           ProgramSettings& program) {
    while (const auto inherited = TRY(listen_place("--listen", "", https_socket, sockets))) {
        program.listen.push_back(*inherited);
    }
    for (const InheritedSocket& unnamed : sockets)
        program.listen.push_back({.address = {}, .inherited = unnamed.descriptor});
    sockets.clear();
    for (const std::string& text : options.listen) {
        program.listen.push_back({.address = TRY(ListenAddress::parse("--listen", text)), .inherited = {}});
    }
    if (program.listen.empty())
        program.listen.push_back({.address = TRY(ListenAddress::parse("", usual_place)), .inherited = {}});
    return {};
}

}  // namespace

Result<Prepared> prepare_for_tenant(const ServeOptions& options, std::vector<InheritedSocket> sockets) {
    TRY(check(options));
    Prepared prepared;
    ProgramSettings& program = prepared.program;
    const Tenant tenant = TRY(tenant_of(options.tenant));
    TRY(add_common(options, sockets, program));
    TRY(add_listeners(options, sockets, program));
    program.tls = {options.certificate, options.key};
    program.site.authority = tenant.authority;
    program.site.resource = tenant.resource;
    program.validator = TRY(validator_of(tenant));
    identity::AttestationValidatorSettings attestation;
    attestation.authorities = TRY(trusted_authorities(options.tenant));
    if (!attestation.authorities.empty()) {
        program.attestation = identity::AttestationValidator::make(std::move(attestation));
    }
    program.partition = TRY(open_partition(options));
    return prepared;
}

}  // namespace kvp11::server
