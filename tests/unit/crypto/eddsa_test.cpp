#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/key_material.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

struct Published {
    Curve curve;
    std::string private_key;
    std::string public_key;
    std::string message;
    std::string signature;
};

// RFC 8032 §7.1 (TEST 1, TEST 2, TEST 3) and §7.4 (Blank, 1 octet).
const std::vector<Published> published = {
    {Curve::Ed25519, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "55141438e7a100b"},
    {Curve::Ed25519, "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "00d291612bb0c00"},
    {Curve::Ed25519, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "027beceea1ec40a"},
    {Curve::Ed448,
     "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95"
     "b",
     "5fd7449b59b461fd2ce787ec616ad46a1da1342485a70e1f8a0ea75d80e96778edf124769b46c7061bd6783df1e50f6cd1fa1abeafe825618"
     "0",
     "",
     "533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0a21bfd398"
     "0ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a7363268c71d95808ff2e6526"
     "00"},
    {Curve::Ed448,
     "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274"
     "e",
     "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a948"
     "0",
     "03",
     "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd7798"
     "05e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a"
     "00"}};

constexpr SignatureAlgorithm eddsa{.scheme = SignatureScheme::EdDsa};

PublicKey half_of(Curve curve, ByteView point) {
    PublicKey key;
    key.type = type_of(curve);
    key.curve = curve;
    key.point = copy_of(point);
    return key;
}

std::shared_ptr<const PrivateHalf> pair_of(const Published& vector) {
    return must(PrivateHalf::parse(must(pack_ec(vector.curve, secret_hex(vector.private_key)))));
}

BOOST_AUTO_TEST_SUITE(edwards_signatures)

BOOST_AUTO_TEST_CASE(signatures_are_the_published_ones_again_and_again) {
    for (const Published& vector : published) {
        const auto pair = pair_of(vector);
        BOOST_TEST(to_hex(pair->public_key().point) == vector.public_key);
        const auto signer = must(pair->signer(eddsa));
        const auto verifier = must(must(PublicHalf::parse(pair->public_key()))->verifier(eddsa));
        BOOST_TEST(signer->size() == 2 * curve_size(vector.curve));
        for (int again = 0; again < 3; ++again) {
            Bytes signature(signer->size());
            BOOST_TEST(must(signer->sign(from_hex(vector.message), signature)) == signature.size());
            BOOST_TEST(to_hex(signature) == vector.signature);
            EXPECT_OK(verifier->verify(from_hex(vector.message), signature));
        }
    }
}

BOOST_AUTO_TEST_CASE(another_message_signature_or_length_is_refused_and_the_verifier_goes_on) {
    for (const Published& vector : {published[1], published[4]}) {
        const auto verifier =
            must(must(PublicHalf::parse(half_of(vector.curve, from_hex(vector.public_key))))->verifier(eddsa));
        Bytes signature = from_hex(vector.signature);
        EXPECT_ERROR(verifier->verify(text_bytes("another"), signature), Errc::SignatureInvalid);
        signature[0] ^= 1;
        EXPECT_ERROR(verifier->verify(from_hex(vector.message), signature), Errc::SignatureInvalid);
        signature.pop_back();
        EXPECT_ERROR(verifier->verify(from_hex(vector.message), signature), Errc::SignatureLenRange);
        EXPECT_OK(verifier->verify(from_hex(vector.message), from_hex(vector.signature)));
    }
}

BOOST_AUTO_TEST_CASE(generated_pairs_sign_long_messages) {
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448}) {
        const auto pair = must(PrivateHalf::generate({.type = KeyType::EcEdwards, .curve = curve}));
        BOOST_CHECK((pair->spec() == KeySpec{.type = KeyType::EcEdwards, .curve = curve, .public_exponent = 65537}));
        const Bytes message(100000, 0x5a);
        const auto signer = must(pair->signer(eddsa));
        Bytes signature(signer->size());
        must(signer->sign(message, signature));
        const auto verifier = must(must(PublicHalf::parse(pair->public_key()))->verifier(eddsa));
        EXPECT_OK(verifier->verify(message, signature));
    }
}

