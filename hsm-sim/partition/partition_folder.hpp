// PartitionFolder: the files of a partition and how they come to be.
//
// token.db (the store), root.key (32 random bytes that a PIN is worth nothing without) and generation.
// The database appears under its name complete or not at all, so a process killed while it makes a
// partition leaves an empty one. Never opens token.db itself: closing any descriptor of it would drop
// SQLite's locks. Thread-safe; creators of one folder take turns by a lock on the folder.
#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::partition {

class PartitionFolder {
public:
    PartitionFolder(std::string path, std::string group) : path_(std::move(path)), group_(std::move(group)) {}

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    [[nodiscard]] std::string database() const { return path_ + "/token.db"; }
    [[nodiscard]] std::string generation_file() const { return path_ + "/generation"; }
    [[nodiscard]] std::string audit_folder() const { return path_ + "/audit"; }
    [[nodiscard]] unsigned file_mode() const noexcept { return group_.empty() ? 0600 : 0660; }

    struct Identity {
        dev_t device;
        ino_t inode;
        bool operator==(const Identity&) const = default;
    };
    /// Nothing when there is no database: the partition is uninitialised.
    [[nodiscard]] Result<std::optional<Identity>> database_identity() const;

    /// StoreDamaged when it is missing or short.
    [[nodiscard]] Result<SecretBytes> read_root() const;

    using LayOut = std::function<Result<void>(const std::string& file, const SecretBytes& root)>;
    /// Makes the folder and its root key where they are missing, has `lay_out` fill a new database and
    /// gives it its name. AlreadyInitialized when another process was first.
    Result<void> create_database(const LayOut& lay_out) const;

    /// Overwrites and removes the root key, then the database; the audit log and the generation stay. Goes on when a
    /// part fails and gives the first failure; may be repeated. TokenNotRecognized when there is no folder.
    Result<void> destroy() const;

private:
    Result<void> make_folder() const;
    Result<void> own(int file, const std::string& path, unsigned mode) const;
    Result<void> make_root() const;
    Result<void> make_empty_file(const std::string& path) const;
    void remove_leftovers() const;
    [[nodiscard]] std::vector<std::string> unnamed_files() const;

    std::string path_;
    std::string group_;
};

}  // namespace kvp11::partition
