#include "tools/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace kvp11::tools {
namespace {

constexpr std::size_t largest_secret = 1 << 16;

/// An open file descriptor, closed at the end of its life.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] bool valid() const { return number_ >= 0; }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

std::string reason() { return std::strerror(errno); }

Failure unreadable(const std::string& path, const std::string& why) {
    return fail(Errc::FileUnreadable, "cannot read " + path + ": " + why);
}

/// The bytes read into `space`, 0 at the end of the file.
Result<std::size_t> read_some(const Descriptor& file, MutableBytes space, const std::string& path) {
    for (;;) {
        const ssize_t got = read(file.number(), space.data(), space.size());
        if (got >= 0) return static_cast<std::size_t>(got);
        if (errno != EINTR) return unreadable(path, reason());
    }
}

Failure too_large(const std::string& path, std::size_t limit) {
    return unreadable(path, "it has more than " + std::to_string(limit) + " bytes");
}

Failure exists(const std::string& path) {
    return fail(Errc::ArgumentsBad, path + " exists already and is not overwritten: name another file");
}

bool write_whole(int descriptor, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = write(descriptor, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(descriptor) == 0;
}

}  // namespace

Result<std::string> read_text(const std::string& path, std::size_t limit) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return unreadable(path, reason());
    std::string content;
    Bytes piece(1 << 16);
    while (const std::size_t got = TRY(read_some(file, piece, path))) {
        content.append(text_of(ByteView(piece).first(got)));
        if (content.size() > limit) return too_large(path, limit);
    }
    return content;
}

Result<SecretBytes> read_secret(const std::string& path) {
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return unreadable(path, reason());
    SecretBytes content(largest_secret + 1);
    std::size_t size = 0;
    while (const std::size_t got = TRY(read_some(file, content.expose_writable().subspan(size), path))) size += got;
    if (size > largest_secret) return too_large(path, largest_secret);
    content.shrink(size);
    return content;
}

Result<void> check_new_file(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) return exists(path);
    const std::filesystem::path folder = std::filesystem::absolute(path, ignored).parent_path();
    if (!std::filesystem::is_directory(folder, ignored)) {
        return fail(Errc::ArgumentsBad, "cannot write " + path + ": the folder " + folder.string() + " does not exist");
    }
    return {};
}

Result<void> write_new_file(const std::string& path, std::string_view content) {
    const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.valid() && errno == EEXIST) return exists(path);
    if (!file.valid()) return fail(Errc::ArgumentsBad, "cannot write " + path + ": " + reason());
    if (!write_whole(file.number(), content)) {
        const std::string why = reason();
        unlink(path.c_str());
        return fail(Errc::ArgumentsBad, "cannot write " + path + ": " + why);
    }
    return {};
}

}  // namespace kvp11::tools
