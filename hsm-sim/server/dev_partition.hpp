// The partition of a development server: made on first use with a random PIN, its security domain downloaded for
// three officers whose keys are beside it, and the roles of the known applications. Thread-safe functions.
#pragma once

#include <string>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"
#include "partition/partition.hpp"
#include "server/dev_identities.hpp"

namespace kvp11::server {

struct DevPartitionFiles {
    std::string folder;  // everything is below it
    [[nodiscard]] std::string partition() const { return folder + "/partition"; }
    [[nodiscard]] std::string pin() const { return folder + "/so-pin"; }
    [[nodiscard]] std::string officers() const { return folder + "/officers"; }
};

/// The security officer's PIN; drawn when there is no file yet.
Result<SecretBytes> dev_pin(const DevPartitionFiles& files);

/// Makes the partition when there is none, and logs its security officer in. With `activated` false a new one awaits
/// its security domain, to be downloaded or uploaded by the application admin.
Result<void> prepare_dev_partition(partition::Partition& partition, const DevPartitionFiles& files,
                                   const DevIdentities& identities, const std::string& name, bool activated);

}  // namespace kvp11::server
