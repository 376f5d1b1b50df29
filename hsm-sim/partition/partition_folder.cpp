#include "partition/partition_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "crypto/random.hpp"
#include "host/fault_points.hpp"

namespace kvp11::partition {
namespace {

constexpr std::size_t root_size = 32;
constexpr std::string_view unfinished = "unfinished-";
// What SQLite keeps beside a database. Beside another database of the same name it would be taken for that one's.
constexpr std::string_view side_files[] = {"token.db-wal", "token.db-shm", "token.db-journal"};

Failure system_failure(const std::string& what, const std::string& path, int error = errno) {
    const std::string sentence = what + " " + path + ": " + std::strerror(error);
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG: return fail(Errc::StoreFull, sentence);
        case EACCES:
        case EPERM:
        case EROFS: return fail(Errc::StoreReadOnly, sentence);
        case ENOENT: return fail(Errc::StoreNotFound, sentence);
        default: return fail(Errc::DeviceError, sentence);
    }
}

class File {
public:
    explicit File(int number) : number_(number) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] bool is_open() const { return number_ >= 0; }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

/// With errno where it fails. Of what was written in part only the system says nothing: there was no room.
bool write_whole(const File& file, ByteView bytes) {
    const ssize_t written = write(file.number(), bytes.data(), bytes.size());
    if (written < 0) return false;
    if (static_cast<std::size_t>(written) == bytes.size()) return true;
    errno = ENOSPC;
    return false;
}

Result<void> flush_folder(const std::string& path) {
    const File folder(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open() || fsync(folder.number()) != 0) return system_failure("cannot flush", path);
    return {};
}

Result<void> make_parents(const std::string& path) {
    for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
        const std::string parent = path.substr(0, slash);
        if (mkdir(parent.c_str(), 0755) != 0 && errno != EEXIST) return system_failure("cannot make", parent);
    }
    return {};
}

template <class Visit>
void each_entry(const std::string& path, Visit visit) {
    DIR* folder = opendir(path.c_str());
    if (!folder) return;
    while (const dirent* entry = readdir(folder)) visit(dirfd(folder), std::string_view(entry->d_name));
    closedir(folder);
}

bool is_unfinished(std::string_view name) { return name.substr(0, unfinished.size()) == unfinished; }
bool is_side_file(std::string_view name) {
    return std::find(std::begin(side_files), std::end(side_files), name) != std::end(side_files);
}

Result<void> overwrite(const File& file, const std::string& path) {
    struct stat facts {};
    if (fstat(file.number(), &facts) != 0) return system_failure("cannot look at", path);
    const std::array<std::uint8_t, 1 << 16> zeros{};
    for (off_t at = 0; at < facts.st_size;) {
        const auto wanted = std::min<std::size_t>(zeros.size(), static_cast<std::size_t>(facts.st_size - at));
        const ssize_t written = pwrite(file.number(), zeros.data(), wanted, at);
        if (written <= 0) return system_failure("cannot overwrite", path);
        at += written;
    }
    if (fsync(file.number()) != 0) return system_failure("cannot overwrite", path);
    return {};
}

// Removed even where it cannot be overwritten.
Result<void> destroy_file(const std::string& path) {
    (void)chmod(path.c_str(), 0600);
    const File file(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open() && errno == ENOENT) return {};
    const Result<void> overwritten = file.is_open() ? overwrite(file, path) : system_failure("cannot overwrite", path);
    if (unlink(path.c_str()) != 0) return system_failure("cannot remove", path);
    return overwritten;
}

std::string first_stranger(const std::string& path) {
    std::string stranger;
    each_entry(path, [&](int, std::string_view name) {
        const bool ours = name == "." || name == ".." || name == "root.key" || name == "generation" ||
                          name == "audit" || name.substr(0, 8) == "token.db" || is_unfinished(name);
        if (!ours) stranger = name;
    });
    return stranger;
}

Result<gid_t> group_number(const std::string& name) {
    std::vector<char> buffer(1 << 16);
    group entry{};
    group* found = nullptr;
    getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (!found) return fail(Errc::ArgumentsBad, "there is no group named '" + name + "'");
    return entry.gr_gid;
}

}  // namespace

Result<std::optional<PartitionFolder::Identity>> PartitionFolder::database_identity() const {
    struct stat facts {};
    if (stat(database().c_str(), &facts) == 0) return std::optional<Identity>({facts.st_dev, facts.st_ino});
    if (errno == ENOENT || errno == ENOTDIR) return std::optional<Identity>{};
    return system_failure("cannot look at", database());
}

Result<SecretBytes> PartitionFolder::read_root() const {
    const std::string path = path_ + "/root.key";
    const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!file.is_open()) {
        if (errno != ENOENT) return system_failure("cannot read", path);
        return fail(Errc::StoreDamaged, "the partition's root key is missing: " + path);
    }
    SecretBytes root(root_size + 1);
    const ssize_t size = read(file.number(), root.expose_writable().data(), root.size());
    if (size != static_cast<ssize_t>(root_size)) {
        return fail(Errc::StoreDamaged, "the partition's root key is damaged: " + path);
    }
    root.shrink(root_size);
    return root;
}

