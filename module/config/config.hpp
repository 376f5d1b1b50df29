// The configuration of the module: which slots there are and what stands behind each.
//
// Values, made once by load() and never changed afterwards. The format is described in
// docs/configuration.md; this room is the only one that knows it is TOML. Every complaint reads
// `file:line:column: key: what is wrong and what would be right`, and is an Error of
// Errc::ConfigurationInvalid (Errc::FileUnreadable when a file cannot be read).
// load() reads the environment; call it where the host may not change that at the same time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::config {

struct LogSettings {
    std::string level = "warn";     // error | warn | info | debug | trace
    std::string target = "stderr";  // stderr | syslog | an absolute path
};

/// What happens to services that are not approved ones (docs/security.md): they work, or they are refused.
enum class Mode : std::uint8_t { All, Approved };

/// What the partition's audit log records: nothing; what changes something, and every refusal; everything.
enum class AuditLevel : std::uint8_t { Off, Management, All };

/// A partition of the simulated HSM, in this process.
struct PartitionSettings {
    std::filesystem::path path;             // absolute; need not exist yet
    std::string group;                      // shared with this group of users; empty: with nobody
    std::optional<std::uint32_t> kdf_cost;  // log2 of scrypt's N; none: the partition's choice
    Mode mode = Mode::All;
    AuditLevel audit = AuditLevel::Management;
};

enum class Credential : std::uint8_t {
    Default,
    ManagedIdentity,
    WorkloadIdentity,
    ClientSecret,
    ClientCertificate,
    AzureCli,
    TokenFile
};

enum class LoginRule : std::uint8_t { None, Pin };

/// An Azure Managed HSM, or hsm-sim's server, over HTTPS.
struct ManagedHsmSettings {
    std::string url;  // https://host[:port], without a slash at the end
    Credential credential = Credential::Default;
    LoginRule login = LoginRule::None;
    std::vector<std::string> certificates;  // absolute paths, may hold * and ?
};

struct SlotConfiguration {
    std::uint32_t id = 0;  // 0 … 2^31 - 1, unique
    std::string label;     // at most 32 bytes of UTF-8; may be empty
    std::variant<PartitionSettings, ManagedHsmSettings> backend;
};

struct Configuration {
    LogSettings log;
    std::vector<SlotConfiguration> slots;  // never empty, in the file's order
    std::filesystem::path file;            // empty when there is none
};

/// Finds and reads the configuration: the file named by `reserved` (the string that a host gave
/// C_Initialize, empty if none), else by KVP11_CONFIG, else the user's, else the system's, else one
/// slot on a partition in the user's data folder. A file that was named must exist.
[[nodiscard]] Result<Configuration> load(std::string_view reserved);

/// Reads one file.
[[nodiscard]] Result<Configuration> read(const std::filesystem::path& file);

}  // namespace kvp11::config
