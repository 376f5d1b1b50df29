#include "pipeline/pace_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace kvp11::pipeline {
namespace {

constexpr std::uint64_t known_form = 0x31656361'70313176;  // "v11pace1"
constexpr std::size_t lines = 100;

struct Shared {
    std::atomic<std::uint64_t> form;
    PaceLine all[lines];
};

/// FNV-1a. Two vaults of one hash would pace each other, which does no harm.
std::uint64_t hash_of(std::string_view text) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
    return hash == 0 ? 1 : hash;
}

Failure unusable(const std::string& path, const std::string& why) {
    return fail(Errc::FileUnreadable, "the pace file " + path + " cannot be used: " + why);
}

struct Descriptor {
    int number;
    ~Descriptor() {
        if (number >= 0) close(number);
    }
};

Result<void> check(const std::string& path, const struct stat& status) {
    if (!S_ISREG(status.st_mode)) return unusable(path, "it is no file");
    if (status.st_uid != geteuid()) return unusable(path, "it belongs to another user");
    if ((status.st_mode & 077U) != 0) return unusable(path, "others may use it");
    if (status.st_nlink != 1) return unusable(path, "it has another name, too");
    return {};
}

}  // namespace

std::string usual_pace_file() {
    const char* folder = secure_getenv("XDG_RUNTIME_DIR");
    if (folder && *folder == '/' && access(folder, W_OK) == 0) return std::string(folder) + "/kvp11-pace";
    return "/tmp/kvp11-pace-" + std::to_string(geteuid());
}

Result<PaceFile> PaceFile::open(const std::string& path) {
    const Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600)};
    if (file.number < 0) return unusable(path, std::strerror(errno));
    struct stat status {};
    if (fstat(file.number, &status) != 0) return unusable(path, std::strerror(errno));
    TRY(check(path, status));
    // Those who come first make it as long as it is to be, with zeros; it is never made shorter.
    const auto size = static_cast<off_t>(sizeof(Shared));
    if (status.st_size < size && ftruncate(file.number, size) != 0) return unusable(path, std::strerror(errno));
    void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, file.number, 0);
    if (memory == MAP_FAILED) return unusable(path, std::strerror(errno));
    PaceFile mapped(memory);
    std::uint64_t form = 0;
    if (!static_cast<Shared*>(memory)->form.compare_exchange_strong(form, known_form) && form != known_form) {
        return unusable(path, "it is of another form");
    }
    return mapped;
}

PaceFile PaceFile::private_to_process() {
    void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return PaceFile(memory == MAP_FAILED ? nullptr : memory);
}

PaceFile PaceFile::open_or_private(const std::string& path, log::Level level) {
    Result<PaceFile> file = open(path.empty() ? usual_pace_file() : path);
    if (file.ok()) return std::move(*file);
    log::write(level, file.error().message + "; this process paces itself alone");
    return private_to_process();
}

PaceFile::~PaceFile() {
    if (memory_) munmap(memory_, sizeof(Shared));
}

PaceLine* PaceFile::line(std::string_view vault) const noexcept {
    if (!memory_) return nullptr;
    auto* shared = static_cast<Shared*>(memory_);
    const std::uint64_t name = hash_of(vault);
    for (std::size_t i = 0; i < lines; ++i) {
        PaceLine& line = shared->all[(name + i) % lines];
        std::uint64_t held = 0;
        if (line.name.compare_exchange_strong(held, name) || held == name) return &line;
    }
    return nullptr;
}

}  // namespace kvp11::pipeline
