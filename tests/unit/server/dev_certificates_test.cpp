#include "server/dev_certificates.hpp"

#include <sys/stat.h>

#include <boost/test/unit_test.hpp>

#include "crypto/asymmetric.hpp"
#include "crypto/certificate_issue.hpp"
#include "scratch_folder.hpp"
#include "server/files.hpp"
#include "support/process.hpp"
#include "support/results.hpp"

using namespace kvp11;
using namespace kvp11::server;
using kvp11::test::run;
using kvp11::test::ScratchFolder;

namespace {

/// What OpenSSL's own program thinks of a certificate for this host.
bool verifies(const DevCertificates& files, const std::string& certificate, const std::string& host) {
    const bool is_address = host.find_first_not_of("0123456789.:") == std::string::npos;
    return run({"openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", files.authority,
                is_address ? "-verify_ip" : "-verify_hostname", host, certificate})
        .is_clean();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(dev_certificates)

BOOST_AUTO_TEST_CASE(openssl_verifies_the_servers_certificate_for_all_its_names) {
    const ScratchFolder folder;
    const auto files = make_dev_certificates(folder.path(), "vault-7");
    REQUIRE_OK(files);
    for (const char* host :
         {"localhost", "vault-7.managedhsm.localhost", "other.managedhsm.localhost", "127.0.0.1", "::1"}) {
        BOOST_TEST_CONTEXT(host) { BOOST_TEST(verifies(*files, files->certificate, host)); }
    }
    BOOST_TEST(!verifies(*files, files->certificate, "example.com"));
    BOOST_TEST(!verifies(*files, files->certificate, "10.0.0.1"));
}

BOOST_AUTO_TEST_CASE(the_authority_stays_and_its_key_is_its_owners) {
    const ScratchFolder folder;
    REQUIRE_OK(make_dev_certificates(folder.path(), "lab"));
    const std::string authority = read_text(folder / "ca.pem").value();
    const std::string key = read_text(folder / "server.key").value();
    const std::string certificate = read_text(folder / "server.pem").value();
    REQUIRE_OK(make_dev_certificates(folder.path(), "lab"));
    BOOST_TEST(read_text(folder / "ca.pem").value() == authority);
    BOOST_TEST(read_text(folder / "server.key").value() == key);
    BOOST_TEST(read_text(folder / "server.pem").value() != certificate);
    for (const char* name : {"ca.key", "server.key"}) {
        struct stat about {};
        BOOST_REQUIRE(stat((folder / name).c_str(), &about) == 0);
        BOOST_TEST((about.st_mode & 0777U) == 0600U);
    }
}

// Whoever steals the authority's key cannot play a bank with it.
BOOST_AUTO_TEST_CASE(the_authority_can_sign_for_localhost_only) {
    const ScratchFolder folder;
    const auto files = make_dev_certificates(folder.path(), "lab");
    REQUIRE_OK(files);
    const auto key =
        crypto::parse_private_key_pem(SecretBytes::copy_of(bytes_of(read_text(folder / "ca.key").value())), {});
    const auto authority = crypto::parse_certificate(bytes_of(read_text(files->authority).value()));
    REQUIRE_OK(key);
    REQUIRE_OK(authority);
    const crypto::CertificateWish wish{
        .common_name = "example.com", .dns_names = {"example.com"}, .addresses = {}, .days = 7};
    const auto forged = crypto::issue_certificate(wish, **key, **key, &*authority);
    REQUIRE_OK(forged);
    REQUIRE_OK(replace_file(folder / "forged.pem", crypto::certificate_pem(*forged)));
    BOOST_TEST(!verifies(*files, folder / "forged.pem", "example.com"));
}

BOOST_AUTO_TEST_CASE(names_cannot_bring_extensions_with_them) {
    const auto key = crypto::PrivateHalf::generate({.type = KeyType::Ec, .bits = 256, .curve = Curve::P256}).value();
    for (const char* name : {"a,DNS:b", "a;b", "", "a\nb", "a b"}) {
        const crypto::CertificateWish wish{.common_name = "x", .dns_names = {name}, .addresses = {}, .days = 1};
        CHECK_FAILS(crypto::issue_certificate(wish, *key, *key, nullptr), Errc::ArgumentsBad);
    }
    const crypto::CertificateWish wish{.common_name = "x", .dns_names = {}, .addresses = {"nowhere"}, .days = 1};
    CHECK_FAILS(crypto::issue_certificate(wish, *key, *key, nullptr), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_an_error) {
    const ScratchFolder folder;
    REQUIRE_OK(make_dev_certificates(folder.path(), "lab"));
    REQUIRE_OK(replace_file(folder / "ca.key", "no key"));
    CHECK_FAILS(make_dev_certificates(folder.path(), "lab"), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_SUITE_END()
