#include "server/dev_certificates.hpp"

#include "crypto/asymmetric.hpp"
#include "crypto/certificate_issue.hpp"
#include "server/files.hpp"

namespace kvp11::server {
namespace {

using PrivateKey = std::shared_ptr<const crypto::PrivateHalf>;

constexpr KeySpec p256{.type = KeyType::Ec, .bits = 256, .curve = Curve::P256};
constexpr int authority_days = 3650;
constexpr int certificate_days = 397;  // what clients take at most

/// The key of this file, which is made when there is none.
Result<PrivateKey> key_in(const std::string& path) {
    if (exists(path)) {
        const std::string text = TRY(read_text(path));
        return crypto::parse_private_key_pem(SecretBytes::copy_of(bytes_of(text)), {});
    }
    PrivateKey key = TRY(crypto::PrivateHalf::generate(p256));
    const SecretBytes pem = TRY(crypto::expose_private_key_pem(*key));
    TRY(replace_file(path, text_of(pem.expose_bytes())));
    return key;
}

Result<crypto::Certificate> authority_in(const std::string& path, const crypto::PrivateHalf& key) {
    if (exists(path)) {
        const std::string text = TRY(read_text(path));
        return crypto::parse_certificate(bytes_of(text));
    }
    const crypto::CertificateWish wish{
        .common_name = "hsm-sim development",
        .dns_names = {"localhost"},
        .addresses = {"127.0.0.0/255.0.0.0", "::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        .days = authority_days,
        .is_authority = true};
    const crypto::Certificate made = TRY(crypto::issue_certificate(wish, key, key, nullptr));
    TRY(replace_file(path, crypto::certificate_pem(made), Readers::Everybody));
    return made;
}

}  // namespace

Result<DevCertificates> make_dev_certificates(const std::string& folder, const std::string& name) {
    const DevCertificates files{
        .authority = folder + "/ca.pem", .certificate = folder + "/server.pem", .private_key = folder + "/server.key"};
    const PrivateKey authority_key = TRY(key_in(folder + "/ca.key"));
    const crypto::Certificate authority = TRY(authority_in(files.authority, *authority_key));
    const PrivateKey key = TRY(key_in(files.private_key));
    const crypto::CertificateWish wish{
        .common_name = "localhost",
        .dns_names = {"localhost", name + ".managedhsm.localhost", "*.managedhsm.localhost"},
        .addresses = {"127.0.0.1", "::1"},
        .days = certificate_days};
    const crypto::Certificate made = TRY(crypto::issue_certificate(wish, *key, *authority_key, &authority));
    TRY(replace_file(files.certificate, crypto::certificate_pem(made), Readers::Everybody));
    return files;
}

}  // namespace kvp11::server
