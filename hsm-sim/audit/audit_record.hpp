// AuditRecord: one operation as the audit log keeps it. A value; never holds a secret, a PIN or a token.
//
// The fields are those of Azure's AuditEvent that differ from record to record; export adds the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::audit {

enum class Level : std::uint8_t {
    Off,
    Management,  // management operations, and every operation that was refused
    All,
};

/// "off", "management", "all".
std::string_view name_of(Level level) noexcept;
std::optional<Level> level_named(std::string_view name) noexcept;

struct AuditRecord {
    std::int64_t time_us = 0;       // microseconds since 1970, UTC
    std::string operation;          // "KeySign": Azure's operationName
    std::string operation_version;  // the api-version, or "pkcs11"
    std::string key;                // "/keys/NAME/VERSION", "/keys/NAME" or another resource; may be empty
    std::string request_uri;        // empty: `key`
    std::string result;             // "Success", or the name of the condition that refused it
    unsigned http_status = 200;
    std::uint32_t duration_us = 0;
    std::string principal;       // object id
    std::string application;     // appid claim; may be empty
    std::string user_name;       // upn claim, or "so", "user"; may be empty
    std::string caller_address;  // an IP address, or "local"
    std::string client_info;     // user agent, or the program's name and process id
    std::string correlation_id;  // empty: the log makes one
    bool approved = false;       // the service indicator
};

/// A record on its way into the log: its texts are others', who keep them until it is written.
struct AuditEntry {
    AuditEntry() = default;
    AuditEntry(const AuditRecord& record);

    std::int64_t time_us = 0;
    std::string_view operation;
    std::string_view operation_version;
    std::string_view key;
    std::string_view request_uri;
    std::string_view result;
    unsigned http_status = 200;
    std::uint32_t duration_us = 0;
    std::string_view principal;
    std::string_view application;
    std::string_view user_name;
    std::string_view caller_address;
    std::string_view client_info;
    std::string_view correlation_id;
    bool approved = false;
};

}  // namespace kvp11::audit
