#include "fips/integrity.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "crypto/symmetric.hpp"
#include "fips/error_state.hpp"
#include "fips/self_test.hpp"

namespace kvp11::fips {
namespace {

constexpr std::string_view published_key = "kvp11: damage to this file, not attacks on it";
constexpr std::size_t code_size = 2 * digest_size(Digest::Sha256);
constexpr std::size_t piece_size = 64 * 1024;

class OpenFile {
public:
    // A pipe in the file's place must not make a host wait.
    explicit OpenFile(const std::string& path) : descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
        struct stat facts {};
        if (descriptor_ < 0) {
            error_ = errno;
        } else if (fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) {
            error_ = EINVAL;
        }
    }
    ~OpenFile() {
        if (descriptor_ >= 0) close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    [[nodiscard]] int error() const noexcept { return error_; }
    /// Zero at the end.
    Result<std::size_t> read_some(MutableBytes place) {
        ssize_t size = 0;
        do {
            size = read(descriptor_, place.data(), place.size());
        } while (size < 0 && errno == EINTR);
        if (size < 0) return fail(Errc::FileUnreadable, "reading failed");
        return static_cast<std::size_t>(size);
    }

private:
    int descriptor_;
    int error_ = 0;
};

/// The mapped file around an address, as the kernel names it: with its whole path, whatever was given to dlopen or
/// execve and whatever directory is the current one now. Empty without /proc.
std::string mapped_file(const void* address) {
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t first = 0;
        std::uintptr_t last = 0;
        if (std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR, &first, &last) != 2) continue;
        const auto path = line.find('/');
        if (wanted >= first && wanted < last && path != std::string::npos) return line.substr(path);
    }
    return {};
}

/// Behind any links, since the sidecar lies beside the file.
std::string own_file() {
    const auto* inside = reinterpret_cast<const void*>(&own_file);
    Dl_info found{};
    std::string name = dladdr(inside, &found) != 0 && found.dli_fname ? found.dli_fname : "";
    if (name.empty() || name.front() != '/') {
        const std::string mapped = mapped_file(inside);
        if (!mapped.empty()) name = mapped;
    }
    std::error_code unknown;
    const auto behind_links = std::filesystem::canonical(name, unknown);
    return unknown ? name : behind_links.string();
}

std::string hex_text(ByteView bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : bytes) text.append({digits[byte >> 4U], digits[byte & 15U]});
    return text;
}

/// The sidecar's first line, at most a little longer than a code; its error where it cannot be read.
Result<std::string> sidecar_text(OpenFile& sidecar) {
    std::array<std::uint8_t, code_size + 2> start{};
    const std::size_t size = TRY(sidecar.read_some(start));
    std::string text(text_of({start.data(), size}));
    return text.substr(0, text.find('\n'));
}

}  // namespace

std::string integrity_sidecar(const std::string& file) { return file + ".hmac"; }

Result<std::string> integrity_code(const std::string& file) {
    OpenFile input(file);
    if (input.error() != 0) return fail(Errc::FileUnreadable, "cannot read " + file);
    const auto mac = TRY(crypto::mac(SecretBytes::copy_of(bytes_of(published_key)), {.scheme = SignatureScheme::Hmac}));
    TRY(mac->start());
    Bytes piece(piece_size);
    for (;;) {
        const std::size_t size = TRY(input.read_some(piece));
        if (size == 0) break;
        TRY(mac->update(ByteView(piece).first(size)));
    }
    std::array<std::uint8_t, digest_size(Digest::Sha256)> code;
    TRY(mac->finish(code));
    return hex_text(code);
}

IntegrityReport check_integrity(const std::string& file) {
    OpenFile sidecar(integrity_sidecar(file));
    if (sidecar.error() == ENOENT) return {Integrity::NotChecked, file, "it has no sidecar"};
    if (sidecar.error() != 0) return {Integrity::NotChecked, file, "its sidecar cannot be read"};
    const Result<std::string> want = sidecar_text(sidecar);
    if (!want.ok()) return {Integrity::NotChecked, file, "its sidecar cannot be read"};
    const Result<std::string> got = integrity_code(file);
    if (!got.ok()) return {Integrity::NotChecked, file, got.error().message};
    if (*got != *want) return {Integrity::Differs, file, "it is not the file that its sidecar was made for"};
    return {Integrity::Matches, file, {}};
}

const IntegrityReport& library_integrity() {
    // Never destroyed: the last user of cryptography may run after the static destructors.
    static const IntegrityReport* const report = [] {
        self_test_results();  // of the HMAC before its use
        auto* made = new IntegrityReport(check_integrity(own_file()));
        if (made->outcome == Integrity::Differs) enter_error_state(made->file + " is damaged: " + made->reason);
        return made;
    }();
    return *report;
}

}  // namespace kvp11::fips
