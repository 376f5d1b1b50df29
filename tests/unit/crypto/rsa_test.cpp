#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

constexpr Digest digests[] = {Digest::Sha1,     Digest::Sha224,     Digest::Sha256,     Digest::Sha384,
                              Digest::Sha512,   Digest::Sha512_224, Digest::Sha512_256, Digest::Sha3_224,
                              Digest::Sha3_256, Digest::Sha3_384,   Digest::Sha3_512};

/// One key for the whole suite: making it takes longer than all that is done with it.
const PrivateHalf& key() {
    static const auto made = [] {
        KeySpec spec;
        spec.bits = 2048;
        return must(PrivateHalf::generate(spec));
    }();
    return *made;
}
const PublicHalf& other_half() {
    static const auto made = must(PublicHalf::parse(key().public_key()));
    return *made;
}

Bytes signature_of(const SignatureAlgorithm& algorithm, ByteView input) {
    auto signer = must(key().signer(algorithm));
    Bytes signature(signer->size());
    BOOST_TEST(must(signer->sign(input, signature)) == 256U);
    return signature;
}

Bytes raised(ByteView signature) {
    CipherAlgorithm raw{};
    raw.scheme = CipherScheme::RsaRaw;
    auto cipher = must(other_half().encryptor(raw));
    must(cipher->update(signature, {}));
    Bytes block(256);
    must(cipher->finish(block));
    return block;
}

BOOST_AUTO_TEST_SUITE(rsa_signatures)

BOOST_AUTO_TEST_CASE(pkcs1_makes_the_digest_info_of_each_digest) {
    // RFC 8017 §9.2 note 1; of SHA-3 with the OIDs of NIST's register (2.16.840.1.101.3.4.2.7 to 10).
    const char* prefixes[] = {"3021300906052b0e03021a05000414",         "302d300d06096086480165030402040500041c",
                              "3031300d060960864801650304020105000420", "3041300d060960864801650304020205000430",
                              "3051300d060960864801650304020305000440", "302d300d06096086480165030402050500041c",
                              "3031300d060960864801650304020605000420", "302d300d06096086480165030402070500041c",
                              "3031300d060960864801650304020805000420", "3041300d060960864801650304020905000430",
                              "3051300d060960864801650304020a05000440"};
    for (std::size_t i = 0; i < digest_count; ++i) {
        const SignatureAlgorithm algorithm{.scheme = SignatureScheme::RsaPkcs1, .digest = digests[i]};
        const Bytes digest = hash(digests[i], bytes_of("message"));
        const Bytes signature = signature_of(algorithm, digest);
        const Bytes info = from_hex(prefixes[i]) + digest;
        const Bytes block = from_hex("0001") + Bytes(256 - 3 - info.size(), 0xff) + Bytes(1) + info;
        BOOST_TEST(raised(signature) == block);
        BOOST_TEST(signature_of({.scheme = SignatureScheme::RsaPkcs1DigestInfo}, info) == signature);
        EXPECT_OK(must(other_half().verifier(algorithm))->verify(digest, signature));
    }
}

BOOST_AUTO_TEST_CASE(pss_verifies_with_every_digest_mask_and_fitting_salt) {
    for (Digest digest : digests) {
        for (Digest mask : digests) {
            const std::size_t most = 256 - digest_size(digest) - 2;
            for (std::size_t salt : {std::size_t{0}, std::size_t{1}, digest_size(digest), most}) {
                const SignatureAlgorithm algorithm{
                    .scheme = SignatureScheme::RsaPss, .digest = digest, .mgf_digest = mask, .salt_length = salt};
                const Bytes input = hash(digest, bytes_of("message"));
                const Bytes signature = signature_of(algorithm, input);
                auto verifier = must(other_half().verifier(algorithm));
                EXPECT_OK(verifier->verify(input, signature));
                SignatureAlgorithm other = algorithm;
                other.salt_length = salt == most ? 0 : salt + 1;
                EXPECT_ERROR(must(other_half().verifier(other))->verify(input, signature), Errc::SignatureInvalid);
            }
            EXPECT_ERROR(
                key().signer(
                    {.scheme = SignatureScheme::RsaPss, .digest = digest, .mgf_digest = mask, .salt_length = most + 1}),
                Errc::MechanismParamInvalid);
        }
    }
}

BOOST_AUTO_TEST_CASE(raw_input_is_padded_on_the_left_and_below_the_modulus) {
    const SignatureAlgorithm raw{.scheme = SignatureScheme::RsaRaw};
    for (std::size_t size : {0UL, 1UL, 100UL, 255UL}) {
        const Bytes input = pattern(size);
        const Bytes signature = signature_of(raw, input);
        BOOST_TEST(raised(signature) == Bytes(256 - size) + input);
        EXPECT_OK(must(other_half().verifier(raw))->verify(input, signature));
    }
    auto signer = must(key().signer(raw));
    Bytes signature(256);
    EXPECT_ERROR(signer->sign(Bytes(257), signature), Errc::DataLenRange);
    EXPECT_ERROR(signer->sign(Bytes(256, 0xff), signature), Errc::DataInvalid);
    EXPECT_ERROR(signer->sign(key().public_key().n, signature), Errc::DataInvalid);
    EXPECT_OK(signer->sign(Bytes(1) + Bytes(255, 0xff), signature));
}

