#include "managed_hsm/directory_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unordered_set>

#include "crypto/digest.hpp"
#include "kvp11/bytes.hpp"
#include "log/log.hpp"

namespace kvp11::managed_hsm {

namespace {

constexpr off_t largest_file = off_t{64} << 20;
constexpr off_t longest_first_line = 1024;
/// So often in a row nobody writes the whole anew, who is in his senses.
constexpr int most_attempts = 20;
/// Appending goes on until there is as much again, and this.
constexpr off_t room_for_appending = off_t{256} << 10;

class File {
public:
    explicit File(int number) : number_(number) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

void complain(const std::string& what, const std::string& path) {
    if (!log::enabled(log::Level::Debug)) return;
    log::write(log::Level::Debug, what + " " + path + ": " + std::strerror(errno) + "; going on without it");
}

/// Ours, and nobody else may have written it.
bool is_trusted(const struct stat& facts) {
    return S_ISREG(facts.st_mode) && facts.st_uid == geteuid() && (facts.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           facts.st_size <= largest_file;
}

std::string read_from(int file, off_t begin, off_t end) {
    std::string text(static_cast<std::size_t>(end - begin), '\0');
    std::size_t got = 0;
    while (got < text.size()) {
        const ssize_t count = pread(file, text.data() + got, text.size() - got, begin + static_cast<off_t>(got));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        got += static_cast<std::size_t>(count);
    }
    text.resize(got);
    return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string complete_lines(std::string text) {
    const std::size_t end = text.rfind('\n');
    text.resize(end == std::string::npos ? 0 : end + 1);
    return text;
}

/// Without them a file that is displaced again and again would grow by all of itself each time.
std::string lines_not_in(std::string_view known, std::string_view text) {
    const auto each_line = [](std::string_view lines, const auto& take) {
        for (std::size_t end = 0; (end = lines.find('\n')) != std::string_view::npos; lines.remove_prefix(end + 1)) {
            take(lines.substr(0, end + 1));
        }
    };
    std::unordered_set<std::string_view> seen;
    each_line(known, [&](std::string_view line) { seen.insert(line); });
    std::string fresh;
    each_line(text, [&](std::string_view line) {
        if (seen.insert(line).second) fresh += line;
    });
    return fresh;
}

std::int64_t time_of_change(const struct stat& facts) {
    return std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::string in_environment(const char* name) {
    const char* value = secure_getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

DirectoryFile::Turn::~Turn() {
    if (descriptor_ >= 0) close(descriptor_);
}

bool DirectoryFile::write_all(int descriptor, std::string_view text) const {
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool DirectoryFile::make_folder() const {
    const std::string folder = folder_of(path_);
    for (std::size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
        const std::string part = folder.substr(0, slash);
        if (mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return false;
        if (slash == std::string::npos) return true;
    }
}

bool DirectoryFile::goes_on(const struct stat& facts, const std::string& first_line) const {
    return read_ && read_->device == facts.st_dev && read_->number == facts.st_ino && read_->size <= facts.st_size &&
           read_->first_line == first_line;
}

std::optional<DirectoryFile::News> DirectoryFile::read_news() {
    if (path_.empty()) return std::nullopt;
    struct stat facts {};
    if (stat(path_.c_str(), &facts) != 0) return std::nullopt;
    const bool is_same = read_ && read_->device == facts.st_dev && read_->number == facts.st_ino;
    if (is_same && read_->size == facts.st_size && read_->changed == time_of_change(facts)) return std::nullopt;
    const File file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.is_open() || fstat(file.number(), &facts) != 0 || !is_trusted(facts)) return std::nullopt;
    std::string first = first_line(read_from(file.number(), 0, std::min(facts.st_size, longest_first_line)));
    const bool is_rest = goes_on(facts, first);
    const off_t begin = is_rest ? read_->size : 0;
    News news{!is_rest, read_from(file.number(), begin, facts.st_size)};
    // A line that somebody is writing is left for the next time.
    news.text = complete_lines(std::move(news.text));
    read_ = Place{facts.st_dev, facts.st_ino, begin + static_cast<off_t>(news.text.size()), time_of_change(facts),
                  std::move(first)};
    if (news.is_whole) size_when_whole_ = read_->size;
    return news;
}

bool DirectoryFile::append(std::string_view lines) {
    if (path_.empty() || lines.empty()) return false;
    // What somebody did not write to its end is ended for him.
    const std::string text = "\n" + std::string(lines);
    // Another process may put another file in its place while we write, and one more.
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const File file(open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (!file.is_open()) return errno == ENOENT;
        struct stat facts {};
        if (fstat(file.number(), &facts) != 0 || !is_trusted(facts)) return false;
        if (!write_all(file.number(), text)) complain("cannot write to", path_);
        struct stat now {};
        if (stat(path_.c_str(), &now) == 0 && now.st_ino == facts.st_ino && now.st_dev == facts.st_dev) {
            return now.st_size > 2 * size_when_whole_ + room_for_appending;
        }
    }
    return false;
}

std::string DirectoryFile::missed_of(const std::string& displaced) const {
    const File file(open(displaced.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat facts {};
    if (!file.is_open() || fstat(file.number(), &facts) != 0 || !is_trusted(facts)) return {};
    // By its first line, too: the number of a file that is gone is given to the next one.
    const std::string first = first_line(read_from(file.number(), 0, std::min(facts.st_size, longest_first_line)));
    const off_t begin = goes_on(facts, first) ? read_->size : 0;
    return begin < facts.st_size ? complete_lines(read_from(file.number(), begin, facts.st_size)) : std::string();
}

std::string DirectoryFile::displace(std::string_view lines) {
    if (path_.empty()) return {};
    if (!make_folder()) return complain("cannot make the folder of", path_), std::string();
    std::string name = path_ + ".XXXXXX";
    const File fresh(mkostemp(name.data(), O_CLOEXEC | O_APPEND));
    if (!fresh.is_open()) return complain("cannot write beside", path_), std::string();
    // Exchanged rather than renamed where that can be, because only then it is certain which file was displaced.
    const bool is_written = write_all(fresh.number(), lines);
    const bool is_exchanged =
        is_written && renameat2(AT_FDCWD, name.c_str(), AT_FDCWD, path_.c_str(), RENAME_EXCHANGE) == 0;
    if (!is_exchanged && (!is_written || rename(name.c_str(), path_.c_str()) != 0)) {
        complain("cannot write", path_);
        unlink(name.c_str());
        return {};
    }
    std::string missed = is_exchanged ? lines_not_in(lines, missed_of(name)) : std::string();
    if (is_exchanged) unlink(name.c_str());
    struct stat now {};
    if (fstat(fresh.number(), &now) != 0) return missed;
    read_ = Place{now.st_dev, now.st_ino, static_cast<off_t>(lines.size()), time_of_change(now),
                  first_line(std::string(lines.substr(0, static_cast<std::size_t>(longest_first_line))))};
    size_when_whole_ = static_cast<off_t>(lines.size());
    return missed;
}

std::optional<DirectoryFile::Turn> DirectoryFile::try_turn() const {
    if (path_.empty() || !make_folder()) return Turn();
    const std::string path = path_ + ".lock";
    int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (file < 0) return Turn();
    Turn turn(file);
    struct flock whole {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    if (fcntl(file, F_SETLK, &whole) == 0) return turn;
    if (errno == EACCES || errno == EAGAIN) return std::nullopt;
    return Turn();  // a file system without locks
}

std::string directory_file_path(const std::string& folder, const std::string& host, std::string_view identity) {
    std::string place = folder;
    if (place.empty()) {
        const std::string cache = in_environment("XDG_CACHE_HOME");
        const std::string home = in_environment("HOME");
        if (!cache.empty() && cache.front() == '/') {
            place = cache + "/kvp11";
        } else if (!home.empty() && home.front() == '/') {
            place = home + "/.cache/kvp11";
        } else {
            return {};
        }
    }
    std::string safe_host = host;
    std::replace_if(
        safe_host.begin(), safe_host.end(),
        [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-'; }, '_');
    constexpr char digits[] = "0123456789abcdef";
    const Bytes digest = crypto::hash(Digest::Sha256, bytes_of(identity));
    std::string mark;
    for (std::size_t i = 0; i < 6; ++i) mark += {digits[digest[i] >> 4U], digits[digest[i] & 15U]};
    return place + "/" + safe_host + "-" + mark + ".json";
}

}  // namespace kvp11::managed_hsm
