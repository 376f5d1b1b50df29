#include "credential/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace kvp11::credential {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t most_output = 256U << 10U;
constexpr milliseconds look_again{20};  // for the end of a child, where there is no pidfd
constexpr milliseconds death_takes{1'000};

class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { close(); }
    void take(int number) {
        close();
        number_ = number;
    }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_ = -1;
};

struct Pipe {
    Descriptor reading;
    Descriptor writing;
    bool open() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return false;
        reading.take(ends[0]);
        writing.take(ends[1]);
        return ::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
    }
};

Failure not_started(const std::string& path, int error) {
    return fail(Errc::FileUnreadable, "cannot start " + path + ": " + std::generic_category().message(error));
}

/// How the child begins: actions on descriptors and attributes, freed when they go.
class Beginning {
public:
    Beginning(int output, int complaints) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, complaints, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        // Interpreters look for their modules where they are started.
        posix_spawn_file_actions_addchdir_np(&actions_, "/");
        posix_spawnattr_init(&attributes_);
        sigset_t signals;
        sigemptyset(&signals);
        posix_spawnattr_setsigmask(&attributes_, &signals);
        sigfillset(&signals);
        posix_spawnattr_setsigdefault(&attributes_, &signals);
        posix_spawnattr_setpgroup(&attributes_, 0);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    Beginning(const Beginning&) = delete;
    Beginning& operator=(const Beginning&) = delete;
    ~Beginning() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    int spawn(pid_t& child, const std::string& path, const std::vector<std::string>& arguments) const {
        std::vector<char*> argv;
        for (const std::string& one : arguments) argv.push_back(const_cast<char*>(one.c_str()));
        argv.push_back(nullptr);
        return ::posix_spawn(&child, path.c_str(), &actions_, &attributes_, argv.data(), environ);
    }

private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

/// A child of ours until it was waited for, by us or by the host.
class Child {
public:
    explicit Child(pid_t number) : number_(number), watch_(static_cast<int>(::syscall(SYS_pidfd_open, number, 0))) {}
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { end(); }

    /// Readable when the child has ended; -1 on kernels without.
    [[nodiscard]] int watch() const noexcept { return watch_.number(); }
    [[nodiscard]] std::optional<int> exit_code() const noexcept { return exit_code_; }

    /// True when it has ended; its number may then be another process's, and is not used again.
    bool has_ended() {
        if (gone_) return true;
        int status = 0;
        const pid_t got = ::waitpid(number_, &status, WNOHANG);
        if (got == 0 || (got < 0 && errno == EINTR)) return false;
        gone_ = true;
        if (got == number_) exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        return true;
    }

private:
    void wait_a_little() const {
        pollfd ending{.fd = watch(), .events = POLLIN, .revents = 0};
        ::poll(&ending, watch() >= 0 ? 1 : 0, static_cast<int>(look_again.count()));
    }
    /// The group, since az may be a script that starts another program. As long as it is not waited for, its number and
    /// its group's are nobody else's.
    void end() {
        if (has_ended()) return;
        ::kill(-number_, SIGKILL);
        const auto patience = Clock::now() + death_takes;
        while (!has_ended() && Clock::now() < patience) wait_a_little();
    }

    pid_t number_;
    Descriptor watch_;
    bool gone_ = false;
    std::optional<int> exit_code_;
};

/// Reads what is there. False when there is no more to come.
bool read_some(int descriptor, SecretBytes& place, std::size_t& used, bool& too_much) {
    for (;;) {
        if (used == place.size()) {
            too_much = true;
            return false;
        }
        const ssize_t got = ::read(descriptor, place.expose_writable().data() + used, place.size() - used);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno == EAGAIN;
        if (got == 0) return false;
        used += static_cast<std::size_t>(got);
    }
}

int wait_until(Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count() + 1, 0, 60'000));
}

/// Both outputs of a child, until it has ended.
class Listener {
public:
    Listener(Child& child, int output, int complaints) : child_(child), ends_{output, complaints} {}

    /// False when the deadline has passed first.
    bool listen(Clock::time_point deadline) {
        while (!child_.has_ended()) {
            if (too_much_) return true;
            if (Clock::now() >= deadline) return false;
            wait(deadline);
            read_all();
        }
        // What it left in the pipes. Its own children may still hold them, so their end is not waited for.
        read_all();
        return true;
    }
    [[nodiscard]] bool too_much() const noexcept { return too_much_; }
    SecretBytes take_output() {
        places_[0].shrink(used_[0]);
        return std::move(places_[0]);
    }
    [[nodiscard]] std::string complaints() const {
        return std::string(text_of(places_[1].expose_bytes().first(used_[1])));
    }

private:
    void wait(Clock::time_point deadline) const {
        pollfd sources[] = {{.fd = ends_[0], .events = POLLIN, .revents = 0},
                            {.fd = ends_[1], .events = POLLIN, .revents = 0},
                            {.fd = child_.watch(), .events = POLLIN, .revents = 0}};
        const int longest = child_.watch() >= 0 ? wait_until(deadline)
                                                : std::min(wait_until(deadline), static_cast<int>(look_again.count()));
        ::poll(sources, std::size(sources), longest);
    }
    void read_all() {
        for (std::size_t i = 0; i < ends_.size(); ++i) {
            // A negative descriptor is left out by poll.
            if (ends_[i] >= 0 && !read_some(ends_[i], places_[i], used_[i], too_much_)) ends_[i] = -1;
        }
    }

    Child& child_;
    std::array<int, 2> ends_;
    std::array<SecretBytes, 2> places_{SecretBytes(most_output), SecretBytes(most_output)};
    std::array<std::size_t, 2> used_{};
    bool too_much_ = false;
};

}  // namespace

std::string find_program(const std::string& name) {
    const char* variable = ::secure_getenv("PATH");
    std::string_view folders = variable ? variable : "/usr/local/bin:/usr/bin:/bin";
    while (!folders.empty()) {
        const std::size_t end = std::min(folders.find(':'), folders.size());
        const std::string path = std::string(folders.substr(0, end)) + "/" + name;
        // Never from where the host happens to be.
        if (path.front() == '/' && end != 0 && ::access(path.c_str(), X_OK) == 0) return path;
        folders.remove_prefix(std::min(end + 1, folders.size()));
    }
    return {};
}

Result<ProgramOutput> run_program(const std::string& path, const std::vector<std::string>& arguments,
                                  Clock::time_point deadline) {
    Pipe output;
    Pipe complaints;
    if (!output.open() || !complaints.open()) return not_started(path, errno);
    pid_t number = -1;
    const Beginning beginning(output.writing.number(), complaints.writing.number());
    if (const int error = beginning.spawn(number, path, arguments); error != 0) return not_started(path, error);
    output.writing.close();
    complaints.writing.close();
    Child child(number);
    Listener listener(child, output.reading.number(), complaints.reading.number());
    if (!listener.listen(deadline)) return fail(Errc::DeviceError, path + " was not done in time");
    if (listener.too_much()) return fail(Errc::DeviceError, path + " said more than anybody asked");
    return ProgramOutput{
        .output = listener.take_output(), .complaints = listener.complaints(), .exit_code = child.exit_code()};
}

}  // namespace kvp11::credential
