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
#include <map>
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
    std::vector<std::string> certificates = {};  // absolute, may hold * and ?
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

/// Which of the service's published limits a slot keeps to by itself: by the host's name, none, a Key Vault's.
enum class Pace : std::uint8_t { Auto, None, Vault };

/// How keys that a caller brings travel: inside TLS alone, or wrapped for a key of the pool as well.
enum class Import : std::uint8_t { Plain, Byok };

/// An Azure Managed HSM, or hsm-sim's server, over HTTPS. What is empty or none has the default of the room that uses
/// it. URLs have the form https://host[:port], without a slash at the end; paths are absolute.
struct ManagedHsmSettings {
    std::string url;
    std::vector<std::string> members;  // further endpoints of the same pool, none of them `url`

    Credential credential = Credential::Default;
    std::string tenant;
    std::string client_id;
    std::string object_id;
    std::string resource_id;
    std::string client_secret_file;
    std::string client_certificate;
    std::string federated_token_file;
    std::string token_file;
    std::string authority_host;
    std::string imds_host;  // http://host[:port]
    LoginRule login = LoginRule::None;

    std::string api_version;
    std::string ca_file;
    std::vector<std::string> pins;                 // base64 of SHA-256, without the sha256/ in front
    std::map<std::string, std::string> addresses;  // host → address, IPv6 without brackets
    std::string proxy;                             // http://host:port, or none
    std::optional<std::uint32_t> connect_timeout;  // milliseconds
    std::optional<std::uint32_t> timeout;          // milliseconds
    std::optional<std::uint32_t> retries;
    std::optional<std::uint32_t> max_connections;
    Pace pace = Pace::Auto;
    std::optional<double> pace_share;  // above 0, at most 1

    bool all_versions = false;
    Import import_way = Import::Plain;
    std::string exchange_key;
    bool software_keys = false;
    bool cache_on_disk = true;
    std::string cache_folder;
    std::optional<std::uint32_t> cache_age;  // seconds
    std::string records;
    std::vector<std::string> certificates;  // may hold * and ?
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
