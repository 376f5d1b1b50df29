#include "crypto/x509.hpp"

#include <fstream>
#include <iterator>

#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/key_material.hpp"
#include "key_encodings.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

Bytes file(const std::string& name) {
    std::ifstream stream(std::string(KVP11_SECURITY_DOMAIN_VECTORS) + "/" + name, std::ios::binary);
    if (!stream) throw std::runtime_error("no file " + name);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::shared_ptr<const PrivateHalf> fresh(KeyType type) {
    KeySpec spec;
    spec.type = type;
    spec.bits = 1024;
    return must(PrivateHalf::generate(spec));
}

BOOST_AUTO_TEST_SUITE(x509)

BOOST_AUTO_TEST_CASE(a_certificate_reads_alike_as_pem_and_der) {
    const Certificate from_pem = must(parse_certificate(file("wrap1.cer")));
    const Certificate from_der = must(parse_certificate(from_pem.der));
    BOOST_TEST(from_der.der == from_pem.der);
    BOOST_TEST((from_der.key == from_pem.key));
    BOOST_TEST((from_pem.key.type == KeyType::Rsa));
    BOOST_TEST(from_pem.sha1_thumbprint == hash(Digest::Sha1, from_pem.der));
    BOOST_TEST(from_pem.sha256_thumbprint == hash(Digest::Sha256, from_pem.der));
    BOOST_TEST(from_pem.subject == from_pem.issuer);
    BOOST_TEST(from_pem.serial.front() == 0x02);
    BOOST_TEST(must(parse_certificate(bytes_of(certificate_pem(from_pem)))).der == from_pem.der);
}

BOOST_AUTO_TEST_CASE(what_is_no_certificate_is_unreadable) {
    const Bytes der = must(parse_certificate(file("wrap1.cer"))).der;
    EXPECT_ERROR(parse_certificate({}), Errc::FileUnreadable);
    EXPECT_ERROR(parse_certificate(bytes_of("hello")), Errc::FileUnreadable);
    EXPECT_ERROR(parse_certificate(file("wrap1.key")), Errc::FileUnreadable);
    EXPECT_ERROR(parse_certificate(ByteView(der).first(der.size() - 1)), Errc::FileUnreadable);
    EXPECT_ERROR(parse_certificate(der + Bytes(1)), Errc::FileUnreadable);
    EXPECT_ERROR(parse_certificate(bytes_of("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
                 Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(a_public_key_reads_alike_as_pem_and_der) {
    for (KeyType type : {KeyType::Rsa, KeyType::Ec}) {
        const PublicKey key = fresh(type)->public_key();
        const std::string pem = must(public_key_pem(key));
        BOOST_TEST(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
        BOOST_TEST((must(parse_public_key(bytes_of(pem))) == key));
        BOOST_TEST((must(parse_public_key(must(subject_public_key_info(key)))) == key));
    }
    PublicKey secret;
    secret.type = KeyType::Aes;
    BOOST_TEST(!public_key_pem(secret).ok());
    EXPECT_ERROR(parse_public_key({}), Errc::FileUnreadable);
    EXPECT_ERROR(parse_public_key(bytes_of("hello")), Errc::FileUnreadable);
    EXPECT_ERROR(parse_public_key(file("wrap1.cer")), Errc::FileUnreadable);
    EXPECT_ERROR(parse_public_key(bytes_of("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")),
                 Errc::FileUnreadable);
}

BOOST_AUTO_TEST_CASE(a_self_signed_certificate_holds_its_key_and_verifies) {
    for (KeyType type : {KeyType::Rsa, KeyType::Ec}) {
        const auto key = fresh(type);
        const Certificate made = must(self_signed(*key, "transfer-key ü", 365));
        BOOST_TEST((made.key == key->public_key()));
        BOOST_TEST(made.subject == made.issuer);
        BOOST_TEST(made.der != must(self_signed(*key, "transfer-key ü", 365)).der);
        BOOST_TEST(must(parse_certificate(made.der)).sha256_thumbprint == made.sha256_thumbprint);
    }
    EXPECT_ERROR(self_signed(*fresh(KeyType::Ec), "", 365), Errc::ArgumentsBad);
}

BOOST_AUTO_TEST_CASE(a_pem_key_belongs_to_its_certificate) {
    for (const char* name : {"wrap1", "wrap2", "wrap3", "transfer"}) {
        const auto key = must(parse_private_key_pem(secret(file(std::string(name) + ".key")), SecretBytes()));
        BOOST_TEST((key->public_key() == must(parse_certificate(file(std::string(name) + ".cer"))).key));
    }
    EXPECT_ERROR(parse_private_key_pem(secret(file("wrap1.cer")), SecretBytes()), Errc::FileUnreadable);
    EXPECT_ERROR(parse_private_key_pem(SecretBytes(), SecretBytes()), Errc::FileUnreadable);
}

// The P-256 key of scalar 5 by `openssl pkcs8 -topk8 -v2 aes-256-cbc` and by `openssl ec`.
BOOST_AUTO_TEST_CASE(an_encrypted_pem_key_opens_with_its_password_only) {
    const SecretBytes pem = secret(bytes_of("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                            "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgB6oVpsi6PBwICCAAw\n"
                                            "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEEuIbjcc68v4ShWMisCOHMoEgZC2\n"
                                            "8OEERgtY6mLAMOjhTpmIUV7Fm7iZ042hIna0JbPQYdQbXgRUWLDKAVYxgyiCwLY0\n"
                                            "wypu152FKJe+ilHGc1tPmoLqWsW40KxiilCn7aOc70CF7Ckrf1tYQqz1Sq3MLxFK\n"
                                            "Fl40djXtN/D772YAOuw0JGds/fI2zV5KglN+njIqYYgZJ7Ks/3yhZ/XWWTYjYLE=\n"
                                            "-----END ENCRYPTED PRIVATE KEY-----\n"));
    BOOST_TEST(hex_of(must(must(parse_private_key_pem(pem, secret(bytes_of("secret"))))->expose_pkcs8())) ==
               p256_pkcs8);
    EXPECT_ERROR(parse_private_key_pem(pem, secret(bytes_of("wrong"))), Errc::FileUnreadable);
    EXPECT_ERROR(parse_private_key_pem(pem, SecretBytes()), Errc::FileUnreadable);
    const SecretBytes traditional = secret(bytes_of("-----BEGIN EC PRIVATE KEY-----\n"
                                                    "MHcCAQEEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAFoAoGCCqGSM49\n"
                                                    "AwEHoUQDQgAEUVkLelFRQNLXhMhWCGaP3++Mgv0fW+UkIVVKDcPQM+3gwX2okEpy\n"
                                                    "fYrhvza/inkmDQEvANTYCIjR0LtE/aFtpA==\n"
                                                    "-----END EC PRIVATE KEY-----\n"));
    BOOST_TEST(hex_of(must(must(parse_private_key_pem(traditional, SecretBytes()))->expose_pkcs8())) == p256_pkcs8);
}

BOOST_AUTO_TEST_CASE(public_key_infos_are_those_of_others) {
    const std::pair<const char*, const char*> rows[] = {{rsa_pkcs8, rsa_spki},
                                                        {p256_pkcs8, p256_spki},
                                                        {p384_pkcs8, p384_spki},
                                                        {p521_pkcs8, p521_spki},
                                                        {p256k_pkcs8, p256k_spki}};
    for (const auto& [pkcs8, spki] : rows) {
        const auto key = must(PrivateHalf::parse(secret_hex(pkcs8)));
        BOOST_TEST(to_hex(must(subject_public_key_info(key->public_key()))) == spki);
        BOOST_TEST((must(parse_subject_public_key_info(from_hex(spki))) == key->public_key()));
    }
    EXPECT_ERROR(parse_subject_public_key_info(from_hex(p256_spki) + Bytes(1)), Errc::PublicKeyInvalid);
    EXPECT_ERROR(parse_subject_public_key_info(from_hex(p256_pkcs8)), Errc::PublicKeyInvalid);
    EXPECT_ERROR(parse_subject_public_key_info({}), Errc::PublicKeyInvalid);
}

// RFC 8410 §10.1 and §10.2: an Ed25519 key and a certificate for X25519 by it.
BOOST_AUTO_TEST_CASE(edwards_and_montgomery_keys_are_read_and_written) {
    const std::string published =
        "302a300506032b657003210019bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
    const PublicKey key = must(parse_subject_public_key_info(from_hex(published)));
    BOOST_CHECK((key.type == KeyType::EcEdwards && key.curve == Curve::Ed25519));
    BOOST_TEST(to_hex(must(subject_public_key_info(key))) == published);
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448, Curve::X25519, Curve::X448}) {
        const auto pair = must(PrivateHalf::generate({.type = type_of(curve), .curve = curve}));
        BOOST_CHECK((must(parse_subject_public_key_info(must(subject_public_key_info(pair->public_key())))) ==
                     pair->public_key()));
        if (type_of(curve) == KeyType::EcEdwards) {
            BOOST_CHECK((must(self_signed(*pair, "edwards", 1)).key == pair->public_key()));
        } else {
            EXPECT_ERROR(self_signed(*pair, "montgomery", 1), Errc::KeyTypeInconsistent);
        }
    }
    // y = 2 is no point.
    EXPECT_ERROR(parse_subject_public_key_info(from_hex("302a300506032b6570032100"
                                                        "02" +
                                                        std::string(62, '0'))),
                 Errc::PublicKeyInvalid);
}

BOOST_AUTO_TEST_CASE(curves_are_known_by_identifier_and_name) {
    const char* identifiers[] = {"06082a8648ce3d030107", "06052b81040022", "06052b81040023", "06052b8104000a",
                                 "06032b6570",           "06032b6571",     "06032b656e",     "06032b656f"};
    for (std::size_t i = 0; i < curve_count; ++i) {
        const auto curve = static_cast<Curve>(i);
        BOOST_TEST(to_hex(curve_parameters(curve)) == identifiers[i]);
        BOOST_TEST((must(parse_curve_parameters(from_hex(identifiers[i]))) == curve));
    }
    const auto named = [](const std::string& name) {
        return parse_curve_parameters(Bytes{0x13, static_cast<std::uint8_t>(name.size())} + text_bytes(name));
    };
    BOOST_TEST((must(named("prime256v1")) == Curve::P256));
    BOOST_TEST((must(named("secp256r1")) == Curve::P256));
    BOOST_TEST((must(named("secp384r1")) == Curve::P384));
    BOOST_TEST((must(named("secp521r1")) == Curve::P521));
    BOOST_TEST((must(named("secp256k1")) == Curve::P256K));
    BOOST_TEST((must(named("edwards25519")) == Curve::Ed25519));
    BOOST_TEST((must(named("edwards448")) == Curve::Ed448));
    BOOST_TEST((must(named("curve25519")) == Curve::X25519));
    BOOST_TEST((must(named("curve448")) == Curve::X448));
    EXPECT_ERROR(named("secp224r1"), Errc::CurveNotSupported);
    EXPECT_ERROR(parse_curve_parameters(from_hex("06052b81040021")), Errc::CurveNotSupported);
    EXPECT_ERROR(parse_curve_parameters(from_hex("300706052b81040022")), Errc::CurveNotSupported);
    EXPECT_ERROR(parse_curve_parameters(from_hex("06062b81040022")), Errc::DomainParamsInvalid);
    EXPECT_ERROR(parse_curve_parameters(from_hex("0500")), Errc::DomainParamsInvalid);
    EXPECT_ERROR(parse_curve_parameters({}), Errc::DomainParamsInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
