#include "crypto/jose.hpp"

#include <fstream>
#include <iterator>

#include <boost/json/src.hpp>

#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/derivation.hpp"
#include "crypto/x509.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

std::string file(const std::string& name) {
    std::ifstream stream(std::string(KVP11_SECURITY_DOMAIN_VECTORS) + "/" + name, std::ios::binary);
    if (!stream) throw std::runtime_error("no file " + name);
    return {std::istreambuf_iterator<char>(stream), {}};
}
std::string text(const boost::json::value& value) { return std::string(value.as_string()); }

/// The files hold either the domain itself or a JSON string of it.
boost::json::value domain(const std::string& name) {
    boost::json::value value = boost::json::parse(file(name));
    if (value.is_object() && value.as_object().contains("value")) value = value.at("value");
    return value.is_string() ? boost::json::parse(text(value)) : value;
}
boost::json::value secrets() { return boost::json::parse(file("secrets.json")); }

std::shared_ptr<const PrivateHalf> key_of(const std::string& name) {
    return must(parse_private_key_pem(secret(bytes_of(file(name + ".key"))), SecretBytes()));
}

std::string header_of(const std::string& compact) {
    return std::string(text_of(must(from_base64url(compact.substr(0, compact.find('.'))))));
}

BOOST_AUTO_TEST_SUITE(jose)

// RFC 4648 §10 in the URL-safe alphabet without padding, and RFC 7515 appendix C.
BOOST_AUTO_TEST_CASE(base64url_gives_the_published_values) {
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : rows) {
        BOOST_TEST(base64url(bytes_of(plain)) == encoded);
        BOOST_TEST(must(from_base64url(encoded)) == text_bytes(plain));
    }
    BOOST_TEST(base64url(from_hex("03ecffe0c1")) == "A-z_4ME");
    BOOST_TEST(to_hex(must(from_base64url("A-z_4ME"))) == "03ecffe0c1");
}

BOOST_AUTO_TEST_CASE(base64url_is_strict) {
    for (const char* bad : {"A", "AAAAA", "Zg==", "Zm9v\n", "Zm+v", "Zm/v", "Zh", "Zm9", " Zg", "Z\xc3\xbc"}) {
        EXPECT_ERROR(from_base64url(bad), Errc::DataInvalid);
    }
}

BOOST_AUTO_TEST_CASE(azures_data_opens_with_the_derived_content_key) {
    const boost::json::value known = secrets();
    const SecretBytes master = secret_hex(text(known.at("master_key_hex")));
    const boost::json::value value = domain("security_domain.json");
    for (const boost::json::value& datum : value.at("EncData").at("data").as_array()) {
        const std::string tag = text(datum.at("tag"));
        const SecretBytes key = must(sp108_counter(master, bytes_of(tag), {}, 64));
        BOOST_TEST(hex_of(key) == text(known.at("cek_hex").at(tag)));
        BOOST_TEST(hex_of(must(jwe_unseal_direct(key, text(datum.at("compact_jwe"))))) ==
                   text(known.at("plaintext_hex").at(tag)));
    }
}

BOOST_AUTO_TEST_CASE(azures_shares_open_with_their_officers_keys) {
    const boost::json::value known = secrets();
    const boost::json::value value = domain("security_domain.json");
    const auto& shares = value.at("SharedKeys").at("enc_shares").as_array();
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const std::string name = "wrap" + std::to_string(i + 1);
        const Certificate certificate = must(parse_certificate(bytes_of(file(name + ".cer"))));
        BOOST_TEST(base64url(certificate.sha256_thumbprint) == text(shares[i].at("x5t_256")));
        const std::string envelope = text(shares[i].at("enc_key"));
        BOOST_TEST(hex_of(must(jwe_unseal_with(*key_of(name), envelope))) == text(known.at("shares_hex").at(i)));
        EXPECT_ERROR(jwe_unseal_with(*key_of("transfer"), envelope), Errc::SecurityDomainInvalid);
    }
}

