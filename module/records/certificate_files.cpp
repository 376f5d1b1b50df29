#include "records/certificate_files.hpp"

#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "kvp11/secret.hpp"
#include "log/log.hpp"

namespace kvp11::records {

namespace {

constexpr off_t largest_file = off_t{4} << 20;

void warn(const std::string& path, const std::string& why) {
    log::write(log::Level::Warn, "certificates of " + path + ": " + why);
}

FileMark mark_of(const std::string& path) {
    struct stat facts {};
    if (stat(path.c_str(), &facts) != 0) return {path};
    const std::int64_t changed = std::int64_t{facts.st_mtim.tv_sec} * 1'000'000'000 + facts.st_mtim.tv_nsec;
    return {path, facts.st_dev, facts.st_ino, facts.st_size, changed};
}

/// As a secret: files often hold the private key beside the certificate.
Result<SecretBytes> whole(const std::string& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat facts {};
    const bool usable = file >= 0 && fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
    if (!usable || facts.st_size > largest_file) {
        const std::string why = file < 0 ? std::strerror(errno) : "no file, or too large";
        if (file >= 0) close(file);
        return fail(Errc::FileUnreadable, why);
    }
    SecretBytes content(static_cast<std::size_t>(facts.st_size));
    std::size_t got = 0;
    while (got < content.size()) {
        const ssize_t count = read(file, content.expose_writable().data() + got, content.size() - got);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        got += static_cast<std::size_t>(count);
    }
    close(file);
    content.shrink(got);
    return content;
}

/// The PEM blocks that say they are certificates.
std::vector<std::string_view> blocks_in(std::string_view text) {
    constexpr std::string_view begin = "-----BEGIN ";
    std::vector<std::string_view> blocks;
    for (std::size_t at = text.find(begin); at != std::string_view::npos; at = text.find(begin, at + 1)) {
        const std::string_view kind = text.substr(at, text.find('\n', at) - at);
        if (kind.find("CERTIFICATE-----") == std::string_view::npos) continue;
        const std::size_t end = text.find("-----END ", at);
        if (end == std::string_view::npos) break;
        blocks.push_back(text.substr(at, text.find('\n', end) - at));
    }
    return blocks;
}

bool has_pattern(const std::string& path) { return path.find_first_of("*?") != std::string::npos; }

}  // namespace

std::vector<FileMark> files_named(const std::vector<std::string>& patterns) {
    std::vector<FileMark> files;
    const auto add = [&](const std::string& path) {
        const auto same = [&](const FileMark& file) { return file.path == path; };
        if (std::none_of(files.begin(), files.end(), same)) files.push_back(mark_of(path));
    };
    for (const std::string& pattern : patterns) {
        if (!has_pattern(pattern)) {
            add(pattern);
            continue;
        }
        glob_t found{};
        if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
            for (std::size_t i = 0; i < found.gl_pathc; ++i) add(found.gl_pathv[i]);
        }
        globfree(&found);
    }
    return files;
}

std::vector<crypto::CertificateFacts> certificates_in(const FileMark& file) {
    std::vector<crypto::CertificateFacts> certificates;
    const auto content = whole(file.path);
    if (!content.ok()) {
        warn(file.path, content.error().message);
        return certificates;
    }
    const std::string_view text = text_of(content->expose_bytes());
    const bool is_pem = text.find("-----BEGIN ") != std::string_view::npos;
    const auto blocks = is_pem ? blocks_in(text) : std::vector<std::string_view>{text};
    if (blocks.empty()) warn(file.path, "there is none");
    for (const std::string_view block : blocks) {
        auto certificate = crypto::certificate_facts(bytes_of(block));
        if (certificate.ok()) {
            certificates.push_back(std::move(certificate).value());
        } else {
            warn(file.path, certificate.error().message);
        }
    }
    return certificates;
}

std::string stem_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
    return name.substr(0, name.rfind('.'));
}

}  // namespace kvp11::records
