#include "remote_settings.hpp"

#include "config/search.hpp"

namespace kvp11 {

namespace {

using config::ManagedHsmSettings;
using std::chrono::milliseconds;

// In the order of config::Credential.
constexpr credential::Kind credential_kinds[] = {credential::Kind::Default,           credential::Kind::ManagedIdentity,
                                                 credential::Kind::WorkloadIdentity,  credential::Kind::ClientSecret,
                                                 credential::Kind::ClientCertificate, credential::Kind::AzureCli,
                                                 credential::Kind::TokenFile};
// In the order of config::Pace.
constexpr std::optional<pipeline::Pacing> pacings[] = {std::nullopt, pipeline::Pacing::None, pipeline::Pacing::Vault};

credential::CredentialSettings credential_settings(const ManagedHsmSettings& slot) {
    credential::CredentialSettings settings;
    settings.kind = credential_kinds[static_cast<std::size_t>(slot.credential)];
    settings.tenant = slot.tenant;
    settings.client_id = slot.client_id;
    settings.object_id = slot.object_id;
    settings.resource_id = slot.resource_id;
    settings.client_secret_file = slot.client_secret_file;
    settings.client_certificate = slot.client_certificate;
    settings.federated_token_file = slot.federated_token_file;
    settings.token_file = slot.token_file;
    settings.authority_host = slot.authority_host;
    settings.imds_host = slot.imds_host;
    return settings;
}

transport::TransportSettings transport_settings(const ManagedHsmSettings& slot) {
    transport::TransportSettings settings;
    settings.ca_file = slot.ca_file;
    settings.pins = slot.pins;
    settings.addresses = slot.addresses;
    settings.proxy = slot.proxy;
    settings.most_connections = slot.max_connections.value_or(settings.most_connections);
    if (slot.connect_timeout) settings.connect_timeout = milliseconds(*slot.connect_timeout);
    return settings;
}

pipeline::PipelineSettings pipeline_settings(const ManagedHsmSettings& slot) {
    pipeline::PipelineSettings settings;
    settings.members.push_back(slot.url);
    settings.members.insert(settings.members.end(), slot.members.begin(), slot.members.end());
    if (!slot.api_version.empty()) settings.api_version = slot.api_version;
    settings.transport = transport_settings(slot);
    settings.credential = credential_settings(slot);
    settings.credential_by_pin = slot.login == config::LoginRule::Pin;
    if (slot.retries) settings.retry.most_attempts = *slot.retries + 1;
    if (slot.timeout) settings.retry.total = milliseconds(*slot.timeout);
    settings.pacing = pacings[static_cast<std::size_t>(slot.pace)];
    settings.pace_share = slot.pace_share.value_or(settings.pace_share);
    return settings;
}

/// "contoso.managedhsm.azure.net" of a URL that was checked when it was read; an IPv6 address without its brackets.
std::string host_of(std::string_view url) {
    url.remove_prefix(std::string_view("https://").size());
    if (url.starts_with('[')) return std::string(url.substr(1, url.find(']') - 1));
    return std::string(url.substr(0, url.find(':')));
}

}  // namespace

managed_hsm::Settings remote_settings_of(const config::SlotConfiguration& slot, const ManagedHsmSettings& backend) {
    managed_hsm::Settings settings;
    settings.pipeline = pipeline_settings(backend);
    settings.label = slot.label;
    settings.all_versions = backend.all_versions;
    settings.import_way =
        backend.import_way == config::Import::Byok ? managed_hsm::ImportWay::Byok : managed_hsm::ImportWay::Plain;
    settings.exchange_key = backend.exchange_key;
    settings.software_keys = backend.software_keys;
    settings.cache_folder = backend.cache_folder;
    settings.cache_on_disk = backend.cache_on_disk;
    if (backend.cache_age) settings.cache_age = std::chrono::seconds(*backend.cache_age);
    return settings;
}

Result<records::RecordSettings> record_settings_of(const ManagedHsmSettings& backend) {
    records::RecordSettings settings;
    settings.path =
        backend.records.empty() ? TRY(config::default_records(host_of(backend.url))).string() : backend.records;
    settings.certificates = backend.certificates;
    return settings;
}

}  // namespace kvp11
