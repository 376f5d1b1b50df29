#include <boost/test/unit_test.hpp>

#include "workplace.hpp"

using namespace kvp11::config;

BOOST_FIXTURE_TEST_SUITE(configuration_reading, Workplace)

// The example of design.md, with every key of both backends.
BOOST_AUTO_TEST_CASE(every_key_is_read) {
    const auto read_back = read(R"([log]
level = "info"
target = "/var/log/kvp11.log"

[[slot]]
id = 0
label = "dev"
backend = "partition"
path = "/var/lib/kvp11/dev"
group = "www-data"
kdf_cost = 14
mode = "approved"
audit = "all"

[[slot]]
id = 2147483647
label = "prod-signing"
backend = "managed-hsm"
url = "https://contoso.managedhsm.azure.net/"
credential = "client-secret"
login = "pin"
certificates = ["/etc/kvp11/certs/*.pem", "extra/own.pem"]
)");
    BOOST_TEST(read_back.log.level == "info");
    BOOST_TEST(read_back.log.target == "/var/log/kvp11.log");
    BOOST_TEST(read_back.file == folder / "kvp11.toml");
    BOOST_REQUIRE(read_back.slots.size() == 2U);

    const auto& dev = read_back.slots[0];
    BOOST_TEST(dev.id == 0U);
    BOOST_TEST(dev.label == "dev");
    const auto& partition = std::get<PartitionSettings>(dev.backend);
    BOOST_TEST(partition.path == "/var/lib/kvp11/dev");
    BOOST_TEST(partition.group == "www-data");
    BOOST_TEST(partition.kdf_cost.value() == 14U);
    BOOST_TEST((partition.mode == Mode::Approved));
    BOOST_TEST((partition.audit == AuditLevel::All));

    const auto& prod = read_back.slots[1];
    BOOST_TEST(prod.id == 2147483647U);
    BOOST_TEST(prod.label == "prod-signing");
    const auto& hsm = std::get<ManagedHsmSettings>(prod.backend);
    BOOST_TEST(hsm.url == "https://contoso.managedhsm.azure.net");
    BOOST_TEST((hsm.credential == Credential::ClientSecret));
    BOOST_TEST((hsm.login == LoginRule::Pin));
    BOOST_REQUIRE(hsm.certificates.size() == 2U);
    BOOST_TEST(hsm.certificates[0] == "/etc/kvp11/certs/*.pem");
    BOOST_TEST(hsm.certificates[1] == (folder / "extra/own.pem").string());
}

BOOST_AUTO_TEST_CASE(what_is_not_given_has_its_default) {
    const auto read_back = read("[[slot]]\nid = 7\npath = \"/p\"\n[[slot]]\nid = 1\nbackend = "
                                "\"managed-hsm\"\nurl = \"https://127.0.0.1:8443\"\n");
    BOOST_TEST(read_back.log.level == "warn");
    BOOST_TEST(read_back.log.target == "stderr");
    BOOST_REQUIRE(read_back.slots.size() == 2U);
    BOOST_TEST(read_back.slots[0].id == 7U);
    BOOST_TEST(read_back.slots[0].label.empty());
    const auto& partition = std::get<PartitionSettings>(read_back.slots[0].backend);
    BOOST_TEST(partition.group.empty());
    BOOST_TEST(!partition.kdf_cost.has_value());
    BOOST_TEST((partition.mode == Mode::All));
    const auto& hsm = std::get<ManagedHsmSettings>(read_back.slots[1].backend);
    BOOST_TEST((hsm.credential == Credential::Default));
    BOOST_TEST((hsm.login == LoginRule::None));
    BOOST_TEST(hsm.certificates.empty());
}

BOOST_AUTO_TEST_CASE(relative_path_lies_beside_the_file) {
    const auto read_back = read("[[slot]]\nid = 0\npath = \"../hsm/./dev\"\n");
    const auto& partition = std::get<PartitionSettings>(read_back.slots[0].backend);
    BOOST_TEST(partition.path == folder.parent_path() / "hsm/dev");
}

BOOST_AUTO_TEST_CASE(a_partition_has_certificates_of_files_too) {
    const auto read_back = read("[[slot]]\nid = 0\npath = \"/p\"\ncertificates = [\"/c/*.pem\", \"own.crt\"]\n");
    const auto& partition = std::get<PartitionSettings>(read_back.slots[0].backend);
    BOOST_REQUIRE(partition.certificates.size() == 2U);
    BOOST_TEST(partition.certificates[0] == "/c/*.pem");
    BOOST_TEST(partition.certificates[1] == (folder / "own.crt").string());
}

BOOST_AUTO_TEST_CASE(file_without_slots_gives_the_default_slot) {
    const auto read_back = read("[log]\nlevel = \"debug\"\n");
    BOOST_TEST(read_back.log.level == "debug");
    BOOST_REQUIRE(read_back.slots.size() == 1U);
    BOOST_TEST(read_back.slots[0].id == 0U);
    BOOST_TEST(std::get<PartitionSettings>(read_back.slots[0].backend).path == folder / ".local/share/kvp11/default");
}

BOOST_AUTO_TEST_CASE(backend_may_stand_behind_its_keys) {
    const auto read_back = read("[[slot]]\nurl = \"https://[::1]:443\"\nid = 0\nbackend = \"managed-hsm\"\n");
    BOOST_TEST(std::get<ManagedHsmSettings>(read_back.slots[0].backend).url == "https://[::1]:443");
}

BOOST_AUTO_TEST_CASE(label_in_utf_8_is_kept) {
    const auto read_back = read("[[slot]]\nid = 0\npath = \"/p\"\nlabel = \"Schl\xc3\xbcssel\"\n");
    BOOST_TEST(read_back.slots[0].label == "Schl\xc3\xbcssel");
}

BOOST_AUTO_TEST_SUITE_END()
