#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/key_material.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

PublicKey point_of(Curve curve, const std::string& hex) {
    PublicKey key;
    key.type = type_of(curve);
    key.curve = curve;
    key.point = from_hex(hex);
    return key;
}

std::shared_ptr<const PrivateHalf> key_of(Curve curve, const std::string& scalar) {
    return must(PrivateHalf::parse(must(pack_ec(curve, secret_hex(scalar)))));
}

BOOST_AUTO_TEST_SUITE(ecdh)

// RFC 5903 §8.1.
BOOST_AUTO_TEST_CASE(agreement_gives_the_published_value) {
    const auto initiator = key_of(Curve::P256, "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433");
    BOOST_TEST(to_hex(initiator->public_key().point) ==
               "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c3772581180"
               "5271a0461cdb8252d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3");
    const PublicKey responder =
        point_of(Curve::P256, "04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf63"
                              "56fbf3ca366cc23e8157854c13c58d6aac23f046ada30f8353e74f33039872ab");
    BOOST_TEST(hex_of(must(initiator->agree(responder))) ==
               "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
}

BOOST_AUTO_TEST_CASE(both_sides_agree_on_every_curve) {
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K, Curve::X25519, Curve::X448}) {
        KeySpec spec;
        spec.type = type_of(curve);
        spec.curve = curve;
        const auto ours = must(PrivateHalf::generate(spec));
        const auto theirs = must(PrivateHalf::generate(spec));
        const SecretBytes shared = must(ours->agree(theirs->public_key()));
        BOOST_TEST(shared.size() == curve_size(curve));
        BOOST_TEST(shared.equals(must(theirs->agree(ours->public_key()))));
    }
}

BOOST_AUTO_TEST_CASE(a_peer_off_the_curve_or_on_another_is_refused) {
    const auto key = key_of(Curve::P256, "05");
    PublicKey peer = key->public_key();
    peer.point.back() ^= 1;
    EXPECT_ERROR(key->agree(peer), Errc::PublicKeyInvalid);
    peer.point = {0};
    EXPECT_ERROR(key->agree(peer), Errc::PublicKeyInvalid);
    EXPECT_ERROR(key->agree(key_of(Curve::P256K, "05")->public_key()), Errc::PublicKeyInvalid);
    PublicKey relabelled = key_of(Curve::P256K, "05")->public_key();
    relabelled.curve = Curve::P256;
    EXPECT_ERROR(key->agree(relabelled), Errc::PublicKeyInvalid);
}

// RFC 7748 §6.1, §6.2.
BOOST_AUTO_TEST_CASE(montgomery_curves_give_the_published_values) {
    const auto alice = key_of(Curve::X25519, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    BOOST_TEST(to_hex(alice->public_key().point) == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    BOOST_TEST(hex_of(must(alice->agree(
                   point_of(Curve::X25519, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")))) ==
               "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    const auto fourth = key_of(Curve::X448, "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28d"
                                            "d9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b");
    BOOST_TEST(to_hex(fourth->public_key().point) == "9b08f7cc31b7e3e67d22d5aea121074a273bd2b83de09c63faa73d2c"
                                                     "22c5d9bbc836647241d953d40c5b12da88120d53177f80e532c41fa0");
    BOOST_TEST(hex_of(must(
                   fourth->agree(point_of(Curve::X448, "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b430"
                                                       "27d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609")))) ==
               "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282b"
               "b60c0b56fd2464c335543936521c24403085d59a449a5037514a879d");
}

// RFC 7748 §6.1: "MAY check"; NIST and PKCS#11 users want it. The points of order 1, 2, 4 and 8 of curve25519.
BOOST_AUTO_TEST_CASE(a_secret_of_zeros_is_refused_and_the_key_goes_on) {
    const auto key = must(PrivateHalf::generate({.type = KeyType::EcMontgomery, .curve = Curve::X25519}));
    for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                              "0100000000000000000000000000000000000000000000000000000000000000",
                              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                              "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                              "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"}) {
        EXPECT_ERROR(key->agree(point_of(Curve::X25519, point)), Errc::PublicKeyInvalid);
    }
    const auto longer = must(PrivateHalf::generate({.type = KeyType::EcMontgomery, .curve = Curve::X448}));
    EXPECT_ERROR(longer->agree(point_of(Curve::X448, std::string(112, '0'))), Errc::PublicKeyInvalid);
    EXPECT_ERROR(longer->agree(point_of(Curve::X25519, std::string(62, '0') + "09")), Errc::PublicKeyInvalid);
    EXPECT_ERROR(longer->agree(point_of(Curve::X448, "09")), Errc::PublicKeyInvalid);
    EXPECT_OK(longer->agree(longer->public_key()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
