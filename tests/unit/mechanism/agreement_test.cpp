#include <algorithm>

#include "checks.hpp"
#include "crypto/digest.hpp"
#include "material_key.hpp"
#include "mechanism/ec_point.hpp"
#include "mechanism/operation.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::ask;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::pattern;

BOOST_AUTO_TEST_SUITE(agreement)

BOOST_AUTO_TEST_CASE(both_sides_derive_the_same_from_raw_and_der_points) {
    for (const Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::P256K}) {
        const auto mine = test::ec_key(curve);
        const auto theirs = test::private_key(
            must(must(crypto::PrivateHalf::generate({.type = KeyType::Ec, .curve = curve}))->expose_pkcs8()));
        const auto secret = [](const Key& key, Bytes point) {
            const CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, point.size(), point.data()};
            return must(derive(ask(CKM_ECDH1_DERIVE, parameter_of(params)), key, 0)).value;
        };
        const auto one = secret(*mine, theirs->record().public_key.point);
        BOOST_TEST(one.size() == curve_size(curve));
        BOOST_TEST(secret(*theirs, mine->record().public_key.point).equals(one));
        BOOST_TEST(secret(*mine, der_point(theirs->record().public_key.point)).equals(one));
    }
}

BOOST_AUTO_TEST_CASE(a_kdf_makes_as_many_bytes_as_are_asked_for) {
    const auto key = test::ec_key();
    Bytes point = key->record().public_key.point;
    Bytes shared = pattern(5);
    CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, point.size(), point.data()};
    const auto x = must(derive(ask(CKM_ECDH1_DERIVE, parameter_of(params)), *key, 0)).value;
    params.kdf = CKD_SHA256_KDF;
    params.pSharedData = shared.data();
    params.ulSharedDataLen = shared.size();
    const auto request = ask(CKM_ECDH1_DERIVE, parameter_of(params));
    BOOST_TEST(must(derive(request, *key, 0)).value.size() == 32U);
    const auto made = must(derive(request, *key, 50)).value;
    // SEC 1 §3.6.1: Hash(Z || 00000001 || SharedInfo) || Hash(Z || 00000002 || SharedInfo) …
    Bytes first = copy_of(x.expose_bytes());
    first.insert(first.end(), {0, 0, 0, 1});
    first.insert(first.end(), shared.begin(), shared.end());
    const Bytes digest = crypto::hash(Digest::Sha256, first);
    BOOST_TEST(made.size() == 50U);
    BOOST_CHECK(std::equal(digest.begin(), digest.end(), made.expose_bytes().begin()));
}

BOOST_AUTO_TEST_CASE(points_of_another_curve_off_the_curve_or_compressed_are_refused) {
    const auto key = test::ec_key();
    const auto refused = [&](Bytes point) {
        const CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, point.size(), point.data()};
        EXPECT_FAILURE(derive(ask(CKM_ECDH1_DERIVE, parameter_of(params)), *key, 0), Errc::MechanismParamInvalid);
    };
    refused(test::ec_key(Curve::P384)->record().public_key.point);
    refused(test::ec_key(Curve::P256K)->record().public_key.point);
    const Bytes good = key->record().public_key.point;
    Bytes bad = good;
    bad[40] ^= 1;
    refused(bad);
    bad = good;
    bad[0] = 5;
    refused(bad);
    Bytes compressed(good.begin(), good.begin() + 33);
    compressed[0] = 2;
    refused(compressed);
    refused(Bytes{0});
    bad = der_point(good);
    bad[1] = 0x40;
    refused(bad);
    EXPECT_FAILURE(derive(ask(CKM_ECDH1_DERIVE, pattern(40)), *test::rsa_key(), 0), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(derive(ask(CKM_ECDSA), *key, 0), Errc::MechanismInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
