// From the file's text to what the rooms of a remote slot are opened with.
#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "remote_settings.hpp"
#include "workplace.hpp"

using namespace kvp11;
using namespace std::chrono_literals;

namespace {

constexpr std::string_view head = "[[slot]]\nid = 4\nlabel = \"prod\"\nbackend = \"managed-hsm\"\n"
                                  "url = \"https://contoso.managedhsm.azure.net\"\n";

config::SlotConfiguration slot_with(const Workplace& workplace, std::string_view lines) {
    return workplace.read(std::string(head) + std::string(lines)).slots[0];
}

managed_hsm::Settings settings_with(const Workplace& workplace, std::string_view lines) {
    const auto slot = slot_with(workplace, lines);
    return remote_settings_of(slot, std::get<config::ManagedHsmSettings>(slot.backend));
}

Result<records::RecordSettings> records_with(const Workplace& workplace, std::string_view lines) {
    return record_settings_of(std::get<config::ManagedHsmSettings>(slot_with(workplace, lines).backend));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(remote_settings, Workplace)

BOOST_AUTO_TEST_CASE(what_is_left_out_has_the_defaults_of_the_rooms) {
    const auto settings = settings_with(*this, "");
    const managed_hsm::Settings usual;
    BOOST_TEST(settings.pipeline.members == (std::vector<std::string>{"https://contoso.managedhsm.azure.net"}));
    BOOST_TEST(settings.pipeline.api_version == usual.pipeline.api_version);
    BOOST_TEST(!settings.pipeline.credential_by_pin);
    BOOST_TEST((settings.pipeline.credential.kind == credential::Kind::Default));
    BOOST_TEST(settings.pipeline.retry.most_attempts == usual.pipeline.retry.most_attempts);
    BOOST_TEST((settings.pipeline.retry.total == usual.pipeline.retry.total));
    BOOST_TEST((settings.pipeline.transport.connect_timeout == usual.pipeline.transport.connect_timeout));
    BOOST_TEST(settings.pipeline.transport.most_connections == usual.pipeline.transport.most_connections);
    BOOST_TEST(!settings.pipeline.pacing.has_value());
    BOOST_TEST(settings.pipeline.pace_share == 1.0);
    BOOST_TEST(settings.label == "prod");
    BOOST_TEST((settings.import_way == managed_hsm::ImportWay::Plain));
    BOOST_TEST(settings.cache_on_disk);
    BOOST_TEST((settings.cache_age == usual.cache_age));
}

BOOST_AUTO_TEST_CASE(the_connection_reaches_transport_and_pipeline) {
    const auto settings = settings_with(*this, R"(members = ["https://west.example"]
api_version = "7.4"
ca_file = "/ca.pem"
pins = ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]
addresses = ["contoso.managedhsm.azure.net=10.0.0.4"]
proxy = "none"
connect_timeout = 1500
timeout = 9000
retries = 2
max_connections = 3
pace = "vault"
pace_share = 0.5
)");
    BOOST_TEST(settings.pipeline.members.at(1) == "https://west.example");
    BOOST_TEST(settings.pipeline.api_version == "7.4");
    BOOST_TEST(settings.pipeline.transport.ca_file == "/ca.pem");
    BOOST_TEST(settings.pipeline.transport.pins.at(0) == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    BOOST_TEST(settings.pipeline.transport.addresses.at("contoso.managedhsm.azure.net") == "10.0.0.4");
    BOOST_TEST(settings.pipeline.transport.proxy == "none");
    BOOST_TEST((settings.pipeline.transport.connect_timeout == 1500ms));
    BOOST_TEST((settings.pipeline.retry.total == 9000ms));
    BOOST_TEST(settings.pipeline.retry.most_attempts == 3U);
    BOOST_TEST(settings.pipeline.transport.most_connections == 3U);
    BOOST_TEST((settings.pipeline.pacing == pipeline::Pacing::Vault));
    BOOST_TEST(settings.pipeline.pace_share == 0.5);
    BOOST_TEST((settings_with(*this, "pace = \"none\"").pipeline.pacing == pipeline::Pacing::None));
}

BOOST_AUTO_TEST_CASE(every_credential_has_its_kind) {
    using credential::Kind;
    constexpr std::pair<const char*, Kind> kinds[] = {{"default", Kind::Default},
                                                      {"managed-identity", Kind::ManagedIdentity},
                                                      {"workload-identity", Kind::WorkloadIdentity},
                                                      {"client-secret", Kind::ClientSecret},
                                                      {"client-certificate", Kind::ClientCertificate},
                                                      {"azure-cli", Kind::AzureCli}};
    for (const auto& [name, kind] : kinds) {
        const auto settings = settings_with(*this, std::string("credential = \"") + name + '"');
        BOOST_TEST((settings.pipeline.credential.kind == kind), name);
    }
    const auto by_file = settings_with(*this, "credential = \"token-file\"\ntoken_file = \"/t\"");
    BOOST_TEST((by_file.pipeline.credential.kind == Kind::TokenFile));
    BOOST_TEST(by_file.pipeline.credential.token_file == "/t");
    BOOST_TEST(settings_with(*this, "login = \"pin\"").pipeline.credential_by_pin);
}

BOOST_AUTO_TEST_CASE(objects_and_their_cache_reach_the_backend) {
    const auto settings = settings_with(*this, "versions = \"all\"\nimport = \"byok\"\nexchange_key = \"kek\"\n"
                                               "software_keys = true\ncache_folder = \"/c\"\ncache_age = 7\n");
    BOOST_TEST(settings.all_versions);
    BOOST_TEST((settings.import_way == managed_hsm::ImportWay::Byok));
    BOOST_TEST(settings.exchange_key == "kek");
    BOOST_TEST(settings.software_keys);
    BOOST_TEST(settings.cache_folder == "/c");
    BOOST_TEST((settings.cache_age == 7s));
    BOOST_TEST(!settings_with(*this, "cache = \"memory\"").cache_on_disk);
}

BOOST_AUTO_TEST_CASE(records_lie_in_the_users_data_folder_unless_they_are_named) {
    BOOST_TEST(records_with(*this, "").value().path ==
               (folder / ".local/share/kvp11/records/contoso.managedhsm.azure.net.db").string());
    ::setenv("XDG_DATA_HOME", "/data", 1);
    BOOST_TEST(records_with(*this, "").value().path == "/data/kvp11/records/contoso.managedhsm.azure.net.db");
    BOOST_TEST(records_with(*this, "records = \"/r.db\"").value().path == "/r.db");
    BOOST_TEST(records_with(*this, "certificates = [\"/c/*.pem\"]").value().certificates.at(0) == "/c/*.pem");
}

BOOST_AUTO_TEST_SUITE_END()