BOOST_AUTO_TEST_CASE(input_and_signature_lengths_are_checked) {
    Bytes signature(256);
    for (SignatureScheme scheme : {SignatureScheme::RsaPkcs1, SignatureScheme::RsaPss}) {
        const SignatureAlgorithm algorithm{.scheme = scheme, .digest = Digest::Sha256};
        auto signer = must(key().signer(algorithm));
        auto verifier = must(other_half().verifier(algorithm));
        for (std::size_t size : {0UL, 20UL, 31UL, 33UL, 64UL}) {
            EXPECT_ERROR(signer->sign(Bytes(size), signature), Errc::DataLenRange);
            EXPECT_ERROR(verifier->verify(Bytes(size), signature), Errc::DataLenRange);
        }
        EXPECT_ERROR(verifier->verify(Bytes(32), Bytes(255)), Errc::SignatureLenRange);
        EXPECT_ERROR(verifier->verify(Bytes(32), Bytes(257)), Errc::SignatureLenRange);
        EXPECT_ERROR(verifier->verify(Bytes(32), Bytes(256)), Errc::SignatureInvalid);
        EXPECT_ERROR(verifier->verify(Bytes(32), Bytes(256, 0xff)), Errc::SignatureInvalid);
        EXPECT_ERROR(signer->sign(Bytes(32), MutableBytes(signature).first(255)), Errc::BufferTooSmall);
        EXPECT_OK(signer->sign(Bytes(32), signature));
        EXPECT_OK(verifier->verify(Bytes(32), signature));
    }
    auto signer = must(key().signer({.scheme = SignatureScheme::RsaPkcs1DigestInfo}));
    EXPECT_OK(signer->sign(Bytes(245), signature));
    EXPECT_OK(signer->sign({}, signature));
    EXPECT_ERROR(signer->sign(Bytes(246), signature), Errc::DataLenRange);
}

BOOST_AUTO_TEST_CASE(a_signer_and_a_verifier_serve_many_messages) {
    const SignatureAlgorithm algorithm{.scheme = SignatureScheme::RsaPss, .salt_length = 32};
    auto signer = must(key().signer(algorithm));
    auto verifier = must(other_half().verifier(algorithm));
    Bytes signature(256);
    for (std::uint8_t i = 0; i < 40; ++i) {
        Bytes input(32, i);
        must(signer->sign(input, signature));
        EXPECT_OK(verifier->verify(input, signature));
        input[31] ^= 1;
        EXPECT_ERROR(verifier->verify(input, signature), Errc::SignatureInvalid);
    }
}

BOOST_AUTO_TEST_CASE(other_schemes_are_refused) {
    EXPECT_ERROR(key().signer({.scheme = SignatureScheme::Ecdsa}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(other_half().verifier({.scheme = SignatureScheme::Hmac}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(key().agree(key().public_key()), Errc::KeyTypeInconsistent);
    CipherAlgorithm aes{};
    aes.scheme = CipherScheme::AesGcm;
    EXPECT_ERROR(key().decryptor(aes), Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(generated_keys_have_the_size_and_exponent_asked_for) {
    for (std::uint32_t exponent : {3U, 17U, 65537U, 65539U}) {
        KeySpec spec;
        spec.bits = 1024;
        spec.public_exponent = exponent;
        const auto made = must(PrivateHalf::generate(spec));
        BOOST_TEST((made->spec() == spec));
        BOOST_TEST(made->public_key().n.size() == 128U);
        BOOST_TEST((made->public_key().n[0] & 0x80) != 0);
    }
    for (std::uint32_t exponent : {0U, 1U, 2U, 65536U}) {
        KeySpec spec;
        spec.bits = 1024;
        spec.public_exponent = exponent;
        EXPECT_ERROR(PrivateHalf::generate(spec), Errc::AttributeValueInvalid);
    }
    for (std::uint32_t bits : {0U, 512U, 1023U, 16384U}) {
        KeySpec spec;
        spec.bits = bits;
        EXPECT_ERROR(PrivateHalf::generate(spec), Errc::KeySizeRange);
    }
    KeySpec aes;
    aes.type = KeyType::Aes;
    EXPECT_ERROR(PrivateHalf::generate(aes), Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_CASE(unusable_public_keys_are_refused) {
    PublicKey bad = key().public_key();
    bad.n.back() ^= 1;
    EXPECT_ERROR(PublicHalf::parse(bad), Errc::AttributeValueInvalid);
    bad.n = Bytes(32, 0xff);
    EXPECT_ERROR(PublicHalf::parse(bad), Errc::AttributeValueInvalid);
    bad.n.clear();
    EXPECT_ERROR(PublicHalf::parse(bad), Errc::AttributeValueInvalid);
    for (const Bytes& exponent : {Bytes{}, Bytes{0}, Bytes{1}, Bytes{2}, Bytes(300, 0xff)}) {
        bad = key().public_key();
        bad.e = exponent;
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::AttributeValueInvalid);
    }
    bad.type = KeyType::Aes;
    EXPECT_ERROR(PublicHalf::parse(bad), Errc::KeyTypeInconsistent);
    PublicKey zeros_first = key().public_key();
    zeros_first.n.insert(zeros_first.n.begin(), 0);
    BOOST_TEST((must(PublicHalf::parse(zeros_first))->value() == key().public_key()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
