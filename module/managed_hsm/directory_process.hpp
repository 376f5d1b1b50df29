// What a Directory knows and does in one process. Not for use outside directory*.cpp.
#pragma once

#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include "host/process_mark.hpp"
#include "managed_hsm/directory.hpp"

namespace kvp11::managed_hsm {

/// A miss is not repeated, and a file not looked at, more often.
inline constexpr Moment miss_pause = 2'000;
inline constexpr Moment look_pause = 1'000;
/// How far a moment may seem to lie ahead.
inline constexpr Moment clock_slack = 1'000;
/// Lines for the file are collected up to here.
inline constexpr std::size_t bytes_at_once = 32U << 10U;

/// The service does not answer, in contrast to what it answers.
inline bool is_trouble(Errc code) { return code == Errc::DeviceError || code == Errc::DeviceRemoved; }
/// The service says that this key is nothing for us.
inline bool is_no_object(Errc code) {
    return code == Errc::KeyNotFound || code == Errc::AccessDenied || code == Errc::KeyDisabled ||
           code == Errc::KeyDeleted || code == Errc::AlgorithmNotSupported || code == Errc::KeyNameInvalid;
}

struct Directory::Process {
    explicit Process(const std::string& path) : file(path) {}

    /// A request that several threads wait for.
    struct Flight {
        bool is_over = false;
        std::optional<Error> error;
        KeyRecordPtr record;
    };

    const std::uint64_t mark = host::process_mark();

    std::shared_mutex mutex;  // guards the next three; held for memory work only
    Knowledge knowledge;
    std::unordered_map<std::string, Moment> missing;            // folded names that the service did not have
    std::unordered_map<std::string, std::string> found_listed;  // folded names, and version_as_listed() that was found

    std::atomic<Moment> list_used{0};  // when a search was last answered from a fresh list
    std::atomic<Moment> looked{0};     // when the file was last looked at
    std::atomic<std::size_t> stale_asks{0};

    std::mutex file_mutex;  // held while the file is read or written; taken before `mutex`
    DirectoryFile file;

    std::mutex turn_mutex;  // guards the rest
    std::condition_variable over;
    std::shared_ptr<Flight> list_flight;  // null when nobody reads the list
    std::map<KeyId, std::shared_ptr<Flight>> flights;
};

}  // namespace kvp11::managed_hsm
