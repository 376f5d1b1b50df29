#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "workplace.hpp"

using namespace kvp11::config;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view slot_seven = "[[slot]]\nid = 7\npath = \"/p\"\n";
constexpr std::string_view slot_eight = "[[slot]]\nid = 8\npath = \"/p\"\n";

std::uint32_t first_slot(std::string_view reserved) {
    const auto loaded = load(reserved);
    if (!loaded) BOOST_FAIL(loaded.error().message);
    return loaded->slots.front().id;
}

bool system_has_a_configuration() { return fs::exists("/etc/kvp11/kvp11.toml"); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(configuration_search, Workplace)

BOOST_AUTO_TEST_CASE(without_any_file_there_is_one_slot_in_the_users_data_folder) {
    if (system_has_a_configuration()) {
        std::puts("SKIPPED: this machine has /etc/kvp11/kvp11.toml");
        return;
    }
    const auto loaded = load({});
    BOOST_REQUIRE(loaded.ok());
    BOOST_TEST(loaded->file.empty());
    BOOST_REQUIRE(loaded->slots.size() == 1U);
    BOOST_TEST(loaded->slots[0].id == 0U);
    BOOST_TEST(loaded->slots[0].label.empty());
    BOOST_TEST(std::get<PartitionSettings>(loaded->slots[0].backend).path == folder / ".local/share/kvp11/default");
}

BOOST_AUTO_TEST_CASE(xdg_data_home_moves_the_default_partition) {
    if (system_has_a_configuration()) {
        std::puts("SKIPPED: this machine has /etc/kvp11/kvp11.toml");
        return;
    }
    ::setenv("XDG_DATA_HOME", "/data", 1);
    const auto loaded = load({});
    BOOST_REQUIRE(loaded.ok());
    BOOST_TEST(std::get<PartitionSettings>(loaded->slots[0].backend).path == "/data/kvp11/default");
}

BOOST_AUTO_TEST_CASE(users_file_is_found_below_home_and_below_xdg_config_home) {
    write(".config/kvp11/kvp11.toml", slot_seven);
    BOOST_TEST(first_slot({}) == 7U);
    write("xdg/kvp11/kvp11.toml", slot_eight);
    ::setenv("XDG_CONFIG_HOME", (folder / "xdg").c_str(), 1);
    BOOST_TEST(first_slot({}) == 8U);
}

BOOST_AUTO_TEST_CASE(relative_xdg_config_home_is_ignored) {
    write(".config/kvp11/kvp11.toml", slot_seven);
    ::setenv("XDG_CONFIG_HOME", "relative", 1);
    BOOST_TEST(first_slot({}) == 7U);
}

BOOST_AUTO_TEST_CASE(environment_is_above_the_users_file) {
    write(".config/kvp11/kvp11.toml", slot_seven);
    ::setenv("KVP11_CONFIG", write("other.toml", slot_eight).c_str(), 1);
    BOOST_TEST(first_slot({}) == 8U);
}

BOOST_AUTO_TEST_CASE(reserved_string_is_above_the_environment) {
    ::setenv("KVP11_CONFIG", write("environment.toml", slot_seven).c_str(), 1);
    BOOST_TEST(first_slot(write("reserved.toml", slot_eight).string()) == 8U);
}

BOOST_AUTO_TEST_CASE(empty_environment_variable_names_nothing) {
    write(".config/kvp11/kvp11.toml", slot_seven);
    ::setenv("KVP11_CONFIG", "", 1);
    BOOST_TEST(first_slot({}) == 7U);
}

BOOST_AUTO_TEST_CASE(missing_file_that_was_named_is_an_error) {
    const auto file = (folder / "missing.toml").string();
    const auto by_reserved = load(file);
    BOOST_REQUIRE(!by_reserved.ok());
    BOOST_TEST((by_reserved.code() == kvp11::Errc::FileUnreadable));
    BOOST_TEST(by_reserved.error().message == file + ": there is no such file, but C_Initialize's pReserved names it");
    ::setenv("KVP11_CONFIG", file.c_str(), 1);
    const auto by_environment = load({});
    BOOST_REQUIRE(!by_environment.ok());
    BOOST_TEST(by_environment.error().message == file + ": there is no such file, but KVP11_CONFIG names it");
}

BOOST_AUTO_TEST_CASE(relative_name_is_taken_from_the_working_folder) {
    write("sub/kvp11.toml", "[[slot]]\nid = 5\npath = \"p\"\n");
    const auto before = fs::current_path();
    fs::current_path(folder);
    const auto loaded = load("sub/kvp11.toml");
    fs::current_path(before);
    BOOST_REQUIRE(loaded.ok());
    BOOST_TEST(loaded->file == folder / "sub/kvp11.toml");
    BOOST_TEST(std::get<PartitionSettings>(loaded->slots[0].backend).path == folder / "sub/p");
}

BOOST_AUTO_TEST_CASE(file_that_may_not_be_read_is_an_error) {
    const auto file = write("closed.toml", slot_seven);
    fs::permissions(folder, fs::perms(0755));
    fs::permissions(file, fs::perms::none);
    constexpr uid_t nobody = 65534;
    const bool is_root = ::geteuid() == 0;
    if (is_root) BOOST_REQUIRE(::seteuid(nobody) == 0);  // root may read everything
    const auto loaded = load(file.string());
    if (is_root) BOOST_REQUIRE(::seteuid(0) == 0);
    BOOST_REQUIRE(!loaded.ok());
    BOOST_TEST((loaded.code() == kvp11::Errc::FileUnreadable));
    BOOST_TEST(loaded.error().message == file.string() + ": cannot be read: Permission denied");
}

BOOST_AUTO_TEST_SUITE_END()
