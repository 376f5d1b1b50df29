// The options by which a command finds its partition and says as whom it works there, and the partition
// opened by them. A member of the commands that need it.
#pragma once

#include <memory>
#include <string>

#include "kvp11/result.hpp"
#include "partition/operations.hpp"
#include "partition/partition.hpp"
#include "tools/pin_entry.hpp"

namespace kvp11::tools {

class Options;

class PartitionAccess {
public:
    /// --path and --slot, one of which must be given.
    void declare_place(Options& options);
    /// The same, and --so-pin-file: for what only the security officer does.
    void declare_officer(Options& options);
    /// The same, --pin-file and --as: as the user what the role Managed HSM Crypto User allows, as the security
    /// officer what it does not, unless --as says otherwise.
    void declare_login(Options& options, partition::Operation operation);

    [[nodiscard]] Result<partition::PartitionSettings> settings() const;
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open() const;
    [[nodiscard]] Result<SecretBytes> officer_pin(Entry entry) const;
    /// Asks for the security officer's PIN and logs in. StoreNotFound when there is no partition.
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open_as_officer() const;
    /// The same as the one that declare_login() and --as say.
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open_logged_in() const;

private:
    [[nodiscard]] Result<SecretBytes> user_pin() const;
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open_existing() const;

    std::string path_;
    std::string slot_;
    std::string so_pin_file_;
    std::string pin_file_;
    std::string as_;
};

}  // namespace kvp11::tools
