// A Managed HSM in this process, asked over TLS: a partition in a temporary folder behind rest::Service and an
// http::Server of 127.0.0.1. Its one client may do everything with keys (Crypto User, Crypto Officer, Release User).
//
// For backends that are clients of a service. Those that need the program itself use support/pool.hpp. One thread's,
// but for the server's own threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "managed_hsm/settings.hpp"

namespace kvp11::test {

/// One request that the server has answered.
struct Exchange {
    std::string operation;  // "KeySign"
    std::string target;     // with its query
    std::string body;
    unsigned status = 0;
};

class RemoteHsm {
public:
    RemoteHsm();
    ~RemoteHsm();
    RemoteHsm(const RemoteHsm&) = delete;
    RemoteHsm& operator=(const RemoteHsm&) = delete;

    /// For a client with a token file; its cache is in a folder of the case's, without a file.
    [[nodiscard]] managed_hsm::Settings settings() const;
    [[nodiscard]] std::string url() const;
    [[nodiscard]] std::string folder() const;

    /// As another client with the same rights: JSON, or an exception when it is refused. `target` without api-version.
    std::string ask(std::string_view method, const std::string& target, const std::string& body = "");

    /// What clients asked over the wire since the last call.
    std::vector<Exchange> exchanges();
    /// Of traffic::Traffic: the rules of docs/hsm-sim-traffic.md.
    void set_rules(std::string_view json);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace kvp11::test
