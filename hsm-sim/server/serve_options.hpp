// What `hsm-sim serve` was asked for, as it was written. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kvp11::server {

/// Whose tokens count.
struct TenantOptions {
    std::string tenant = {};
    std::string authority = {};
    std::string resource = {};
    std::vector<std::string> issuers = {};
    std::vector<std::string> audiences = {};
    std::string keys = {};                                  // a file, or https://…
    std::string ca_file = {};                               // for https; empty: the system's
    std::vector<std::string> attestation_authorities = {};  // "ISSUER=FILE" or "ISSUER=https://…"
};

struct LimitOptions {
    std::size_t connections = 4096;
    std::size_t body_bytes = 4U << 20U;
    std::size_t header_bytes = 32U << 10U;
    unsigned idle_seconds = 120;
    unsigned request_seconds = 30;
    unsigned grace_seconds = 10;
};

struct ServeOptions {
    bool dev = false;
    bool not_activated = false;
    std::string folder;                 // of --dev
    std::optional<std::uint16_t> port;  // of --dev
    std::string partition;
    std::string pin_file;
    std::string name = "lab";
    std::string region = "local";
    std::vector<std::string> listen;
    std::string certificate;
    std::string key;
    TenantOptions tenant;
    std::string audit = "all";
    std::string mode = "all";
    std::string storage;
    std::string admin_socket;
    std::string rules;
    std::string profile;
    std::string metrics;
    std::string imds;
    std::string log_level;  // empty: info; debug with --dev
    std::string log_format = "text";
    std::string record;
    std::string ready_file;
    unsigned threads = 0;
    unsigned workers = 0;
    LimitOptions limits;
};

}  // namespace kvp11::server
