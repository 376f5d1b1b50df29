// The options by which a command finds its partition and speaks as its security officer, and the
// partition opened by them. A member of the commands that need it.
#pragma once

#include <memory>
#include <string>

#include "kvp11/result.hpp"
#include "partition/partition.hpp"
#include "tools/pin_entry.hpp"

namespace kvp11::tools {

class Options;

class PartitionAccess {
public:
    /// --path and --slot, one of which must be given.
    void declare_place(Options& options);
    /// The same, and --so-pin-file.
    void declare_officer(Options& options);

    [[nodiscard]] Result<partition::PartitionSettings> settings() const;
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open() const;
    [[nodiscard]] Result<SecretBytes> officer_pin(Entry entry) const;
    /// Asks for the security officer's PIN and logs in. StoreNotFound when there is no partition.
    [[nodiscard]] Result<std::unique_ptr<partition::Partition>> open_as_officer() const;

private:
    std::string path_;
    std::string slot_;
    std::string so_pin_file_;
};

}  // namespace kvp11::tools
