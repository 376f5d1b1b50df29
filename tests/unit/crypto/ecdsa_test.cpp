#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

constexpr SignatureAlgorithm ecdsa{.scheme = SignatureScheme::Ecdsa};
constexpr Curve curves[] = {Curve::P256, Curve::P384, Curve::P521, Curve::P256K};

PublicKey point_of(Curve curve, const std::string& hex) {
    PublicKey key;
    key.type = KeyType::Ec;
    key.curve = curve;
    key.point = from_hex(hex);
    return key;
}

std::shared_ptr<const PrivateHalf> fresh(Curve curve) {
    KeySpec spec;
    spec.type = KeyType::Ec;
    spec.curve = curve;
    return must(PrivateHalf::generate(spec));
}

BOOST_AUTO_TEST_SUITE(ecdsa_signatures)

// RFC 6979 A.2.5 (P-256) and A.2.7 (P-521): message "sample".
BOOST_AUTO_TEST_CASE(published_signatures_verify) {
    const auto p256 = must(
        PublicHalf::parse(point_of(Curve::P256, "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
                                                "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")));
    auto verifier = must(p256->verifier(ecdsa));
    must(verifier->verify(hash(Digest::Sha256, bytes_of("sample")),
                          from_hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                   "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")));
    // SHA-512 is longer than the order: the leftmost bits count.
    must(verifier->verify(hash(Digest::Sha512, bytes_of("sample")),
                          from_hex("8496a60b5e9b47c825488827e0495b0e3fa109ec4568fd3f8d1097678eb97f00"
                                   "2362ab1adbe2b8adf9cb9edab740ea6049c028114f2460f96554f61fae3302fe")));
    must(verifier->verify(hash(Digest::Sha1, bytes_of("sample")),
                          from_hex("61340c88c3aaebeb4f6d667f672ca9759a6ccaa9fa8811313039ee4a35471d32"
                                   "6d7f147dac089441bb2e2fe8f7a3fa264b9c475098fdcf6e00d7c996e1b8b7eb")));
}

BOOST_AUTO_TEST_CASE(fresh_keys_sign_again_and_again_what_their_public_half_verifies) {
    for (Curve curve : curves) {
        const auto key = fresh(curve);
        auto signer = must(key->signer(ecdsa));
        auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier(ecdsa));
        BOOST_TEST(signer->size() == 2 * curve_size(curve));
        BOOST_TEST(verifier->size() == signer->size());
        for (std::size_t size : {0UL, 1UL, 20UL, 28UL, 32UL, 48UL, 64UL, 66UL, 67UL, 200UL}) {
            Bytes input = pattern(size);
            Bytes signature(signer->size() + 5, 0xee);
            BOOST_TEST(must(signer->sign(input, signature)) == signer->size());
            BOOST_TEST(signature[signer->size()] == 0xee);
            signature.resize(signer->size());
            EXPECT_OK(verifier->verify(input, signature));
            if (size == 0) continue;
            input[0] ^= 1;
            EXPECT_ERROR(verifier->verify(input, signature), Errc::SignatureInvalid);
        }
    }
}

BOOST_AUTO_TEST_CASE(short_values_are_padded_on_the_left) {
    // 1 signature in 128 has r or s with a leading zero byte; in DER that byte is not there.
    const auto key = fresh(Curve::P256);
    auto signer = must(key->signer(ecdsa));
    auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier(ecdsa));
    int padded = 0;
    for (std::uint32_t i = 0; i < 2000 && padded < 3; ++i) {
        const Bytes input = hash(Digest::Sha256, pattern(i));
        Bytes signature(64);
        must(signer->sign(input, signature));
        if (signature[0] != 0 && signature[32] != 0) continue;
        ++padded;
        must(verifier->verify(input, signature));
    }
    BOOST_TEST(padded == 3);
}

BOOST_AUTO_TEST_CASE(a_shorter_signature_of_even_length_verifies) {
    // PKCS#11 2.40 §2.3.1; SunPKCS11 strips common leading zeros.
    const auto key = fresh(Curve::P521);
    auto signer = must(key->signer(ecdsa));
    auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier(ecdsa));
    Bytes signature(132);
    const Bytes input = pattern(64);
    do {
        must(signer->sign(input, signature));
    } while (signature[0] != 0 || signature[66] != 0);
    Bytes shorter(signature.begin() + 1, signature.begin() + 66);
    shorter.insert(shorter.end(), signature.begin() + 67, signature.end());
    BOOST_TEST(shorter.size() == 130U);
    EXPECT_OK(verifier->verify(input, shorter));
}

