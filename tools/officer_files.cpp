#include "tools/officer_files.hpp"

#include <filesystem>

#include "tools/files.hpp"
#include "tools/private_key_file.hpp"

namespace kvp11::tools {
namespace {

Result<partition::OfficerKey> read_officer(const std::string& path, const std::string& password) {
    auto key = TRY(read_private_key(path, SecretBytes::copy_of(bytes_of(password))));
    const std::string beside = std::filesystem::path(path).replace_extension(".cer").string();
    auto certificate = read_certificate(beside);
    if (!certificate) {
        return fail(certificate.code(),
                    certificate.error().message + " (the certificate of " + path + " belongs there)");
    }
    return partition::OfficerKey{std::move(certificate).value(), std::move(key), path};
}

}  // namespace

Result<crypto::Certificate> read_certificate(const std::string& path) {
    const std::string text = TRY(read_text(path));
    auto certificate = crypto::parse_certificate(bytes_of(text));
    if (!certificate) return fail(certificate.code(), path + ": " + certificate.error().message);
    return certificate;
}

Result<std::vector<crypto::Certificate>> read_certificates(const std::vector<std::string>& paths) {
    std::vector<crypto::Certificate> certificates;
    for (const std::string& path : paths) certificates.push_back(TRY(read_certificate(path)));
    return certificates;
}

Result<std::vector<partition::OfficerKey>> read_officers(const std::vector<std::string>& key_paths,
                                                         const std::vector<std::string>& passwords) {
    if (!passwords.empty() && passwords.size() != key_paths.size()) {
        return fail(Errc::ArgumentsBad, "got " + std::to_string(passwords.size()) + " passwords for " +
                                            std::to_string(key_paths.size()) +
                                            " keys, want one for each key in the same order or none at all");
    }
    std::vector<partition::OfficerKey> officers;
    for (std::size_t i = 0; i < key_paths.size(); ++i) {
        officers.push_back(TRY(read_officer(key_paths[i], passwords.empty() ? std::string() : passwords[i])));
    }
    return officers;
}

}  // namespace kvp11::tools
