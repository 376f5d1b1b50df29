#include "audit/log_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace kvp11::audit {
namespace {

constexpr const char* head_name = "head";
constexpr std::string_view segment_suffix = ".jsonl";
constexpr std::size_t segment_digits = 6;

std::string segment_name(std::uint64_t number) {
    std::string digits = std::to_string(number);
    if (digits.size() < segment_digits) digits.insert(0, segment_digits - digits.size(), '0');
    return digits + std::string(segment_suffix);
}

/// 0 of any other file.
std::uint64_t segment_number(std::string_view name) {
    if (!name.ends_with(segment_suffix)) return 0;
    std::uint64_t number = 0;
    const char* last = name.data() + name.size() - segment_suffix.size();
    const auto [stop, error] = std::from_chars(name.data(), last, number);
    return error == std::errc() && stop == last && segment_name(number) == name ? number : 0;
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

// fchmod comes after fchown, which drops the set-group-ID bit; umask has no say in either.
Result<void> LogFolder::own(const LogFile& file, const std::string& path, unsigned mode) const {
    if (!settings_.group.empty()) {
        const gid_t group = TRY(group_number(settings_.group));
        if (fchown(file.number(), static_cast<uid_t>(-1), group) != 0) {
            return system_failure("cannot give to group " + settings_.group, path);
        }
    }
    if (fchmod(file.number(), mode) != 0) return system_failure("cannot set the mode of", path);
    return {};
}

Result<LogFile> LogFolder::open_folder() const {
    LogFile folder(open(settings_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!folder.is_open() && errno != ENOENT) return system_failure("cannot open", settings_.folder);
    return folder;
}

// Also when whoever opens the log was not told of the group: its folder then lies in one that is a group's.
bool LogFolder::is_shared() const {
    if (!settings_.group.empty()) return true;
    const std::string parent = settings_.folder.substr(0, settings_.folder.rfind('/'));
    struct stat facts {};
    const mode_t wanted = S_ISGID | S_IRWXG;
    return stat(parent.c_str(), &facts) == 0 && (facts.st_mode & wanted) == wanted;
}

// The parent is not made: a log does not bring a partition's folder into being.
Result<void> LogFolder::make_folder() const {
    const std::string& path = settings_.folder;
    if (mkdir(path.c_str(), 0700) != 0) {
        if (errno == EEXIST) return {};
        return system_failure("cannot make", path);
    }
    const LogFile folder = TRY(open_folder());
    return own(folder, path, is_shared() ? 02770 : 0700);
}

Result<LogFile> LogFolder::open_file(const std::string& name, Access access) const {
    const std::string path = settings_.folder + "/" + name;
    const LogFile folder = TRY(open_folder());
    if (!folder.is_open()) return LogFile();
    const int flags = (access == Access::Read ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    if (access == Access::Create) {
        const int made = openat(folder.number(), name.c_str(), flags | O_CREAT | O_EXCL, settings_.file_mode);
        if (made < 0 && errno != EEXIST) return system_failure("cannot make", path);
        if (made >= 0) {
            LogFile file(made);
            TRY(own(file, path, is_shared() ? settings_.file_mode | 0060U : settings_.file_mode));
            return file;
        }
    }
    LogFile file(openat(folder.number(), name.c_str(), flags));
    if (!file.is_open() && errno != ENOENT) return system_failure("cannot open", path);
    struct stat facts {};
    if (file.is_open() && (fstat(file.number(), &facts) != 0 || !S_ISREG(facts.st_mode))) {
        return fail(Errc::DeviceError, "not an ordinary file: " + path);
    }
    return file;
}

Result<LogFile> LogFolder::open_head(Access access) const {
    if (access == Access::Create) TRY(make_folder());
    return open_file(head_name, access);
}

Result<LogFile> LogFolder::open_segment(std::uint64_t number, Access access) const {
    return open_file(segment_name(number), access);
}

Result<std::vector<std::uint64_t>> LogFolder::segments() const {
    std::vector<std::uint64_t> numbers;
    DIR* folder = opendir(settings_.folder.c_str());
    if (!folder && errno == ENOENT) return numbers;
    if (!folder) return system_failure("cannot read", settings_.folder);
    while (const dirent* entry = readdir(folder)) {
        if (const std::uint64_t number = segment_number(entry->d_name); number != 0) numbers.push_back(number);
    }
    closedir(folder);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

bool LogFolder::has_head(const LogFile& file) const {
    struct stat ours {};
    struct stat named {};
    const std::string path = settings_.folder + "/" + head_name;
    return fstat(file.number(), &ours) == 0 && lstat(path.c_str(), &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

Result<void> LogFolder::flush(std::uint64_t first, std::uint64_t last) const {
    for (std::uint64_t number = first; number <= last; ++number) {
        const LogFile segment = TRY(open_segment(number, Access::Read));
        if (segment.is_open() && fdatasync(segment.number()) != 0)
            return system_failure("cannot flush", "the audit log");
    }
    const LogFile head = TRY(open_head(Access::Read));
    if (head.is_open() && fdatasync(head.number()) != 0) return system_failure("cannot flush", "the audit log");
    const LogFile folder = TRY(open_folder());
    if (!folder.is_open() || fsync(folder.number()) != 0) return system_failure("cannot flush", settings_.folder);
    return {};
}

}  // namespace kvp11::audit
