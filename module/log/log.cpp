#include "log/log.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "log/record.hpp"

namespace kvp11::log {

namespace {

constexpr std::array<std::string_view, 5> level_names{"error", "warn", "info", "debug", "trace"};

// Settings are immutable and replaced as a whole, so that readers need no lock. Replaced ones stay
// reachable from their successor: a reader may still hold them, and configuring is rare.
struct Active {
    Settings settings;
    const Active* replaced = nullptr;
};

Level level_or_override(Level level) noexcept {
    const char* wanted = ::secure_getenv("KVP11_LOG");
    return wanted == nullptr ? level : level_named(wanted).value_or(level);
}

std::string target_or_override(const std::string& target) {
    const char* found = ::secure_getenv("KVP11_LOG_TARGET");
    const std::string wanted = found == nullptr ? "" : found;
    const bool is_target = wanted == "stderr" || wanted == "syslog" || wanted.starts_with('/');
    return is_target ? wanted : target;
}

// Never destroyed: the host may log through us until its last instruction.
constinit std::atomic<const Active*> active{nullptr};

class KeepErrno {
public:
    KeepErrno() noexcept : saved_(errno) {}
    KeepErrno(const KeepErrno&) = delete;
    KeepErrno(KeepErrno&&) = delete;
    KeepErrno& operator=(const KeepErrno&) = delete;
    KeepErrno& operator=(KeepErrno&&) = delete;
    ~KeepErrno() { errno = saved_; }

private:
    int saved_;
};

bool write_once(int descriptor, std::string_view bytes) noexcept {
    ssize_t written = 0;
    do {
        written = ::write(descriptor, bytes.data(), bytes.size());
    } while (written < 0 && errno == EINTR);
    return written == static_cast<ssize_t>(bytes.size());
}

bool append_to_file(const std::string& path, std::string_view bytes) noexcept {
    const int file = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
    if (file < 0) return false;
    const bool written = write_once(file, bytes);
    ::close(file);
    return written;
}

// syslog(3) would share the host's identity and libc's lock, hence the datagram by hand.
bool send_to_syslog(std::string_view bytes) noexcept {
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (socket < 0) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, "/dev/log", sizeof(address.sun_path) - 1);
    const auto sent = ::sendto(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), sizeof(address));
    ::close(socket);
    return sent == static_cast<ssize_t>(bytes.size());
}

bool deliver(const Settings& settings, Level level, std::string_view message) noexcept {
    const long pid = ::getpid();
    if (settings.target == "syslog") return send_to_syslog(Record::datagram(level, message, pid).bytes());
    const auto line = Record::line(level, message, pid, std::chrono::system_clock::now());
    if (settings.target != "stderr") return append_to_file(settings.target, line.bytes());
    write_once(STDERR_FILENO, line.bytes());
    return true;
}

// What the environment wants counts from the moment when the module is loaded.
[[maybe_unused]] const bool listened = (configure({}), true);

}  // namespace

constinit std::atomic<Level> current_level{Level::Warn};

std::string_view name_of(Level level) noexcept { return level_names[static_cast<std::size_t>(level)]; }

std::optional<Level> level_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < level_names.size(); ++i)
        if (level_names[i] == name) return static_cast<Level>(i);
    return std::nullopt;
}

void configure(const Settings& settings) noexcept {
    const Active* before = active.load();
    auto* made = new (std::nothrow) Active;
    if (made == nullptr) return;
    try {
        made->settings = {settings.level, target_or_override(settings.target)};
    } catch (...) {  // out of memory: what was configured before stays
        delete made;
        return;
    }
    if (before == nullptr ? made->settings.target == "stderr" : before->settings.target == made->settings.target) {
        delete made;
    } else {
        made->replaced = before;
        while (!active.compare_exchange_weak(made->replaced, made)) {
        }
    }
    current_level = level_or_override(settings.level);
}

void write(Level level, std::string_view message) noexcept {
    if (!enabled(level)) return;
    const KeepErrno keep;
    const auto* current = active.load(std::memory_order_acquire);
    if (current != nullptr && deliver(current->settings, level, message)) return;
    const auto line = Record::line(level, message, ::getpid(), std::chrono::system_clock::now());
    write_once(STDERR_FILENO, line.bytes());
}

}  // namespace kvp11::log
