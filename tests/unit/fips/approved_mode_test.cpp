#include "fips/approved_mode.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "crypto/checks.hpp"
#include "crypto/digest.hpp"
#include "fips/policy_rows.hpp"
#include "policy_cases.hpp"

namespace kvp11::fips {
namespace {

using namespace kvp11::test;

std::string text_of_verdict(const Result<void>& verdict) {
    static const std::map<Errc, std::string> names = {{Errc::MechanismInvalid, "mechanism"},
                                                      {Errc::MechanismParamInvalid, "parameter"},
                                                      {Errc::KeySizeRange, "size"},
                                                      {Errc::CurveNotSupported, "curve"}};
    return verdict.ok() ? "approved" : "no: " + names.at(verdict.code());
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

BOOST_AUTO_TEST_SUITE(approved_mode)

// policy.txt is the whole policy in words. After a wanted change: KVP11_POLICY_OUT=tests/unit/fips/policy.txt fips_test
BOOST_AUTO_TEST_CASE(the_verdict_on_every_case_is_the_pinned_one) {
    std::string text;
    for (const PolicyCase& asked : policy_cases()) text += asked.text + " | " + text_of_verdict(asked.verdict()) + "\n";
    if (const char* path = std::getenv("KVP11_POLICY_OUT")) std::ofstream(path) << text;
    std::istringstream got(text);
    std::istringstream want(contents(KVP11_POLICY_TEXT));
    for (std::string ours, theirs; std::getline(got, ours);) {
        std::getline(want, theirs);
        BOOST_TEST(ours == theirs);
    }
    BOOST_TEST(text == contents(KVP11_POLICY_TEXT));
}

// A rule that nothing ever meets, or that never says no though it could, is a mistake in the row.
BOOST_AUTO_TEST_CASE(every_row_speaks_of_some_case_and_says_what_it_should) {
    for (const PolicyRow& row : policy_rows()) {
        unsigned satisfied = 0;
        unsigned refused = 0;
        for (const PolicyCase& asked : policy_cases()) {
            const Service service = asked.service();
            if (!row.speaks_of(service)) continue;
            const bool good = row.is_satisfied(service);
            ++(good ? satisfied : refused);
            if (!good) BOOST_TEST(!asked.verdict().ok(), row.service << ": " << asked.text);
        }
        const bool forbids = std::string_view(row.rule).starts_with("not approved");
        BOOST_TEST((satisfied > 0) == !forbids, row.service);
        BOOST_TEST((refused > 0) == (forbids || !row.names_scheme), row.service);
        BOOST_TEST(std::string_view(row.source).size() > 0, row.service);
    }
}

BOOST_AUTO_TEST_CASE(the_documented_table_is_the_one_in_force) {
    const std::string docs = contents(KVP11_SECURITY_DOCS);
    for (const PolicyRow& row : policy_rows()) {
        const std::string line = std::string("| ") + row.service + " | " + row.rule + " | " + row.source + " |\n";
        BOOST_TEST(docs.find(line) != std::string::npos, line);
    }
}

// One sentence each of what the pinned table must never lose.
BOOST_AUTO_TEST_CASE(refusals_name_their_condition) {
    const KeySpec rsa{KeyType::Rsa, 2048};
    const KeySpec ec{KeyType::Ec, 0, Curve::P256};
    const KeySpec aes{KeyType::Aes, 256};
    const KeySpec short_secret{KeyType::GenericSecret, 104};
    const auto sealing = CipherAlgorithm{.scheme = CipherScheme::AesGcm, .iv = Bytes(12), .aad = {}};
    EXPECT_ERROR(approve(Use::Generate, KeySpec{KeyType::Rsa, 1024}), Errc::KeySizeRange);
    EXPECT_ERROR(approve(Use::Generate, KeySpec{KeyType::Ec, 0, Curve::P256K}), Errc::CurveNotSupported);
    EXPECT_ERROR(approve(Use::Generate, short_secret), Errc::KeySizeRange);
    EXPECT_ERROR(approve(Use::Sign, rsa, SignatureAlgorithm{SignatureScheme::RsaPkcs1, Digest::Sha1}),
                 Errc::MechanismParamInvalid);
    EXPECT_OK(approve(Use::Verify, rsa, SignatureAlgorithm{SignatureScheme::RsaPkcs1, Digest::Sha1}));
    EXPECT_ERROR(approve(Use::Sign, rsa, SignatureAlgorithm{SignatureScheme::RsaRaw}), Errc::MechanismInvalid);
    EXPECT_ERROR(approve(Use::Encrypt, aes, sealing), Errc::MechanismParamInvalid);
    EXPECT_OK(approve(Use::Encrypt, aes,
                      CipherAlgorithm{.scheme = CipherScheme::AesGcm, .iv = {}, .aad = {}, .iv_inside = true}));
    EXPECT_OK(approve(Use::Decrypt, aes, sealing));
    EXPECT_ERROR(approve(Use::Sign, short_secret, SignatureAlgorithm{SignatureScheme::Hmac}), Errc::KeySizeRange);
    EXPECT_OK(approve(Use::Verify, short_secret, SignatureAlgorithm{SignatureScheme::Hmac}));
    EXPECT_OK(approve(Use::Derive, ec));
    // An algorithm of another type of key: nothing speaks of it.
    EXPECT_ERROR(approve(Use::Sign, aes, SignatureAlgorithm{SignatureScheme::Ecdsa}), Errc::MechanismInvalid);
}

BOOST_AUTO_TEST_CASE(a_key_may_not_wrap_and_decrypt_or_unwrap_and_encrypt) {
    constexpr KeyType aes = KeyType::Aes;
    constexpr KeyOps sealing = KeyOps::Encrypt | KeyOps::Decrypt;
    EXPECT_ERROR(approve_operations(aes, KeyOps::Wrap | KeyOps::Decrypt), Errc::TemplateInconsistent);
    EXPECT_ERROR(approve_operations(aes, KeyOps::Unwrap | KeyOps::Encrypt | KeyOps::Sign), Errc::TemplateInconsistent);
    EXPECT_ERROR(approve_operations(aes, KeyOps::Wrap | KeyOps::Encrypt), Errc::TemplateInconsistent);
    EXPECT_OK(approve_operations(KeyType::Rsa, KeyOps::Wrap | KeyOps::Encrypt));
    EXPECT_OK(approve_operations(aes, KeyOps::Wrap | KeyOps::Unwrap));
    EXPECT_OK(approve_operations(aes, sealing | KeyOps::Sign | KeyOps::Verify));
    EXPECT_OK(approve_operations(aes, KeyOps::None));
    // Later: what it could do, or less of it, or what has nothing to do with wrapping.
    EXPECT_OK(approve_operations(aes, sealing, KeyOps::Encrypt | KeyOps::Sign));
    EXPECT_ERROR(approve_operations(aes, KeyOps::Encrypt, sealing), Errc::TemplateInconsistent);
    EXPECT_ERROR(approve_operations(aes, KeyOps::None, KeyOps::Wrap), Errc::TemplateInconsistent);
    EXPECT_ERROR(approve_operations(aes, KeyOps::Sign, KeyOps::Wrap | KeyOps::Decrypt), Errc::TemplateInconsistent);
}

Bytes digest_info(const char* start, Digest digest) { return from_hex(start) + crypto::hash(digest, bytes_of("x")); }

BOOST_AUTO_TEST_CASE(a_digest_info_must_name_an_approved_digest) {
    const SignatureAlgorithm algorithm{SignatureScheme::RsaPkcs1DigestInfo};
    // RFC 8017 section 9.2, note 1.
    const std::vector<std::pair<const char*, Digest>> known = {
        {"302d300d06096086480165030402040500041c", Digest::Sha224},
        {"3031300d060960864801650304020105000420", Digest::Sha256},
        {"3041300d060960864801650304020205000430", Digest::Sha384},
        {"3051300d060960864801650304020305000440", Digest::Sha512},
        // The same with the identifiers of NIST's Computer Security Objects Register, hashAlgs 5 to 10.
        {"302d300d06096086480165030402050500041c", Digest::Sha512_224},
        {"3031300d060960864801650304020605000420", Digest::Sha512_256},
        {"302d300d06096086480165030402070500041c", Digest::Sha3_224},
        {"3031300d060960864801650304020805000420", Digest::Sha3_256},
        {"3041300d060960864801650304020905000430", Digest::Sha3_384},
        {"3051300d060960864801650304020a05000440", Digest::Sha3_512}};
    for (const auto& [start, digest] : known) {
        Bytes info = digest_info(start, digest);
        EXPECT_OK(approve_input(Use::Sign, algorithm, info));
        info.push_back(0);
        EXPECT_ERROR(approve_input(Use::Sign, algorithm, info), Errc::DataInvalid);
        info.resize(info.size() - 2);
        EXPECT_ERROR(approve_input(Use::Sign, algorithm, info), Errc::DataInvalid);
        info = digest_info(start, digest);
        info[14] ^= 0x40;  // an identifier that nobody has
        EXPECT_ERROR(approve_input(Use::Sign, algorithm, info), Errc::DataInvalid);
    }
    const Bytes sha1 = digest_info("3021300906052b0e03021a05000414", Digest::Sha1);
    EXPECT_ERROR(approve_input(Use::Sign, algorithm, sha1), Errc::DataInvalid);
    EXPECT_OK(approve_input(Use::Verify, algorithm, sha1));
    const Bytes md5 = from_hex("3020300c06082a864886f70d020505000410") + Bytes(16);
    EXPECT_ERROR(approve_input(Use::Verify, algorithm, md5), Errc::DataInvalid);
    EXPECT_ERROR(approve_input(Use::Sign, algorithm, Bytes(32)), Errc::DataInvalid);
    EXPECT_ERROR(approve_input(Use::Sign, algorithm, {}), Errc::DataInvalid);
}

BOOST_AUTO_TEST_CASE(what_ecdsa_signs_must_be_as_long_as_an_approved_digest) {
    const SignatureAlgorithm algorithm{SignatureScheme::Ecdsa};
    for (const std::size_t size : {28U, 32U, 48U, 64U}) EXPECT_OK(approve_input(Use::Sign, algorithm, Bytes(size)));
    for (const std::size_t size : {0U, 16U, 20U, 31U, 65U}) {
        EXPECT_ERROR(approve_input(Use::Sign, algorithm, Bytes(size)), Errc::DataLenRange);
    }
    EXPECT_OK(approve_input(Use::Verify, algorithm, Bytes(20)));
    EXPECT_OK(approve_input(Use::Sign, SignatureAlgorithm{SignatureScheme::Hmac}, Bytes(5)));
}

BOOST_AUTO_TEST_CASE(mechanisms_that_no_key_could_use_are_told_from_the_others) {
    BOOST_TEST(can_be_approved(SignatureScheme::RsaPkcs1DigestInfo, KeyType::Rsa));
    BOOST_TEST(can_be_approved(SignatureScheme::Ecdsa, KeyType::Ec));
    BOOST_TEST(!can_be_approved(SignatureScheme::RsaRaw, KeyType::Rsa));
    BOOST_TEST(can_be_approved(CipherScheme::AesGcm, KeyType::Aes));
    BOOST_TEST(!can_be_approved(CipherScheme::RsaPkcs1, KeyType::Rsa));
    BOOST_TEST(!can_be_approved(CipherScheme::AesCbc, KeyType::Rsa));
    BOOST_TEST(can_be_approved(WrapScheme::RsaAesKeyWrap, KeyType::Rsa));
    BOOST_TEST(!can_be_approved(WrapScheme::AesCbcPad, KeyType::Aes));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::fips