BOOST_AUTO_TEST_CASE(the_azure_clis_restore_blob_opens_with_the_transfer_key) {
    const boost::json::value known = secrets();
    const boost::json::value value = domain("restore_blob.json");
    const SecretBytes master = must(jwe_unseal_with(*key_of("transfer"), text(value.at("WrappedKey").at("enc_key"))));
    BOOST_TEST(master.size() == 32U);
    for (const boost::json::value& datum : value.at("EncData").at("data").as_array()) {
        const std::string tag = text(datum.at("tag"));
        const SecretBytes key = must(sp108_counter(master, bytes_of(tag), {}, 64));
        BOOST_TEST(hex_of(must(jwe_unseal_direct(key, text(datum.at("compact_jwe"))))) ==
                   text(known.at("plaintext_hex").at(tag)));
    }
}

BOOST_AUTO_TEST_CASE(what_we_seal_opens_and_has_azures_header) {
    const SecretBytes key = must(sp108_counter(SecretBytes(32), bytes_of("hsm_backup"), {}, 64));
    const auto officer = key_of("wrap1");
    const auto recipient = must(PublicHalf::parse(officer->public_key()));
    for (std::size_t size : {0UL, 1UL, 15UL, 16UL, 64UL, 1000UL}) {
        const std::string direct = must(jwe_seal_direct(key, "hsm_backup", secret(pattern(size))));
        BOOST_TEST(header_of(direct) == R"({"alg":"dir","enc":"A256CBC-HS512","kid":"hsm_backup"})");
        BOOST_TEST(hex_of(must(jwe_unseal_direct(key, direct))) == to_hex(pattern(size)));
        const std::string sealed = must(jwe_seal_to(*recipient, secret(pattern(size))));
        BOOST_TEST(header_of(sealed) == R"({"alg":"RSA-OAEP-256","enc":"A256CBC-HS512","kid":"not used"})");
        BOOST_TEST(hex_of(must(jwe_unseal_with(*officer, sealed))) == to_hex(pattern(size)));
    }
    EXPECT_ERROR(jwe_seal_direct(SecretBytes(32), "x", SecretBytes(1)), Errc::KeySizeRange);
    EXPECT_ERROR(jwe_seal_direct(key, "a\"b", SecretBytes(1)), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(an_iv_may_be_given_and_is_read_back) {
    const SecretBytes key = secret(pattern(64));
    const Bytes iv = pattern(16);
    const std::string given = must(jwe_seal_direct(key, "tag", secret(pattern(40)), iv));
    BOOST_TEST(given == must(jwe_seal_direct(key, "tag", secret(pattern(40)), iv)));
    BOOST_TEST(must(jwe_iv(given)) == iv);
    BOOST_TEST(must(jwe_unseal_direct(key, given)).equals(secret(pattern(40))));
    EXPECT_ERROR(jwe_seal_direct(key, "tag", SecretBytes(1), pattern(12)), Errc::ArgumentsBad);
    EXPECT_ERROR(jwe_iv("no envelope"), Errc::SecurityDomainInvalid);
}

BOOST_AUTO_TEST_CASE(changed_envelopes_do_not_open) {
    const SecretBytes key = secret(pattern(64));
    const std::string good = must(jwe_seal_direct(key, "tag", secret(pattern(40))));
    EXPECT_OK(jwe_unseal_direct(key, good));
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string changed = good;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        BOOST_TEST(!jwe_unseal_direct(key, changed).ok());
        BOOST_TEST(!jwe_unseal_direct(key, good.substr(0, at)).ok());
    }
    EXPECT_ERROR(jwe_unseal_direct(secret(Bytes(64)), good), Errc::SecurityDomainInvalid);
    EXPECT_ERROR(jwe_unseal_direct(secret(Bytes(32)), good), Errc::SecurityDomainInvalid);
    EXPECT_ERROR(jwe_unseal_direct(key, good + "."), Errc::SecurityDomainInvalid);
    EXPECT_ERROR(jwe_unseal_with(*key_of("wrap1"), good), Errc::SecurityDomainInvalid);
    const std::string rest = good.substr(good.find('.'));
    for (const char* header : {R"({"alg":"dir","enc":"A128CBC-HS256"})", R"({"enc":"A256CBC-HS512"})",
                               R"({"alg":"RSA-OAEP","enc":"A256CBC-HS512"})", "{}", ""}) {
        EXPECT_ERROR(jwe_unseal_direct(key, base64url(bytes_of(header)) + rest), Errc::SecurityDomainInvalid);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