BOOST_AUTO_TEST_CASE(the_material_comes_back_and_is_that_of_rfc_8410) {
    // RFC 8410 §10.3: the first example; then the second, with attributes and the public half.
    const std::string first =
        "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44"
        "755842";
    const std::string second =
        "3072020101300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f4"
        "4755842a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273812100"
        "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
    const auto pair = must(PrivateHalf::parse(secret_hex(second)));
    BOOST_TEST(hex_of(must(pair->expose_pkcs8())) == first);
    BOOST_TEST(to_hex(pair->public_key().point) == "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
    BOOST_TEST(hex_of(must(expose_ec_scalar(secret_hex(first)))) ==
               "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842");
    std::string foreign = second;
    foreign.replace(foreign.size() - 2, 2, "e0");
    EXPECT_ERROR(PrivateHalf::parse(secret_hex(foreign)), Errc::AttributeValueInvalid);
    std::string without_wrapping =
        "302c020100300506032b657004200420d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a8";
    EXPECT_ERROR(PrivateHalf::parse(secret_hex(without_wrapping)), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(material_of_every_curve_comes_back) {
    for (const Curve curve : {Curve::Ed25519, Curve::Ed448, Curve::X25519, Curve::X448}) {
        const auto pair = must(PrivateHalf::generate({.type = type_of(curve), .curve = curve}));
        const SecretMaterial material = must(pair->expose_pkcs8());
        const auto again = must(PrivateHalf::parse(material));
        BOOST_CHECK((again->public_key() == pair->public_key()));
        BOOST_TEST(must(pack_ec(curve, must(expose_ec_scalar(material)))).equals(material));
    }
    EXPECT_ERROR(pack_ec(Curve::Ed25519, SecretBytes(31)), Errc::AttributeValueInvalid);
    EXPECT_ERROR(pack_ec(Curve::X448, SecretBytes(57)), Errc::AttributeValueInvalid);
}

BOOST_AUTO_TEST_CASE(strings_that_are_no_point_are_refused) {
    Bytes point = from_hex(published[0].public_key);
    EXPECT_ERROR(PublicHalf::parse(half_of(Curve::Ed25519, ByteView(point).first(31))), Errc::PublicKeyInvalid);
    // y = 2 has no x on edwards25519; p itself is no canonical 0.
    Bytes two(32);
    two[0] = 2;
    EXPECT_ERROR(PublicHalf::parse(half_of(Curve::Ed25519, two)), Errc::PublicKeyInvalid);
    EXPECT_ERROR(PublicHalf::parse(half_of(
                     Curve::Ed25519, from_hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))),
                 Errc::PublicKeyInvalid);
    std::size_t off = 0;
    for (std::uint8_t y = 2; y < 34; ++y) {
        Bytes small(57);
        small[0] = y;
        if (!PublicHalf::parse(half_of(Curve::Ed448, small)).ok()) ++off;
    }
    BOOST_TEST(off > 4);  // half of all strings
    BOOST_TEST(off < 28);
    for (int i = 0; i < 20; ++i) {
        const auto pair = must(PrivateHalf::generate({.type = KeyType::EcEdwards, .curve = Curve::Ed448}));
        EXPECT_OK(PublicHalf::parse(pair->public_key()));
    }
}

BOOST_AUTO_TEST_CASE(keys_do_what_their_curve_is_for_only) {
    const auto signing = must(PrivateHalf::generate({.type = KeyType::EcEdwards, .curve = Curve::Ed25519}));
    const auto agreeing = must(PrivateHalf::generate({.type = KeyType::EcMontgomery, .curve = Curve::X25519}));
    EXPECT_ERROR(signing->signer({.scheme = SignatureScheme::Ecdsa}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(signing->signer({.scheme = SignatureScheme::RsaPkcs1}), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(signing->agree(signing->public_key()), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(agreeing->signer(eddsa), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(must(PublicHalf::parse(agreeing->public_key()))->verifier(eddsa), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(must(PrivateHalf::generate({.type = KeyType::Ec}))->signer(eddsa), Errc::KeyTypeInconsistent);
    EXPECT_ERROR(PrivateHalf::generate({.type = KeyType::EcEdwards, .curve = Curve::X25519}), Errc::CurveNotSupported);
    EXPECT_ERROR(PrivateHalf::generate({.type = KeyType::Ec, .curve = Curve::Ed448}), Errc::CurveNotSupported);
    PublicKey relabelled = signing->public_key();
    relabelled.type = KeyType::EcMontgomery;
    EXPECT_ERROR(PublicHalf::parse(relabelled), Errc::PublicKeyInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
