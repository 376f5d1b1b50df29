#include "server/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "http/descriptor.hpp"

namespace kvp11::server {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;

Failure unreadable(const std::string& path, const std::string& why) {
    return fail(Errc::FileUnreadable, "cannot read " + path + ": " + why);
}

Failure cannot_write(const std::string& path) {
    return fail(Errc::AccessDenied, "cannot write " + path + ": " + std::strerror(errno));
}

Result<SecretBytes> read_all(const std::string& path) {
    const http::Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) return unreadable(path, std::strerror(errno));
    struct stat about {};
    if (fstat(file.number(), &about) != 0) return unreadable(path, std::strerror(errno));
    if (static_cast<std::size_t>(about.st_size) > most_bytes) return unreadable(path, "it has more than 1 MiB");
    // One byte more than it says, so that a file that grew is noticed; files of /proc and pipes say 0.
    const std::size_t room = about.st_size == 0 ? most_bytes : static_cast<std::size_t>(about.st_size) + 1;
    SecretBytes content(room);
    std::size_t size = 0;
    while (size < room) {
        const ssize_t got = read(file.number(), content.expose_writable().data() + size, room - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return unreadable(path, std::strerror(errno));
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
    }
    content.shrink(size);
    return content;
}

bool write_all(int file, std::string_view content) {
    while (!content.empty()) {
        const ssize_t written = write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return fsync(file) == 0;
}

}  // namespace

Result<std::string> read_text(const std::string& path) {
    const SecretBytes content = TRY(read_all(path));
    return std::string(text_of(content.expose_bytes()));
}

Result<SecretBytes> read_secret_line(const std::string& path) {
    SecretBytes content = TRY(read_all(path));
    const ByteView all = content.expose_bytes();
    const auto end = std::find_if(all.begin(), all.end(), [](std::uint8_t c) { return c == '\n' || c == '\r'; });
    content.shrink(static_cast<std::size_t>(end - all.begin()));
    if (content.empty()) return unreadable(path, "its first line is empty");
    return content;
}

bool exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

Result<void> make_private_folder(const std::string& path) {
    std::error_code problem;
    const std::filesystem::path folder(path);
    if (std::filesystem::is_directory(folder, problem)) return {};
    if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), problem);
    if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return cannot_write(path);
    return {};
}

Result<void> replace_file(const std::string& path, std::string_view content, Readers readers) {
    const std::string beside = path + ".new";
    const mode_t mode = readers == Readers::Owner ? 0600 : 0644;
    const http::Descriptor file(open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode));
    if (file.number() < 0 || fchmod(file.number(), mode) != 0) return cannot_write(path);
    if (!write_all(file.number(), content) || rename(beside.c_str(), path.c_str()) != 0) {
        const Failure failure = cannot_write(path);
        unlink(beside.c_str());
        return failure;
    }
    return {};
}

}  // namespace kvp11::server
