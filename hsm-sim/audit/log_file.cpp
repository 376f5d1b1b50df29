#include "audit/log_file.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

#include "host/process_mark.hpp"

namespace kvp11::audit {
namespace {

struct OpenFiles {
    std::mutex mutex;          // held over the fork
    std::vector<int> numbers;  // which a child empties without asking for memory or giving any back
};

OpenFiles& open_files();

void before_fork() { open_files().mutex.lock(); }
void in_parent() { open_files().mutex.unlock(); }
void in_child() {
    for (const int number : open_files().numbers) close(number);
    open_files().numbers.clear();
    open_files().mutex.unlock();
}

// Never destroyed: a fork may come after the static destructors.
OpenFiles& open_files() {
    static OpenFiles* const files = [] {
        pthread_atfork(&before_fork, &in_parent, &in_child);
        return new OpenFiles;
    }();
    return *files;
}

struct flock whole_file(short type) {
    struct flock lock {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

Failure system_failure(const std::string& what, const std::string& path) {
    const int error = errno;
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

void LogFile::prepare_for_forks() { (void)open_files(); }

LogFile::LogFile(int number) : number_(number), mark_(host::process_mark()) {
    if (number_ < 0) return;
    const std::lock_guard lock(open_files().mutex);
    open_files().numbers.push_back(number_);
}

// A number that was open before a fork is closed already, and may be another file's by now.
LogFile::~LogFile() {
    if (number_ < 0 || mark_ != host::process_mark()) return;
    const std::lock_guard lock(open_files().mutex);
    std::erase(open_files().numbers, number_);
    close(number_);
}

std::uint64_t LogFile::size() const noexcept {
    const off_t end = lseek(number_, 0, SEEK_END);
    return end < 0 ? 0 : static_cast<std::uint64_t>(end);
}

std::int64_t LogFile::read_at(std::uint64_t offset, MutableBytes bytes) const noexcept {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t part =
            pread(number_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return -1;
        if (part == 0) break;
        done += static_cast<std::size_t>(part);
    }
    return static_cast<std::int64_t>(done);
}

bool LogFile::write_at(std::uint64_t offset, ByteView bytes) const noexcept {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t part =
            pwrite(number_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (part < 0 && errno == EINTR) continue;
        if (part == 0) errno = ENOSPC;
        if (part <= 0) return false;
        done += static_cast<std::size_t>(part);
    }
    return true;
}

Result<LogLock> LogLock::take(const LogFile& file, Kind kind) {
    struct flock wanted = whole_file(kind == Kind::Shared ? F_RDLCK : F_WRLCK);
    while (fcntl(file.number(), F_OFD_SETLKW, &wanted) != 0) {
        if (errno != EINTR) return system_failure("cannot lock", "the audit log");
    }
    return LogLock(file.number());
}

LogLock::~LogLock() {
    if (number_ < 0) return;
    struct flock none = whole_file(F_UNLCK);
    (void)fcntl(number_, F_OFD_SETLK, &none);
}

}  // namespace kvp11::audit
