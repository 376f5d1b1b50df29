#include "credential/client_assertion.hpp"

#include <cstdlib>

#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "identity/compact_jws.hpp"
#include "identity/strict_json.hpp"
#include "stage.hpp"

using namespace kvp11;
using namespace kvp11::credential;
using namespace kvp11::test;

namespace {

constexpr const char* audience = "https://localhost:8443/t/oauth2/v2.0/token";

std::string key_pem(std::size_t number) {
    const SecretBytes der = rsa_key(number)->expose_pkcs8().value();
    std::string text = crypto::base64url(der.expose_bytes());
    for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
    text.append((4 - text.size() % 4) % 4, '=');
    std::string pem = "-----BEGIN PRIVATE KEY-----\n";
    for (std::size_t at = 0; at < text.size(); at += 64) pem += text.substr(at, 64) + "\n";
    return pem + "-----END PRIVATE KEY-----\n";
}

struct PemFile {
    TemporaryFolder folder;
    std::string path = folder.path("client.pem");
    explicit PemFile(const std::string& content) { write_file(path, content); }
    [[nodiscard]] Result<ClientCertificate> read(const std::string& password = {}) const {
        return read_client_certificate(path, SecretBytes::copy_of(bytes_of(password)));
    }
};

identity::CompactJws signed_by(const ClientCertificate& certificate, bool with_chain, std::string& text) {
    const auto assertion = sign_assertion(
        certificate, {.audience = audience, .client_id = admin_id, .now = 1795356000, .with_chain = with_chain});
    REQUIRE_OK(assertion);
    text = text_of(assertion->expose_bytes());
    return identity::CompactJws::parse(text).value();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_assertions)

BOOST_AUTO_TEST_CASE(an_assertion_is_signed_with_the_certificates_key) {
    const PemFile file(certificate_of(0) + key_pem(0));
    const auto certificate = file.read();
    REQUIRE_OK(certificate);
    std::string text;
    const identity::CompactJws jws = signed_by(*certificate, false, text);
    BOOST_CHECK_EQUAL(identity::text_in(jws.header, "alg"), "PS256");
    const Bytes thumbprint = crypto::hash(Digest::Sha256, certificate->chain.front().der);
    BOOST_CHECK_EQUAL(identity::text_in(jws.header, "x5t#S256"), crypto::base64url(thumbprint));
    BOOST_CHECK(!jws.header.contains("x5c"));
    BOOST_CHECK_EQUAL(identity::text_in(jws.claims, "aud"), audience);
    BOOST_CHECK_EQUAL(identity::text_in(jws.claims, "iss"), admin_id);
    BOOST_CHECK_EQUAL(identity::text_in(jws.claims, "sub"), admin_id);
    BOOST_CHECK_EQUAL(identity::time_in(jws.claims, "nbf").value_or(0), 1795356000);
    BOOST_CHECK_EQUAL(identity::time_in(jws.claims, "exp").value_or(0), 1795356600);
    BOOST_CHECK(jws.is_signed_by(*crypto::PublicHalf::parse(rsa_key(0)->public_key()).value()));
    std::string other;
    BOOST_CHECK(identity::text_in(jws.claims, "jti") !=
                identity::text_in(signed_by(*certificate, false, other).claims, "jti"));
}

BOOST_AUTO_TEST_CASE(the_chain_goes_along_when_it_is_wanted_own_certificate_first) {
    const PemFile file(certificate_of(1) + key_pem(0) + certificate_of(0) + certificate_of(2));
    const auto certificate = file.read();
    REQUIRE_OK(certificate);
    std::string text;
    const identity::CompactJws jws = signed_by(*certificate, true, text);
    const auto& chain = jws.header.at("x5c").as_array();
    BOOST_REQUIRE_EQUAL(chain.size(), 3);
    // Standard base64 of the DER, as the lines of the PEM hold it.
    for (std::size_t i = 0; i < 3; ++i) {
        std::string pem = certificate_of(std::array<std::size_t, 3>{0, 1, 2}[i]);
        pem.erase(0, pem.find('\n') + 1);
        pem.erase(pem.find("-----END"));
        std::erase(pem, '\n');
        BOOST_CHECK_EQUAL(std::string(chain[i].as_string().c_str()), pem);
    }
}

BOOST_AUTO_TEST_CASE(an_encrypted_key_wants_its_password) {
    const PemFile plain(key_pem(0));
    const std::string encrypted = plain.folder.path("encrypted.pem");
    const std::string command = "openssl pkcs8 -topk8 -v2 aes-256-cbc -passout pass:sesame -in " + plain.path +
                                " -out " + encrypted + " 2>/dev/null";
    BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
    const PemFile file(text_of_file(encrypted) + certificate_of(0));
    CHECK_OK(file.read("sesame"));
    CHECK_FAILS(file.read("wrong"), Errc::FileUnreadable);
    CHECK_FAILS(file.read(), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used_say_why) {
    const std::pair<std::string, const char*> cases[] = {
        {"", "it has no PEM private key"},
        {"\x30\x82 no PEM", "it has no PEM private key (a .pfx file"},
        {key_pem(0), "it has no PEM certificate"},
        {key_pem(0) + certificate_of(1), "none of its certificates is of its private key"},
        {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + certificate_of(0), "no PEM private key"},
        {key_pem(0) + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "neither a PEM nor a DER"}};
    for (const auto& [content, sentence] : cases) {
        const PemFile file(content);
        const auto certificate = file.read();
        CHECK_FAILS(certificate, Errc::FileUnreadable);
        if (certificate) continue;
        BOOST_CHECK_MESSAGE(certificate.error().message.find(sentence) != std::string::npos,
                            certificate.error().message);
        BOOST_CHECK(certificate.error().message.find(file.path) != std::string::npos);
    }
    CHECK_FAILS(read_client_certificate("/no/such/file", {}), Errc::FileUnreadable);
}

BOOST_AUTO_TEST_SUITE_END()
