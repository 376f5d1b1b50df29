// "host", "host:port" and "[address]:port" taken apart. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::transport {

struct Authority {
    std::string host;  // without brackets
    std::optional<std::uint16_t> port;
};

/// Nothing for what is none; there is no user in it.
std::optional<Authority> split_authority(std::string_view text);

}  // namespace kvp11::transport
