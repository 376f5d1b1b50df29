// A server for development: everything that it needs is made here, in one folder.
#include "http/listening_socket.hpp"
#include "identity/attestation_validator.hpp"
#include "server/files.hpp"
#include "server/prepared.hpp"
#include "server/tenant.hpp"

namespace kvp11::server {
namespace {

constexpr std::uint16_t usual_port = 8443;

Result<void> check(const ServeOptions& options) {
    const bool has_other = !options.partition.empty() || !options.pin_file.empty() || !options.certificate.empty() ||
                           !options.key.empty() || !options.listen.empty() || !options.tenant.tenant.empty() ||
                           !options.tenant.authority.empty() || !options.tenant.issuers.empty();
    if (has_other) {
        return fail(Errc::ArgumentsBad, "--dev makes partition, certificate and tenant itself: leave --partition, "
                                        "--pin-file, --certificate, --key, --listen and the tenant's options out");
    }
    return {};
}

/// Clients ask the resolver for localhost and may get either address. The port must be known before anybody listens:
/// the login server's own URLs have it.
Result<void> add_listeners(const ServeOptions& options, std::vector<InheritedSocket>& sockets,
                           ProgramSettings& program) {
    http::ListenerSettings wanted;
    wanted.port = options.port.value_or(usual_port);
    wanted.inherited_socket = take_socket(sockets, https_socket);
    if (!wanted.inherited_socket && !sockets.empty()) wanted.inherited_socket = sockets.front().descriptor;
    http::Descriptor first = TRY(http::listening_socket(wanted));
    wanted.inherited_socket = {};
    wanted.address = "::1";
    wanted.port = http::port_of(first);
    program.listen.push_back({{"127.0.0.1", wanted.port}, first.release()});
    Result<http::Descriptor> second = http::listening_socket(wanted);
    if (second.ok()) program.listen.push_back({{"::1", wanted.port}, second->release()});
    return {};
}

/// A port of the system's choice is in the file for shells too.
Result<void> choose_imds_port(ProgramSettings& program) {
    if (!program.imds || program.imds->inherited) return {};
    http::ListenerSettings wanted;
    wanted.address = program.imds->address.address;
    wanted.port = program.imds->address.port;
    http::Descriptor socket = TRY(http::listening_socket(wanted));
    program.imds->address.port = http::port_of(socket);
    program.imds->inherited = socket.release();
    return {};
}

Result<std::unique_ptr<identity::TestAuthority>> open_authority(const DevFolder& folder, const DevPlace& place) {
    identity::AuthoritySettings settings;
    settings.folder = folder.path() + "/authority";
    settings.base_url = place.authority_url();
    settings.tenant = folder.identities().tenant;
    settings.applications = folder.identities().for_authority();
    settings.identity_header = folder.identities().identity_header;
    return identity::TestAuthority::open(std::move(settings));
}

Result<std::unique_ptr<identity::TokenValidator>> validator_of(const identity::TestAuthority& authority,
                                                               const std::string& resource) {
    identity::ValidatorSettings settings;
    settings.issuers = authority.issuers();
    settings.audiences = {resource};
    settings.keys = [keys = authority.keys()] { return Result<std::string>(keys); };
    return identity::TokenValidator::make(std::move(settings));
}

/// Its own attestation service, which believes whatever it is told, and those of the options are trusted.
Result<void> add_attestation(const ServeOptions& options, const DevFolder& folder, const DevPlace& place,
                             ProgramSettings& program) {
    identity::AttestationSettings settings;
    settings.folder = folder.path() + "/authority";
    settings.base_url = place.authority_url();
    program.attestation_authority = TRY(identity::AttestationAuthority::open(std::move(settings)));
    const identity::AttestationAuthority& authority = *program.attestation_authority;
    identity::AttestationValidatorSettings trusted;
    trusted.authorities = TRY(trusted_authorities(options.tenant));
    trusted.authorities.push_back(
        {authority.issuer(), [keys = authority.keys()] { return Result<std::string>(keys); }});
    program.attestation = identity::AttestationValidator::make(std::move(trusted));
    return {};
}

DevPlace place_of(const ServeOptions& options, const DevFolder& folder, const ProgramSettings& program) {
    DevPlace place{
        .folder = folder.path(), .name = options.name, .port = program.listen.front().address.port, .imds = {}};
    if (program.imds) place.imds = "http://" + program.imds->address.text();
    return place;
}

}  // namespace

Result<Prepared> prepare_for_development(const ServeOptions& options, std::vector<InheritedSocket> sockets) {
    TRY(check(options));
    Prepared prepared;
    ProgramSettings& program = prepared.program;
    TRY(add_common(options, sockets, program));
    prepared.dev = TRY(DevFolder::open(options.folder.empty() ? default_dev_folder() : options.folder, options.name));
    const DevFolder& folder = *prepared.dev;
    TRY(add_listeners(options, sockets, program));
    TRY(choose_imds_port(program));
    const DevPlace place = place_of(options, folder, program);
    if (program.site.storage.empty()) program.site.storage = folder.path() + "/storage";
    program.tls = {folder.certificates().certificate, folder.certificates().private_key};
    program.site.authority = place.authority_url() + "/" + folder.identities().tenant;
    program.site.resource = place.resource();
    program.authority = TRY(open_authority(folder, place));
    program.validator = TRY(validator_of(*program.authority, place.resource()));
    TRY(add_attestation(options, folder, place, program));
    const DevPartitionFiles files = folder.partition_files();
    const partition::PartitionSettings partition = TRY(partition_settings(options, files.partition()));
    program.partition = TRY(partition::Partition::open(partition));
    TRY(prepare_dev_partition(*program.partition, files, folder.identities(), options.name, !options.not_activated));
    TRY(make_private_folder(program.site.storage));
    TRY(folder.write_client_files(place));
    prepared.url = place.hsm_url();
    prepared.dev_place = place;
    return prepared;
}

}  // namespace kvp11::server
