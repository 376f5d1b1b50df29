// A URL taken apart, as far as a GET needs it. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kvp11::http {

struct Url {
    bool tls = true;
    std::string host;          // a name or an address, without brackets
    std::string authority;     // host and port as the Host header wants them
    std::string port;          // digits
    std::string target = "/";  // path and query
};

/// http:// and https://, no user, no fragment. Nothing for everything else.
std::optional<Url> parse_url(std::string_view text);

}  // namespace kvp11::http
