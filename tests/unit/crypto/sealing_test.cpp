#include "crypto/sealing.hpp"

#include "checks.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(sealing)

BOOST_AUTO_TEST_CASE(a_box_opens_at_its_place_and_with_its_key_only) {
    const SecretBytes key = secret(pattern(32));
    const SecretBytes plain = secret(pattern(100));
    const Bytes box = must(seal(key, bytes_of("name/1"), plain));
    BOOST_TEST(must(unseal(key, bytes_of("name/1"), box)).equals(plain));
    EXPECT_ERROR(unseal(key, bytes_of("name/2"), box), Errc::StoreDamaged);
    EXPECT_ERROR(unseal(SecretBytes(32), bytes_of("name/1"), box), Errc::StoreDamaged);
    for (std::size_t at = 0; at < box.size(); ++at) {
        Bytes changed = box;
        changed[at] ^= 1;
        EXPECT_ERROR(unseal(key, bytes_of("name/1"), changed), Errc::StoreDamaged);
        EXPECT_ERROR(unseal(key, bytes_of("name/1"), ByteView(box).first(at)), Errc::StoreDamaged);
    }
}

BOOST_AUTO_TEST_CASE(no_two_boxes_are_equal_and_an_empty_one_is_fine) {
    const SecretBytes key = secret(pattern(32));
    BOOST_TEST(must(seal(key, {}, SecretBytes(8))) != must(seal(key, {}, SecretBytes(8))));
    BOOST_TEST(must(unseal(key, {}, must(seal(key, {}, SecretBytes())))).empty());
}

BOOST_AUTO_TEST_CASE(authenticate_is_hmac_sha256) {
    BOOST_TEST(to_hex(must(authenticate(secret(bytes_of("Jefe")), bytes_of("what do ya want for nothing?")))) ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