BOOST_AUTO_TEST_CASE(wrong_lengths_are_told_from_wrong_values) {
    for (Curve curve : curves) {
        const auto key = fresh(curve);
        auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier(ecdsa));
        const std::size_t size = verifier->size();
        const Bytes input = pattern(32);
        for (std::size_t wrong : {std::size_t{0}, size - 1, size + 1, size + 2}) {
            EXPECT_ERROR(verifier->verify(input, Bytes(wrong, 1)), Errc::SignatureLenRange);
        }
        EXPECT_ERROR(verifier->verify(input, Bytes(size)), Errc::SignatureInvalid);
        EXPECT_ERROR(verifier->verify(input, Bytes(size, 0xff)), Errc::SignatureInvalid);
        EXPECT_ERROR(verifier->verify(input, Bytes(2, 1)), Errc::SignatureInvalid);
        Bytes good(size);
        must(must(key->signer(ecdsa))->sign(input, good));
        Bytes zero_r = good;
        std::fill_n(zero_r.begin(), size / 2, std::uint8_t{0});
        EXPECT_ERROR(verifier->verify(input, zero_r), Errc::SignatureInvalid);
        Bytes zero_s = good;
        std::fill_n(zero_s.begin() + static_cast<std::ptrdiff_t>(size / 2), size / 2, std::uint8_t{0});
        EXPECT_ERROR(verifier->verify(input, zero_s), Errc::SignatureInvalid);
        EXPECT_OK(verifier->verify(input, good));
    }
}

BOOST_AUTO_TEST_CASE(r_plus_the_order_is_not_r) {
    // P-521's order leaves room in 66 bytes: r + n must not verify in place of r.
    const auto key = fresh(Curve::P521);
    const Bytes order = from_hex("01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa"
                                 "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409");
    const Bytes input = pattern(64);
    Bytes signature(132);
    must(must(key->signer(ecdsa))->sign(input, signature));
    unsigned carry = 0;
    for (std::size_t i = 66; i-- > 0;) {
        carry += static_cast<unsigned>(signature[i]) + order[i];
        signature[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
    }
    auto verifier = must(must(PublicHalf::parse(key->public_key()))->verifier(ecdsa));
    EXPECT_ERROR(verifier->verify(input, signature), Errc::SignatureInvalid);
}

BOOST_AUTO_TEST_CASE(other_schemes_and_short_buffers_are_refused) {
    const auto key = fresh(Curve::P256);
    EXPECT_ERROR(key->signer({.scheme = SignatureScheme::RsaPss}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(must(PublicHalf::parse(key->public_key()))->verifier({.scheme = SignatureScheme::RsaPkcs1}),
                 Errc::KeyTypeInconsistent);
    EXPECT_ERROR(key->decryptor(CipherAlgorithm{}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(key->unwrap(WrapAlgorithm{}, Bytes(64)), Errc::UnwrappingKeyTypeInconsistent);
    Bytes room(63);
    EXPECT_ERROR(must(key->signer(ecdsa))->sign(pattern(32), room), Errc::BufferTooSmall);
}

BOOST_AUTO_TEST_CASE(a_signer_outlives_its_key) {
    auto key = fresh(Curve::P256);
    const PublicKey public_key = key->public_key();
    auto signer = must(key->signer(ecdsa));
    key.reset();
    Bytes signature(64);
    must(signer->sign(pattern(32), signature));
    EXPECT_OK(must(must(PublicHalf::parse(public_key))->verifier(ecdsa))->verify(pattern(32), signature));
}

BOOST_AUTO_TEST_CASE(bad_points_are_refused) {
    for (Curve curve : curves) {
        PublicKey good = fresh(curve)->public_key();
        PublicKey bad = good;
        bad.point.back() ^= 1;
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::PublicKeyInvalid);
        bad = good;
        bad.point.pop_back();
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::PublicKeyInvalid);
        bad.point = {0};
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::PublicKeyInvalid);
        bad.point = Bytes(good.point.size(), 0xff);
        bad.point[0] = 4;
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::PublicKeyInvalid);
        bad.point.clear();
        EXPECT_ERROR(PublicHalf::parse(bad), Errc::PublicKeyInvalid);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
