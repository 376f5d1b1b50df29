#include "traffic/rules_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>

namespace kvp11::traffic {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_bytes = 1 << 20;  // as of rules at all
constexpr std::int64_t second = 1'000'000'000;

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

// What is no document stays what it is: whoever sets it says what is wrong.
std::string with_profile(std::string text, const std::string& profile) {
    if (profile.empty()) return text;
    boost::system::error_code problem;
    json::value value = json::parse(text, problem);
    if (problem || !value.is_object()) return text;
    value.get_object().emplace("profile", profile);  // nothing where there is one
    return json::serialize(value);
}

std::int64_t nanoseconds_of(const timespec& time) { return time.tv_sec * second + time.tv_nsec; }

}  // namespace

RulesFile::Stamp RulesFile::stamp_of(int descriptor) {
    struct stat status {};
    if (descriptor < 0 || fstat(descriptor, &status) != 0) return {};
    return {status.st_dev, status.st_ino, status.st_size, nanoseconds_of(status.st_mtim),
            nanoseconds_of(status.st_ctim)};
}

Result<std::string> RulesFile::read_if_changed(bool& has_changed) {
    // O_NONBLOCK: opening a FIFO must not hang.
    const Descriptor file(open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    const int problem = errno;
    const Stamp stamp = stamp_of(file.number());
    has_changed = !seen_ || *seen_ != stamp;
    if (!has_changed) return std::string();
    seen_ = stamp;
    if (stamp.size < 0) return fail(Errc::FileUnreadable, "the rules " + path_ + ": " + std::strerror(problem));
    if (stamp.size > most_bytes) return fail(Errc::FileUnreadable, "the rules " + path_ + " are longer than 1 MiB");
    std::string text(static_cast<std::size_t>(stamp.size), '\0');
    const ssize_t got = read(file.number(), text.data(), text.size());
    if (got < 0) return fail(Errc::FileUnreadable, "the rules " + path_ + ": " + std::strerror(errno));
    text.resize(static_cast<std::size_t>(got));
    return text;
}

Result<bool> RulesFile::refresh(Traffic& traffic) {
    bool has_changed = false;
    std::string text = TRY(read_if_changed(has_changed));
    if (!has_changed) return false;
    const auto set = traffic.set_rules(with_profile(std::move(text), profile_));
    if (!set.ok()) return fail(set.code(), path_ + ": " + set.error().message);
    return true;
}

}  // namespace kvp11::traffic
