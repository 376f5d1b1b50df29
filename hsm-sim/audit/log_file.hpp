// LogFile: an open file of the log, closed with its owner, and in a child at once after fork().
//
// A lock belongs to the open file, not to the process: a child that kept a copy of it would keep the lock of a
// parent that was killed while it wrote. Moving is one thread's at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "kvp11/bytes.hpp"
#include "kvp11/result.hpp"

namespace kvp11::audit {

/// StoreFull, StoreReadOnly, StoreNotFound or DeviceError, from errno.
Failure system_failure(const std::string& what, const std::string& path);

class LogFile {
public:
    /// Does now what would else be done with the first file.
    static void prepare_for_forks();

    LogFile() = default;
    /// Takes over what openat() gave; negative for none.
    explicit LogFile(int number);
    LogFile(LogFile&& other) noexcept { swap(other); }
    LogFile& operator=(LogFile&& other) noexcept {
        LogFile moved(std::move(other));
        swap(moved);
        return *this;
    }
    LogFile(const LogFile&) = delete;
    LogFile& operator=(const LogFile&) = delete;
    ~LogFile();

    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] std::uint64_t size() const noexcept;
    /// How many bytes there were, fewer than wanted at the end of the file; -1 with errno.
    [[nodiscard]] std::int64_t read_at(std::uint64_t offset, MutableBytes bytes) const noexcept;
    /// False with errno when not all could be written.
    bool write_at(std::uint64_t offset, ByteView bytes) const noexcept;

private:
    void swap(LogFile& other) noexcept {
        std::swap(number_, other.number_);
        std::swap(mark_, other.mark_);
    }

    int number_ = -1;
    std::uint64_t mark_ = 0;  // of the process that opened it
};

/// The log's lock, on its head file; released with this object, and by the kernel when the holder dies.
/// Threads that share one LogFile share one lock: they need a mutex besides.
class LogLock {
public:
    enum class Kind : std::uint8_t { Shared, Exclusive };
    /// Waits for it.
    static Result<LogLock> take(const LogFile& file, Kind kind);
    LogLock(LogLock&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    LogLock& operator=(LogLock&&) = delete;
    ~LogLock();

private:
    explicit LogLock(int number) : number_(number) {}
    int number_;
};

}  // namespace kvp11::audit
