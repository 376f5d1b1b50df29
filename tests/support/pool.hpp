// Pool: a Managed HSM of one's own to test a remote slot against: a running hsm-sim in a folder, with no keys in it.
//
// Preparing a development server's folder takes a second, starting in one that is prepared the twentieth part of it. So
// one is prepared per build of hsm-sim, for all tests of all processes, and each Pool starts in a copy. The server ends
// with the Pool, or with the process. One thread's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/server_process.hpp"

namespace kvp11::test {

class Pool {
public:
    /// The application that a slot logs in as: the PIN is its secret.
    static constexpr const char* tenant = "5a2f7a43-1c1b-4c0a-8a43-0d3c6f0f7a11";
    static constexpr const char* client_id = "0b3c9c6e-51ab-4d6b-9c1f-6f2f6a1f4d20";

    /// Starts in `folder`, which it makes. `options` are added to the server's.
    explicit Pool(std::filesystem::path folder, std::vector<std::string> options = {});

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::string url() const;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] std::filesystem::path log_file() const;

    /// The `[[slot]]` of a configuration: a remote slot with this label that logs in with a PIN. Cache and records are
    /// beside the pool's folder. `more`: further lines.
    [[nodiscard]] std::string slot(const std::string& label, const std::string& more = "") const;

    /// One command of the admin socket; throws unless it ends with ok.
    std::string admin(const std::string& command) const;  // NOLINT: changes the server, not us
    /// The sum of the samples of /metrics whose names and labels hold all of these words.
    [[nodiscard]] double metric(const std::string& name, const std::vector<std::string>& labels = {}) const;

    /// kill -9, and whatever waits for it.
    void kill();
    /// Again, in the same folder and on the same port.
    void start();

private:
    std::filesystem::path folder_;
    std::vector<std::string> options_;
    std::uint16_t port_ = 0;
    std::unique_ptr<ServerProcess> server_;
};

}  // namespace kvp11::test