// fchmod comes after fchown, which drops the set-group-ID bit; umask has no say in either.
Result<void> PartitionFolder::own(int file, const std::string& path, unsigned mode) const {
    if (!group_.empty()) {
        const gid_t group = TRY(group_number(group_));
        if (fchown(file, static_cast<uid_t>(-1), group) != 0) {
            return system_failure("cannot give to group " + group_, path);
        }
    }
    if (fchmod(file, mode) != 0) return system_failure("cannot set the mode of", path);
    return {};
}

// Setting the mode of a folder that somebody else uses would do harm, so such a one is refused.
Result<void> PartitionFolder::make_folder() const {
    TRY(make_parents(path_));
    if (mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) return system_failure("cannot make", path_);
    if (const std::string stranger = first_stranger(path_); !stranger.empty()) {
        return fail(Errc::ArgumentsBad,
                    "the folder " + path_ + " holds other files, such as '" + stranger + "'; want an empty one");
    }
    const File folder(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.is_open()) return system_failure("cannot open", path_);
    return own(folder.number(), path_, group_.empty() ? 0700 : 02770);
}

// A root key that is there stays: a partition that was only half made may have been shared already.
Result<void> PartitionFolder::make_root() const {
    const std::string path = path_ + "/root.key";
    if (access(path.c_str(), F_OK) == 0) return {};
    const std::string fresh = path_ + "/" + std::string(unfinished) + "root.key";
    TRY(make_empty_file(fresh));
    const File file(open(fresh.c_str(), O_WRONLY | O_CLOEXEC));
    const SecretBytes root = TRY(crypto::random_secret(root_size));
    if (!file.is_open() || !write_whole(file, root.expose_bytes()) || fsync(file.number()) != 0)
        return system_failure("cannot write", fresh);
    if (rename(fresh.c_str(), path.c_str()) != 0) return system_failure("cannot name", path);
    return flush_folder(path_);
}

Result<void> PartitionFolder::make_empty_file(const std::string& path) const {
    const File file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, file_mode()));
    if (!file.is_open()) return system_failure("cannot make", path);
    return own(file.number(), path, file_mode());
}

// What belongs to no partition as long as there is no database: what creators that died have left, or a destruction.
std::vector<std::string> PartitionFolder::unnamed_files() const {
    std::vector<std::string> paths;
    each_entry(path_, [&](int, std::string_view name) {
        if (is_unfinished(name) || is_side_file(name)) paths.push_back(path_ + "/" + std::string(name));
    });
    return paths;
}

// The caller holds the lock. Some of it may be what a destruction that died was to overwrite.
void PartitionFolder::remove_leftovers() const {
    for (const std::string& path : unnamed_files()) (void)destroy_file(path);
}

Result<void> PartitionFolder::create_database(const LayOut& lay_out) const {
    TRY(make_folder());
    const File turn(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!turn.is_open() || flock(turn.number(), LOCK_EX) != 0) return system_failure("cannot lock", path_);
    if (TRY(database_identity())) {
        return fail(Errc::AlreadyInitialized, "there is a partition already: " + path_);
    }
    remove_leftovers();
    TRY(make_root());
    const SecretBytes root = TRY(read_root());
    const std::string fresh = path_ + "/" + std::string(unfinished) + "token.db";
    TRY(make_empty_file(fresh));
    if (access(generation_file().c_str(), F_OK) != 0) TRY(make_empty_file(generation_file()));
    TRY(lay_out(fresh, root));
    if (rename(fresh.c_str(), database().c_str()) != 0) return system_failure("cannot name", database());
    return flush_folder(path_);
}

// Without the root key no PIN opens anything; without its name the database is no partition's. A process that dies in
// between leaves nothing that can be unsealed with what is in the folder.
Result<void> PartitionFolder::destroy() const {
    const File turn(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!turn.is_open() && (errno == ENOENT || errno == ENOTDIR)) {
        return fail(Errc::TokenNotRecognized, "there is no partition: " + path_);
    }
    if (!turn.is_open() || flock(turn.number(), LOCK_EX) != 0) return system_failure("cannot lock", path_);
    Result<void> first;
    const auto note = [&first](const Result<void>& done) {
        if (first.ok()) first = done;
    };
    note(destroy_file(path_ + "/root.key"));
    note(flush_folder(path_));
    host::pass(host::FaultPoint::AfterRootKeyDestroyed);
    const std::string unnamed = path_ + "/" + std::string(unfinished) + "token.db";
    if (rename(database().c_str(), unnamed.c_str()) != 0 && errno != ENOENT) {
        note(system_failure("cannot take the name of", database()));
    }
    note(flush_folder(path_));
    host::pass(host::FaultPoint::AfterDatabaseUnnamed);
    for (const std::string& path : unnamed_files()) note(destroy_file(path));
    note(flush_folder(path_));
    return first;
}

}  // namespace kvp11::partition
