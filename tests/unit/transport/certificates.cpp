#include "certificates.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

namespace kvp11::test {
namespace {

constexpr long seconds_per_hour = 3600;

void add(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    BOOST_REQUIRE(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

}  // namespace

Identity make_identity(const Wish& wish, const Identity* issuer) {
    Identity made{{EVP_EC_gen("P-256"), &EVP_PKEY_free}, {X509_new(), &X509_free}};
    X509* const certificate = made.certificate.get();
    static long serial = 1;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.valid_from_hours * seconds_per_hour);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.valid_to_hours * seconds_per_hour);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1, -1, 0);
    X509* const by = issuer != nullptr ? issuer->certificate.get() : certificate;
    X509_set_issuer_name(certificate, X509_get_subject_name(by));
    add(certificate, by, NID_basic_constraints, wish.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add(certificate, by, NID_subject_alt_name, wish.names);
    BOOST_REQUIRE_GT(X509_sign(certificate, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256()), 0);
    return made;
}

std::string pin_of(const Identity& identity) {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(identity.key.get(), &der);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(der, static_cast<std::size_t>(size), digest.data());
    OPENSSL_free(der);
    std::array<unsigned char, 64> text{};
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return reinterpret_cast<const char*>(text.data());
}

CertificateFolder::CertificateFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-transport-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

CertificateFolder::~CertificateFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

http::TlsFiles CertificateFolder::write(const std::string& name, const Identity& identity) const {
    http::TlsFiles files{(root_ / (name + ".pem")).string(), (root_ / (name + ".key")).string()};
    std::FILE* file = std::fopen(files.certificate_chain.c_str(), "w");
    BOOST_REQUIRE(file != nullptr);
    PEM_write_X509(file, identity.certificate.get());
    std::fclose(file);
    file = std::fopen(files.private_key.c_str(), "w");
    BOOST_REQUIRE(file != nullptr);
    PEM_write_PKCS8PrivateKey(file, identity.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    return files;
}

std::string CertificateFolder::write_text(const std::string& name, const std::string& text) const {
    const std::string path = (root_ / name).string();
    std::ofstream(path) << text;
    return path;
}

}  // namespace kvp11::test
