#include "tools/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

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

Failure cannot_write(const std::string& path) {
    return fail(Errc::ArgumentsBad, "cannot write " + path + ": " + reason());
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

Result<NewFile> NewFile::create(const std::string& path) {
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) return errno == EEXIST ? exists(path) : cannot_write(path);
    return NewFile(path, file);
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), finished_(other.finished_) {}

NewFile::~NewFile() {
    if (descriptor_ < 0) return;
    close(descriptor_);
    if (!finished_) unlink(path_.c_str());
}

Result<void> NewFile::write(std::string_view piece) {
    while (!piece.empty()) {
        const ssize_t written = ::write(descriptor_, piece.data(), piece.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot_write(path_);
        piece.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> NewFile::finish() {
    if (fsync(descriptor_) != 0) return cannot_write(path_);
    finished_ = true;
    return {};
}

Result<void> write_new_file(const std::string& path, std::string_view content) {
    NewFile file = TRY(NewFile::create(path));
    TRY(file.write(content));
    return file.finish();
}

}  // namespace kvp11::tools
