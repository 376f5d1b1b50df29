#include "config/search.hpp"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string>

namespace kvp11::config {

namespace fs = std::filesystem;

namespace {

// A program with raised privileges must not be steered by its caller's environment.
std::string_view environment(const char* name) {
    const char* value = ::secure_getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

std::optional<fs::path> home() {
    if (const auto folder = environment("HOME"); folder.starts_with('/')) return fs::path(folder);
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr ||
        found->pw_dir == nullptr || found->pw_dir[0] != '/')
        return std::nullopt;
    return fs::path(found->pw_dir);
}

// XDG Base Directory Specification: a variable that holds a relative path is ignored.
std::optional<fs::path> user_folder(const char* variable, const char* below_home) {
    if (const auto folder = environment(variable); folder.starts_with('/')) return fs::path(folder);
    if (const auto folder = home()) return *folder / below_home;
    return std::nullopt;
}

enum class Presence { There, Absent, Unreachable };

Presence presence(const fs::path& file) {
    if (::access(file.c_str(), F_OK) == 0) return Presence::There;
    return errno == ENOENT || errno == ENOTDIR ? Presence::Absent : Presence::Unreachable;
}

Result<std::optional<fs::path>> named(std::string_view written, std::string_view by) {
    std::error_code error;
    const auto file = fs::absolute(fs::path(written), error).lexically_normal();
    if (!error && presence(file) != Presence::Absent) return std::optional(file);
    return fail(Errc::FileUnreadable, file.string() + ": there is no such file, but " + std::string(by) + " names it");
}

}  // namespace

Result<std::optional<fs::path>> find_file(std::string_view reserved) {
    if (!reserved.empty()) return named(reserved, "C_Initialize's pReserved");
    if (const auto file = environment("KVP11_CONFIG"); !file.empty()) return named(file, "KVP11_CONFIG");
    if (const auto folder = user_folder("XDG_CONFIG_HOME", ".config")) {
        const auto file = *folder / "kvp11" / "kvp11.toml";
        // One's own folder may be closed to an account that was switched to; the system's file is
        // next.
        if (presence(file) == Presence::There) return std::optional(file);
    }
    const fs::path system = "/etc/kvp11/kvp11.toml";
    if (presence(system) != Presence::Absent) return std::optional(system);
    return std::optional<fs::path>();
}

Result<fs::path> default_partition() {
    if (const auto folder = user_folder("XDG_DATA_HOME", ".local/share")) return *folder / "kvp11" / "default";
    return fail(Errc::ConfigurationInvalid,
                "no configuration, and no home folder for a partition: set KVP11_CONFIG or HOME");
}

Result<fs::path> default_records(std::string_view host) {
    if (const auto folder = user_folder("XDG_DATA_HOME", ".local/share"))
        return *folder / "kvp11" / "records" / (std::string(host) + ".db");
    return fail(Errc::ConfigurationInvalid, "no home folder for the slot's records: set records or HOME");
}

}  // namespace kvp11::config
