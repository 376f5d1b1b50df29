#include "workplace.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>

namespace fs = std::filesystem;

Workplace::Workplace() {
    std::string name = (fs::temp_directory_path() / "kvp11-config-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder = name;
    for (const char* variable : {"KVP11_CONFIG", "XDG_CONFIG_HOME", "XDG_DATA_HOME"}) ::unsetenv(variable);
    ::setenv("HOME", folder.c_str(), 1);
}

Workplace::~Workplace() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
}

fs::path Workplace::write(const std::string& name, std::string_view text) const {
    const auto file = folder / name;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
}

std::string Workplace::complaint(std::string_view text) const {
    const auto read = kvp11::config::read(write("kvp11.toml", text));
    if (read) return "no complaint";
    BOOST_TEST((read.code() == kvp11::Errc::ConfigurationInvalid));
    auto message = read.error().message;
    const auto prefix = folder.string() + '/';
    BOOST_TEST(message.starts_with(prefix));
    return message.substr(prefix.size());
}

kvp11::config::Configuration Workplace::read(std::string_view text) const {
    auto read = kvp11::config::read(write("kvp11.toml", text));
    if (!read) BOOST_FAIL(read.error().message);
    return std::move(read).value();
}
