#include "crypto/drbg.hpp"

#include "checks.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(drbg)

// NIST CAVP, drbgvectors_no_reseed, CTR_DRBG, [AES-256 use df], no personalisation or additional input, COUNT = 0.
BOOST_AUTO_TEST_CASE(the_second_answer_is_the_published_one) {
    const Bytes entropy = from_hex("36401940fa8b1fba91a1661f211d78a0b9389a74e5bccfece8d766af1a6d3b14");
    const Bytes nonce = from_hex("496f25b0f1301b4f501be30380a137eb");
    BOOST_TEST(to_hex(must(ctr_drbg_second_answer(entropy, nonce, 64))) ==
               "5862eb38bd558dd978a696e6df164782ddd887e7e9a6c9f3f1fbafb78941b535"
               "a64912dfd224c6dc7454e5250b3d97165e16260c2faf1cc7735cb75fb4f07e1d");
}

BOOST_AUTO_TEST_CASE(another_seed_gives_another_answer) {
    const Bytes nonce(16, 7);
    BOOST_TEST(must(ctr_drbg_second_answer(Bytes(32, 1), nonce, 32)) !=
               must(ctr_drbg_second_answer(Bytes(32, 2), nonce, 32)));
}

BOOST_AUTO_TEST_CASE(too_little_entropy_is_refused) {
    EXPECT_ERROR(ctr_drbg_second_answer(Bytes(8, 1), Bytes(16, 7), 32), Errc::DeviceError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
