#include "rest/storage_container.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <utility>

#include "host/fault_points.hpp"
#include "partition/key_names.hpp"
#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

constexpr const char* backup_file = "partition.backup";
constexpr std::string_view unfinished = ".unfinished-";
constexpr std::time_t stale_seconds = 60 * 60;
constexpr std::size_t longest_name = 255;
constexpr std::size_t most_folders = 16;
constexpr std::size_t largest_backup = std::size_t{1} << 30U;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

Failure storage_failure(const std::string& what) {
    return fail(Errc::DeviceError, "the storage does not work: " + what + ": " + std::strerror(errno));
}

Failure no_container(std::string_view uri) {
    return fail(Errc::ArgumentsBad, "'" + std::string(uri) +
                                        "' is not the URI of a storage container, "
                                        "https://ACCOUNT.blob.core.windows.net/CONTAINER");
}

bool is_made_of(std::string_view text, std::string_view extra) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               extra.find(c) != extra.npos;
    });
}

// A name that begins with a dot is none of a client's: "..", and what is unfinished.
bool is_folder_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && name.front() != '.' && is_made_of(name, "-_.");
}

/// False for a name that is none, and for too many.
bool add_folders(std::string_view path, std::vector<std::string>& folders) {
    while (!path.empty()) {
        const auto slash = path.find('/');
        const std::string_view name = path.substr(0, slash);
        path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
        if (name.empty() && path.empty()) return true;  // a slash at the end
        if (!is_folder_name(name) || folders.size() == most_folders) return false;
        folders.emplace_back(name);
    }
    return true;
}

enum class Absent : bool { Stays, IsMade };

