#include "credential/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace kvp11::credential {
namespace {

/// Closed when it goes; never handed to a child.
class OpenFile {
public:
    // Not waiting: a pipe in place of the file must not hold up the host.
    explicit OpenFile(const std::string& path)
        : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {}
    ~OpenFile() {
        if (number_ >= 0) ::close(number_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

Failure unreadable(const std::string& path, const std::string& why) {
    return fail(Errc::FileUnreadable, "cannot read " + path + ": " + why);
}

Failure unreadable(const std::string& path, int error) {
    return unreadable(path, std::generic_category().message(error));
}

}  // namespace

Result<SecretBytes> read_secret_file(const std::string& path, std::size_t most_bytes) {
    const OpenFile file(path);
    if (file.number() < 0) return unreadable(path, errno);
    struct stat status {};
    if (::fstat(file.number(), &status) != 0) return unreadable(path, errno);
    if (!S_ISREG(status.st_mode)) return unreadable(path, "it is no regular file");
    SecretBytes content(most_bytes + 1);
    std::size_t size = 0;
    while (size < content.size()) {
        const ssize_t got = ::read(file.number(), content.expose_writable().data() + size, content.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path, errno);
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    if (size > most_bytes) return unreadable(path, "it is larger than " + std::to_string(most_bytes) + " bytes");
    content.shrink(size);
    return content;
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Result<SecretBytes> read_secret_word(const std::string& path, std::size_t most_bytes) {
    const SecretBytes content = TRY(read_secret_file(path, most_bytes));
    const std::string_view word = trimmed(text_of(content.expose_bytes()));
    if (word.empty()) return unreadable(path, "it is empty");
    return SecretBytes::copy_of(bytes_of(word));
}

}  // namespace kvp11::credential
