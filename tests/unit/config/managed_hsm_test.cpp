// Slots on a Managed HSM: every key is read, and what does not go together is refused with the exact complaint.
#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

using namespace kvp11::config;

namespace {

constexpr std::string_view slot = "[[slot]]\nid = 0\nbackend = \"managed-hsm\"\nurl = \"https://h\"\n";

std::string with(std::string_view lines) { return std::string(slot) + std::string(lines) + "\n"; }

/// What is read of a slot with these lines.
ManagedHsmSettings read_with(const Workplace& workplace, std::string_view lines) {
    return std::get<ManagedHsmSettings>(workplace.read(with(lines)).slots[0].backend);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(configuration_of_a_managed_hsm, Workplace)

BOOST_AUTO_TEST_CASE(keys_of_the_login_are_read) {
    const auto hsm = read_with(*this, R"(credential = "default"
tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47"
client_id = "11111111-2222-3333-4444-555555555555"
object_id = "11111111-2222-3333-4444-666666666666"
client_secret_file = "secret"
client_certificate = "/etc/client.pem"
federated_token_file = "/var/run/token"
authority_host = "https://login.microsoftonline.us/"
imds_host = "http://127.0.0.1:8442"
)");
    BOOST_TEST(hsm.tenant == "72f988bf-86f1-41af-91ab-2d7cd011db47");
    BOOST_TEST(hsm.client_id == "11111111-2222-3333-4444-555555555555");
    BOOST_TEST(hsm.object_id == "11111111-2222-3333-4444-666666666666");
    BOOST_TEST(hsm.client_secret_file == (folder / "secret").string());
    BOOST_TEST(hsm.client_certificate == "/etc/client.pem");
    BOOST_TEST(hsm.federated_token_file == "/var/run/token");
    BOOST_TEST(hsm.authority_host == "https://login.microsoftonline.us");
    BOOST_TEST(hsm.imds_host == "http://127.0.0.1:8442");

    const auto by_file = read_with(*this, "credential = \"token-file\"\ntoken_file = \"t\"");
    BOOST_TEST((by_file.credential == Credential::TokenFile));
    BOOST_TEST(by_file.token_file == (folder / "t").string());
    const auto by_resource = read_with(*this, "credential = \"managed-identity\"\nresource_id = \"/subscriptions/s\"");
    BOOST_TEST(by_resource.resource_id == "/subscriptions/s");
}

BOOST_AUTO_TEST_CASE(keys_of_the_connection_are_read) {
    const auto hsm = read_with(*this, R"(members = ["https://west.example", "https://east.example:8443/"]
api_version = "2025-07-01"
ca_file = "ca.pem"
pins = ["sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]
addresses = ["h=10.0.0.4", "west.example=::1"]
proxy = "http://proxy.example:3128"
connect_timeout = 2500
timeout = 20000
retries = 0
max_connections = 8
pace = "vault"
pace_share = 0.25
)");
    BOOST_TEST(hsm.members == (std::vector<std::string>{"https://west.example", "https://east.example:8443"}));
    BOOST_TEST(hsm.api_version == "2025-07-01");
    BOOST_TEST(hsm.ca_file == (folder / "ca.pem").string());
    BOOST_TEST(hsm.pins == (std::vector<std::string>{"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}));
    BOOST_TEST(hsm.addresses.at("h") == "10.0.0.4");
    BOOST_TEST(hsm.addresses.at("west.example") == "::1");
    BOOST_TEST(hsm.proxy == "http://proxy.example:3128");
    BOOST_TEST(hsm.connect_timeout.value() == 2500U);
    BOOST_TEST(hsm.timeout.value() == 20000U);
    BOOST_TEST(hsm.retries.value() == 0U);
    BOOST_TEST(hsm.max_connections.value() == 8U);
    BOOST_TEST((hsm.pace == Pace::Vault));
    BOOST_TEST(hsm.pace_share.value() == 0.25);
}

BOOST_AUTO_TEST_CASE(keys_of_objects_are_read) {
    const auto hsm = read_with(*this, R"(versions = "all"
import = "byok"
exchange_key = "kek"
software_keys = true
cache = "disk"
cache_folder = "/var/cache/kvp11"
cache_age = 0
records = "records.db"
pace_share = 1
)");
    BOOST_TEST(hsm.all_versions);
    BOOST_TEST((hsm.import_way == Import::Byok));
    BOOST_TEST(hsm.exchange_key == "kek");
    BOOST_TEST(hsm.software_keys);
    BOOST_TEST(hsm.cache_on_disk);
    BOOST_TEST(hsm.cache_folder == "/var/cache/kvp11");
    BOOST_TEST(hsm.cache_age.value() == 0U);
    BOOST_TEST(hsm.records == (folder / "records.db").string());
    BOOST_TEST(hsm.pace_share.value() == 1.0);
    BOOST_TEST(!read_with(*this, "cache = \"memory\"").cache_on_disk);
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_left_to_the_rooms) {
    const auto hsm = read_with(*this, "");
    BOOST_TEST(hsm.members.empty());
    BOOST_TEST(hsm.api_version.empty());
    BOOST_TEST(!hsm.connect_timeout.has_value());
    BOOST_TEST(!hsm.timeout.has_value());
    BOOST_TEST(!hsm.retries.has_value());
    BOOST_TEST(!hsm.max_connections.has_value());
    BOOST_TEST((hsm.pace == Pace::Auto));
    BOOST_TEST(!hsm.pace_share.has_value());
    BOOST_TEST(!hsm.all_versions);
    BOOST_TEST((hsm.import_way == Import::Plain));
    BOOST_TEST(!hsm.software_keys);
    BOOST_TEST(hsm.cache_on_disk);
    BOOST_TEST(!hsm.cache_age.has_value());
    BOOST_TEST(hsm.records.empty());
}

BOOST_AUTO_TEST_CASE(secrets_in_the_file_are_refused_and_not_repeated) {
    BOOST_TEST(complaint(with("client_secret = \"hunter2\"")) ==
               "kvp11.toml:5:1: slot.client_secret: secrets do not stand in this file; write the secret into a file "
               "that only the program may read, and name that file with client_secret_file");
    BOOST_TEST(complaint(with("token = \"hunter2\"")) ==
               "kvp11.toml:5:1: slot.token: tokens do not stand in this file; name a file that holds one with "
               "token_file");
    BOOST_TEST(complaint(with("pin = 1234")) ==
               "kvp11.toml:5:1: slot.pin: PINs do not stand in this file; the program gives its PIN in C_Login");
    BOOST_TEST(complaint(with("proxy = \"http://me:hunter2@proxy:3128\"")) ==
               "kvp11.toml:5:9: slot.proxy: must not hold a password; give a proxy that wants one by the environment, "
               "in HTTPS_PROXY");
}

BOOST_AUTO_TEST_CASE(a_refused_key_is_never_offered) {
    BOOST_TEST(complaint(with("client_secret_fil = \"x\"")) ==
               "kvp11.toml:5:1: slot.client_secret_fil: there is no such key; did you mean client_secret_file?");
    BOOST_TEST(complaint(with("pinx = \"x\"")) ==
               "kvp11.toml:5:1: slot.pinx: there is no such key; did you mean pins?");
}

BOOST_AUTO_TEST_CASE(wrong_types_are_refused_with_an_example) {
    BOOST_TEST(complaint(with("software_keys = \"yes\"")) ==
               "kvp11.toml:5:17: slot.software_keys: must be true or false, and is a string; write software_keys = "
               "true");
    BOOST_TEST(complaint(with("pace_share = \"half\"")) ==
               "kvp11.toml:5:14: slot.pace_share: must be a number, and is a string; write pace_share = 0.5");
    BOOST_TEST(complaint(with("timeout = 2.5")) ==
               "kvp11.toml:5:11: slot.timeout: must be an integer, and is a float; write timeout = 30000");
    BOOST_TEST(complaint(with("members = \"https://b\"")) ==
               "kvp11.toml:5:11: slot.members: must be an array of strings, and is a string; write members = "
               "[\"https://contoso-west.managedhsm.azure.net\"]");
}

BOOST_AUTO_TEST_CASE(numbers_out_of_range_are_refused) {
    struct {
        const char* line;
        const char* wanted;
    } constexpr cases[] = {
        {"connect_timeout = 99", "slot.connect_timeout: must be between 100 and 60000, and is 99"},
        {"connect_timeout = 60001", "slot.connect_timeout: must be between 100 and 60000, and is 60001"},
        {"timeout = 999", "slot.timeout: must be between 1000 and 600000, and is 999"},
        {"timeout = 600001", "slot.timeout: must be between 1000 and 600000, and is 600001"},
        {"retries = -1", "slot.retries: must be between 0 and 20, and is -1"},
        {"retries = 21", "slot.retries: must be between 0 and 20, and is 21"},
        {"max_connections = 0", "slot.max_connections: must be between 1 and 1024, and is 0"},
        {"cache_age = 86401", "slot.cache_age: must be between 0 and 86400, and is 86401"},
        {"pace_share = 0", "slot.pace_share: must be between 0.01 and 1: the share of the service's limits that this "
                           "host may use"},
        {"pace_share = nan", "slot.pace_share: must be between 0.01 and 1: the share of the service's limits that this "
                             "host may use"},
    };
    for (const auto& one : cases) {
        const auto message = complaint(with(one.line));
        BOOST_TEST(message.substr(message.find("slot.")) == one.wanted);
    }
}

BOOST_AUTO_TEST_CASE(texts_of_another_form_are_refused) {
    struct {
        const char* line;
        const char* wanted;
    } constexpr cases[] = {
        {"members = [\"http://b\"]", "slot.members: must have the form https://host or https://host:port"},
        {"api_version = \"latest\"",
         "slot.api_version: must be a version of the service's API, such as 7.6 or 2025-07-01"},
        {"tenant = \"my tenant\"", "slot.tenant: must be a tenant's GUID or one of its domains"},
        {"client_id = \"web\"", "slot.client_id: must be a GUID, such as 11111111-2222-3333-4444-555555555555"},
        {"object_id = \"\"", "slot.object_id: must be a GUID, such as 11111111-2222-3333-4444-555555555555"},
        {"resource_id = \"web\"",
         "slot.resource_id: must be the resource id of a managed identity, which begins with /subscriptions/"},
        {"authority_host = \"http://localhost\"",
         "slot.authority_host: must have the form https://host or https://host:port"},
        {"imds_host = \"https://169.254.169.254\"",
         "slot.imds_host: must have the form http://host or http://host:port"},
        {"pins = [\"sha1/abc\"]", "slot.pins: must hold pins of the form sha256/ and 44 characters of base64"},
        {"pins = [\"sha256/47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=\"]",
         "slot.pins: must hold pins of the form sha256/ and 44 characters of base64"},
        {"addresses = [\"h\"]", "slot.addresses: must hold entries of the form host=address, such as "
                                "contoso.managedhsm.azure.net=10.0.0.4"},
        {"addresses = [\"h=example.com\"]", "slot.addresses: must hold entries of the form host=address, such as "
                                            "contoso.managedhsm.azure.net=10.0.0.4"},
        {"addresses = [\"h:443=10.0.0.4\"]", "slot.addresses: must hold entries of the form host=address, such as "
                                             "contoso.managedhsm.azure.net=10.0.0.4"},
        {"addresses = [\"h=10.0.0.4\", \"h=10.0.0.5\"]", "slot.addresses: names an address of h twice"},
        {"proxy = \"https://proxy\"", "slot.proxy: must be none, or have the form http://host:port"},
        {"exchange_key = \"my key\"", "slot.exchange_key: must be the name of a key: 1 to 127 letters, digits and "
                                      "hyphens"},
        {"records = \"~/r.db\"", "slot.records: begins with ~, which is not replaced here; write the path out"},
    };
    for (const auto& one : cases) {
        const auto message = complaint(with(one.line));
        BOOST_TEST(message.substr(std::min(message.find("slot."), message.size())) == one.wanted);
    }
}

BOOST_AUTO_TEST_CASE(keys_that_the_credential_does_not_look_at_are_refused) {
    BOOST_TEST(complaint(with("credential = \"azure-cli\"\nclient_id = \"11111111-2222-3333-4444-555555555555\"")) ==
               "kvp11.toml:6:1: slot.client_id: is looked at with credential = default, managed-identity, "
               "workload-identity, client-secret or client-certificate only");
    BOOST_TEST(complaint(with("token_file = \"/t\"")) ==
               "kvp11.toml:5:1: slot.token_file: is looked at with credential = token-file only");
    BOOST_TEST(complaint(with("credential = \"managed-identity\"\nclient_secret_file = \"/s\"")) ==
               "kvp11.toml:6:1: slot.client_secret_file: is looked at with credential = default or client-secret only");
    BOOST_TEST(complaint(with("credential = \"token-file\"")) ==
               "kvp11.toml:1:1: slot.token_file: is missing; credential = \"token-file\" needs it");
}

BOOST_AUTO_TEST_CASE(one_identity_is_not_named_in_two_ways) {
    constexpr const char* ids = "client_id = \"11111111-2222-3333-4444-555555555555\"\n"
                                "object_id = \"11111111-2222-3333-4444-555555555555\"";
    BOOST_TEST(complaint(with(std::string("credential = \"managed-identity\"\n") + ids)) ==
               "kvp11.toml:7:1: slot.object_id: names an identity that client_id names already; leave one of them out");
    BOOST_TEST(complaint(with("object_id = \"11111111-2222-3333-4444-555555555555\"\n"
                              "resource_id = \"/subscriptions/s\"")) ==
               "kvp11.toml:6:1: slot.resource_id: names an identity that object_id names already; leave one of them "
               "out");
}

BOOST_AUTO_TEST_CASE(a_login_by_pin_is_a_client_secret) {
    BOOST_TEST(complaint(with("login = \"pin\"\ncredential = \"token-file\"\ntoken_file = \"/t\"")) ==
               "kvp11.toml:5:1: slot.login: with \"pin\" the PIN is a client secret; leave credential out, or write "
               "credential = \"client-secret\"");
    BOOST_TEST(complaint(with("login = \"pin\"\nclient_secret_file = \"/s\"")) ==
               "kvp11.toml:6:1: slot.client_secret_file: is not looked at with login = \"pin\"; leave one of them out");
    BOOST_TEST(complaint(with("login = \"pin\"\ncredential = \"client-secret\"")) == "no complaint");
}

BOOST_AUTO_TEST_CASE(there_are_at_most_sixteen_members) {
    std::string members;
    for (int i = 1; i <= 15; ++i) members += (i == 1 ? "" : ", ") + ("\"https://m" + std::to_string(i)) + '"';
    BOOST_TEST(complaint(with("members = [" + members + "]")) == "no complaint");
    BOOST_TEST(complaint(with("members = [" + members + ", \"https://m16\"]")) ==
               "kvp11.toml:5:1: slot.members: names more than 15 URLs");
}

BOOST_AUTO_TEST_CASE(keys_that_exclude_one_another_are_refused) {
    BOOST_TEST(complaint(with("members = [\"https://b\", \"https://h/\"]")) ==
               "kvp11.toml:5:1: slot.members: names https://h a second time; url is the first of the members");
    BOOST_TEST(complaint(with("connect_timeout = 3000\ntimeout = 2000")) ==
               "kvp11.toml:5:1: slot.connect_timeout: is longer than timeout, which is of a whole call");
    BOOST_TEST(complaint(with("import = \"byok\"")) ==
               "kvp11.toml:1:1: slot.exchange_key: is missing; import = \"byok\" needs the name of a key exchange key");
    BOOST_TEST(complaint(with("exchange_key = \"kek\"")) ==
               "kvp11.toml:5:1: slot.exchange_key: is used with import = \"byok\" only");
    BOOST_TEST(complaint(with("cache = \"memory\"\ncache_folder = \"/c\"")) ==
               "kvp11.toml:6:1: slot.cache_folder: is not used with cache = \"memory\"");
    BOOST_TEST(complaint(with("pace = \"none\"\npace_share = 0.5")) ==
               "kvp11.toml:6:1: slot.pace_share: is not used with pace = \"none\"");
}

BOOST_AUTO_TEST_SUITE_END()
