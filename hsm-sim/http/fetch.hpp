// fetch: GET of one small document over HTTPS, for the signing keys of an identity provider. Thread-safe, blocking.
#pragma once

#include <chrono>
#include <string>

#include "kvp11/result.hpp"

namespace kvp11::http {

struct FetchSettings {
    std::string ca_file;  // PEM; empty: the system's
    std::chrono::milliseconds timeout{10'000};
    std::size_t most_bytes = 1U << 20U;
};

/// The body of a 200 answer. `url` is https://…; http:// only for loopback addresses. No redirects.
/// DeviceError with a plain sentence for everything else.
Result<std::string> fetch(const std::string& url, const FetchSettings& settings);

}  // namespace kvp11::http