Result<Descriptor> open_folder(const std::string& storage, const std::vector<std::string>& folders, Absent absent) {
    if (absent == Absent::IsMade) {
        std::error_code ignored;
        std::filesystem::create_directories(storage, ignored);
    }
    Descriptor folder(open(storage.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return storage_failure("cannot open the folder " + storage);
    for (const std::string& name : folders) {
        if (absent == Absent::IsMade) {
            if (mkdirat(folder.number(), name.c_str(), 0700) == 0) {
                if (fsync(folder.number()) != 0) return storage_failure("cannot flush");
            } else if (errno != EEXIST) {
                return storage_failure("cannot make " + name);
            }
        }
        Descriptor next(openat(folder.number(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (!next.is_open() && errno == ENOENT) {
            return fail(Errc::FileUnreadable, "there is no '" + name + "' in the storage");
        }
        if (!next.is_open()) return storage_failure("cannot open " + name);
        folder = std::move(next);
    }
    return folder;
}

Result<void> write_all(const Descriptor& file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = write(file.number(), content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return storage_failure("cannot write");
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (fsync(file.number()) != 0) return storage_failure("cannot flush");
    return {};
}

void remove_folder(int parent, const std::string& name) {
    const Descriptor folder(openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (folder.is_open()) unlinkat(folder.number(), backup_file, 0);
    unlinkat(parent, name.c_str(), AT_REMOVEDIR);
}

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { closedir(folder); }
};

// What processes left that died over a backup. An hour is longer than a living one takes.
void remove_stale(const Descriptor& container) {
    const int copy = openat(container.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (copy < 0) return;
    const std::unique_ptr<DIR, CloseFolder> entries(fdopendir(copy));
    if (!entries) {
        close(copy);
        return;
    }
    while (const dirent* entry = readdir(entries.get())) {
        const std::string name = &entry->d_name[0];
        struct stat about {};
        if (!name.starts_with(unfinished)) continue;
        if (fstatat(container.number(), name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (about.st_mtime + stale_seconds < std::time(nullptr)) remove_folder(container.number(), name);
    }
}

Result<void> fill_folder(const Descriptor& container, const std::string& name, std::string_view content) {
    if (mkdirat(container.number(), name.c_str(), 0700) != 0) return storage_failure("cannot make a folder");
    const Descriptor folder(openat(container.number(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!folder.is_open()) return storage_failure("cannot open a folder");
    const Descriptor file(
        openat(folder.number(), backup_file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.is_open()) return storage_failure("cannot make a file");
    host::pass(host::FaultPoint::BackupInFile);
    TRY(write_all(file, content));
    if (fsync(folder.number()) != 0) return storage_failure("cannot flush");
    host::pass(host::FaultPoint::BackupBeforeName);
    return {};
}

}  // namespace

Result<StorageContainer> StorageContainer::named(const std::string& storage, std::string_view uri) {
    constexpr std::string_view scheme = "https://";
    constexpr std::string_view kind = "blob.";
    if (storage.empty()) return fail(Errc::ArgumentsBad, "this server has no folder for storage accounts");
    while (uri.ends_with('/')) uri.remove_suffix(1);
    if (uri.size() < scheme.size() || !equal_folded(uri.substr(0, scheme.size()), scheme)) return no_container(uri);
    const std::string_view rest = uri.substr(scheme.size());
    const auto dot = rest.find('.');
    const auto slash = rest.find('/');
    if (dot == rest.npos || slash == rest.npos || dot > slash) return no_container(uri);
    const std::string_view account = rest.substr(0, dot);
    const std::string_view host = rest.substr(dot + 1, slash - dot - 1);
    const bool is_account = account.size() >= 3 && account.size() <= 24 && is_made_of(account, "");
    const bool is_blob_host =
        host.size() > kind.size() && equal_folded(host.substr(0, kind.size()), kind) && is_made_of(host, "-.:");
    StorageContainer container;
    container.storage_ = storage;
    container.uri_ = uri;
    container.folders_.emplace_back(account);
    for (char& c : container.folders_.back()) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!is_account || !is_blob_host || !add_folders(rest.substr(slash + 1), container.folders_) ||
        container.folders_.size() < 2) {
        return no_container(uri);
    }
    return container;
}

Result<StorageContainer> StorageContainer::in_folder(std::string_view folder) const {
    StorageContainer inner = *this;
    while (folder.ends_with('/')) folder.remove_suffix(1);
    if (folder.empty() || !add_folders(folder, inner.folders_)) {
        return fail(Errc::ArgumentsBad, "'" + std::string(folder) + "' is not the name of a folder with a backup");
    }
    inner.uri_ += "/" + std::string(folder);
    return inner;
}

Result<void> StorageContainer::put_backup(const std::string& folder, std::string_view content) const {
    const Descriptor container = TRY(open_folder(storage_, folders_, Absent::IsMade));
    remove_stale(container);
    const std::string beside = std::string(unfinished) + TRY(partition::random_id());
    if (const Result<void> filled = fill_folder(container, beside, content); !filled.ok()) {
        remove_folder(container.number(), beside);
        return filled;
    }
    if (renameat(container.number(), beside.c_str(), container.number(), folder.c_str()) != 0) {
        const bool is_taken = errno == EEXIST || errno == ENOTEMPTY;
        const Failure failure = is_taken ? fail(Errc::KeyExists, "there is a folder '" + folder + "' already")
                                         : storage_failure("cannot name a folder");
        remove_folder(container.number(), beside);
        return failure;
    }
    if (fsync(container.number()) != 0) return storage_failure("cannot flush");
    return {};
}

Result<std::string> StorageContainer::backup() const {
    const Descriptor folder = TRY(open_folder(storage_, folders_, Absent::Stays));
    const Descriptor file(openat(folder.number(), backup_file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return fail(Errc::FileUnreadable, "there is no backup in " + uri_);
    struct stat about {};
    if (!file.is_open() || fstat(file.number(), &about) != 0) return storage_failure("cannot open a backup");
    if (!S_ISREG(about.st_mode) || static_cast<std::size_t>(about.st_size) > largest_backup) {
        return fail(Errc::BackupInvalid, "what is in " + uri_ + " is no backup");
    }
    std::string content(static_cast<std::size_t>(about.st_size), '\0');
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t got = read(file.number(), content.data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return storage_failure("cannot read a backup");
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    content.resize(size);
    return content;
}

Result<void> StorageContainer::check_writable() const {
    const Descriptor container = TRY(open_folder(storage_, folders_, Absent::IsMade));
    if (faccessat(container.number(), ".", W_OK | X_OK, AT_EACCESS) != 0) return storage_failure("cannot write");
    return {};
}

}  // namespace kvp11::rest
