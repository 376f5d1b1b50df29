// Digests for ECDSA, as the service takes them: the same integer as PKCS#11 means (FIPS 186-4, 6.4).
#include <boost/test/unit_test.hpp>

#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/remote_signer.hpp"
#include "support/bytes.hpp"
#include "support/results.hpp"

namespace kvp11::test {
namespace {

Result<Bytes> fitted(Curve curve, const Bytes& digest, std::size_t size) {
    Bytes room(size);
    const auto done = managed_hsm::fit_ecdsa_digest(curve, digest, room);
    if (!done.ok()) return fail(done.error());
    return room;
}

BOOST_AUTO_TEST_SUITE(fitting)

BOOST_AUTO_TEST_CASE(short_digests_have_zeros_in_front) {
    BOOST_TEST(to_hex(*fitted(Curve::P256, {1, 2}, 32)) == std::string(60, '0') + "0102");
    BOOST_TEST(to_hex(*fitted(Curve::P521, pattern(48), 64)) == std::string(32, '0') + to_hex(pattern(48)));
    BOOST_TEST(to_hex(*fitted(Curve::P384, {}, 48)) == std::string(96, '0'));
}

BOOST_AUTO_TEST_CASE(long_digests_lose_what_does_not_count) {
    BOOST_TEST(to_hex(*fitted(Curve::P256, pattern(64), 32)) == to_hex(pattern(32)));
    BOOST_TEST(to_hex(*fitted(Curve::P256K, pattern(33), 32)) == to_hex(pattern(32)));
    BOOST_TEST(to_hex(*fitted(Curve::P384, pattern(64), 48)) == to_hex(pattern(48)));
}

BOOST_AUTO_TEST_CASE(of_p521_what_the_service_cannot_take_is_refused) {
    CHECK_FAILS(fitted(Curve::P521, pattern(65), 64), Errc::DataLenRange);
    CHECK_FAILS(fitted(Curve::P521, Bytes(66, 0xFF), 64), Errc::DataLenRange);
    Bytes with_zero = Bytes{0} + pattern(64);
    BOOST_TEST(to_hex(*fitted(Curve::P521, with_zero, 64)) == to_hex(pattern(64)));
    // 66 bytes are 528 bits, of which 521 count: the number is shifted by 7.
    Bytes shifted(66);
    shifted[1] = 0x7F;
    shifted[65] = 0xFF;
    BOOST_TEST(to_hex(*fitted(Curve::P521, shifted, 64)) == "fe" + std::string(124, '0') + "01");
}

BOOST_AUTO_TEST_CASE(digest_infos_are_known_exactly) {
    const Bytes head = from_hex("3031300d060960864801650304020105000420");
    const Bytes whole = head + pattern(32);
    const auto info = managed_hsm::digest_info_in(whole);
    BOOST_REQUIRE(info.has_value());
    BOOST_TEST(info->word == "RS256");
    BOOST_TEST(to_hex(info->digest) == to_hex(pattern(32)));
    BOOST_TEST(!managed_hsm::digest_info_in(head + pattern(31)).has_value());
    BOOST_TEST(!managed_hsm::digest_info_in(head + pattern(33)).has_value());
    BOOST_TEST(!managed_hsm::digest_info_in(pattern(51)).has_value());
    BOOST_TEST(!managed_hsm::digest_info_in({}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::test
