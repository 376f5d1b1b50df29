// Reading whole files and writing new ones, without ever replacing one. Thread-safe functions.
#pragma once

#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "kvp11/secret.hpp"

namespace kvp11::tools {

/// A file of at most 1 MiB (a backup: `limit`). FileUnreadable with the file's name and the reason.
Result<std::string> read_text(const std::string& path, std::size_t limit = 1 << 20);
/// The same, wiped after use: keys and PINs.
Result<SecretBytes> read_secret(const std::string& path);

/// ArgumentsBad when the file exists, or its folder does not; before the work that would be lost.
Result<void> check_new_file(const std::string& path);
/// A file that did not exist, mode 0600, written piece by piece. Unless finish() succeeded it is removed again.
class NewFile {
public:
    /// ArgumentsBad when it exists.
    static Result<NewFile> create(const std::string& path);
    NewFile(NewFile&& other) noexcept;
    NewFile& operator=(NewFile&&) = delete;
    NewFile(const NewFile&) = delete;
    ~NewFile();

    Result<void> write(std::string_view piece);
    /// Syncs what was written.
    Result<void> finish();

private:
    NewFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

    std::string path_;
    int descriptor_;
    bool finished_ = false;
};

/// The same in one go.
Result<void> write_new_file(const std::string& path, std::string_view content);

}  // namespace kvp11::tools
