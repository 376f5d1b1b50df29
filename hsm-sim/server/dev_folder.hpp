// DevFolder: everything that a development server keeps between its starts, in one folder: its authority and
// certificate, who can log in, the partition and its PIN, and the files for clients. One server at a time.
#pragma once

#include <string>

#include "http/descriptor.hpp"
#include "kvp11/result.hpp"
#include "server/dev_certificates.hpp"
#include "server/dev_environment.hpp"
#include "server/dev_identities.hpp"
#include "server/dev_partition.hpp"

namespace kvp11::server {

/// $XDG_STATE_HOME/kvp11/dev, else ~/.local/state/kvp11/dev.
std::string default_dev_folder();

class DevFolder {
public:
    /// Makes what is missing, but for the partition. StoreBusy when another server has it.
    static Result<DevFolder> open(const std::string& path, const std::string& name);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] const DevIdentities& identities() const noexcept { return identities_; }
    [[nodiscard]] const DevCertificates& certificates() const noexcept { return certificates_; }
    [[nodiscard]] DevPartitionFiles partition_files() const { return {path_}; }
    /// Writes `env` and `cloud.json`.
    [[nodiscard]] Result<void> write_client_files(const DevPlace& place) const;

private:
    DevFolder() = default;

    std::string path_;
    http::Descriptor lock_;
    DevIdentities identities_;
    DevCertificates certificates_;
};

}  // namespace kvp11::server
