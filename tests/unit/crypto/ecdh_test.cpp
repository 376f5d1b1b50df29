#include "checks.hpp"
#include "crypto/asymmetric.hpp"
#include "crypto/key_material.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

PublicKey point_of(Curve curve, const std::string& hex) {
    PublicKey key;
    key.type = KeyType::Ec;
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
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        KeySpec spec;
        spec.type = KeyType::Ec;
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

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
