// StorageContainer: the folder that stands for a container of a storage account, where full backups are.
//
//   https://ACCOUNT.blob.core.windows.net/CONTAINER  is  STORAGE/ACCOUNT/CONTAINER
//   a backup in it                                   is  …/mhsm-NAME-TIME/partition.backup
//
// A value. Names come from clients: only plain ones are taken, and no link is followed below STORAGE.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::rest {

class StorageContainer {
public:
    /// ArgumentsBad unless it is such a URI, of any cloud; folders may follow the container.
    static Result<StorageContainer> named(const std::string& storage, std::string_view uri);
    /// A folder in it: names with slashes between them. ArgumentsBad for others.
    [[nodiscard]] Result<StorageContainer> in_folder(std::string_view folder) const;

    [[nodiscard]] const std::string& uri() const noexcept { return uri_; }  // without a slash at its end

    /// A new folder with this backup in it, durable and whole; a process that dies leaves no folder of this name.
    /// The container is made when it is not there. KeyExists when there is such a folder, DeviceError.
    Result<void> put_backup(const std::string& folder, std::string_view content) const;
    /// Of this folder. FileUnreadable when there is none, BackupInvalid, DeviceError.
    [[nodiscard]] Result<std::string> backup() const;
    /// Whether a backup could be written.
    [[nodiscard]] Result<void> check_writable() const;

private:
    StorageContainer() = default;
    std::string storage_;
    std::vector<std::string> folders_;  // account, container, what follows
    std::string uri_;
};

}  // namespace kvp11::rest
