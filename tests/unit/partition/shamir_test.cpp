#include "partition/shamir.hpp"

#include <boost/test/unit_test.hpp>

#include "support/bytes.hpp"

namespace kvp11 {
namespace {

using partition::combine;
using partition::split;
using test::from_hex;
using test::to_hex;

SecretBytes secret_of(ByteView bytes) { return SecretBytes::copy_of(bytes); }

std::vector<SecretBytes> chosen(const std::vector<SecretBytes>& shares, const std::vector<std::size_t>& which) {
    std::vector<SecretBytes> some;
    for (std::size_t index : which) some.push_back(shares[index].clone());
    return some;
}

// tests/vectors/security-domain/secrets.json
constexpr const char* master_key = "0725fb4846f07f0fc804abb61ffbfdb00502660bce15afc636f3b5a0df18af08";
constexpr const char* share_1 = "a802ad02c902af02e2026302f70225020d02cc024802f402a502c202d602c60266"
                                "022802fd02e1021402b3029902f00289022202210221028d02"
                                "350213020b02";
constexpr const char* share_2 = "48043404970415047d04d7046e043b0453049304e60431042a048904af04dc04c7"
                                "044e049304b6045b04500483041904dc0452048e04a3043b04"
                                "520478040e04";
constexpr const char* share_3 = "e906bc0665067c0618064a06e606510699065a0683066f06b00650068806f20627"
                                "06740629068b06a206ee066d0643062e068206fb062406ea06"
                                "6f06dd061106";

std::vector<SecretBytes> published_shares() {
    std::vector<SecretBytes> shares;
    for (const char* hex : {share_1, share_2, share_3}) shares.push_back(secret_of(from_hex(hex)));
    return shares;
}

BOOST_AUTO_TEST_SUITE(shamir)

BOOST_AUTO_TEST_CASE(any_two_published_shares_give_the_published_master_key) {
    const auto shares = published_shares();
    for (const auto& pair : {std::vector<std::size_t>{0, 1}, {0, 2}, {1, 2}, {2, 0}}) {
        const auto secret = combine(chosen(shares, pair));
        BOOST_REQUIRE(secret.ok());
        BOOST_CHECK_EQUAL(to_hex(secret->expose_bytes()), master_key);
    }
}

BOOST_AUTO_TEST_CASE(more_shares_than_the_quorum_give_the_same_secret) {
    const auto secret = combine(published_shares());
    BOOST_REQUIRE(secret.ok());
    BOOST_CHECK_EQUAL(to_hex(secret->expose_bytes()), master_key);
}

BOOST_AUTO_TEST_CASE(every_byte_value_survives_every_quorum) {
    Bytes all(256);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
    for (unsigned count = 2; count <= 10; ++count) {
        for (unsigned quorum = 2; quorum <= count; ++quorum) {
            const auto shares = split(secret_of(all), quorum, count);
            BOOST_REQUIRE(shares.ok());
            BOOST_REQUIRE_EQUAL(shares->size(), count);
            std::vector<std::size_t> last;
            for (std::size_t i = count - quorum; i < count; ++i) last.push_back(i);
            const auto secret = combine(chosen(*shares, last));
            BOOST_REQUIRE(secret.ok());
            BOOST_CHECK_EQUAL(to_hex(secret->expose_bytes()), to_hex(all));
        }
    }
}

BOOST_AUTO_TEST_CASE(share_words_carry_the_share_number_above_nine_bits) {
    const auto shares = split(secret_of(test::pattern(32)), 2, 3);
    BOOST_REQUIRE(shares.ok());
    for (std::size_t s = 0; s < 3; ++s) {
        const ByteView share = (*shares)[s].expose_bytes();
        BOOST_REQUIRE_EQUAL(share.size(), 64u);
        for (std::size_t i = 0; i < share.size(); i += 2) {
            const unsigned word = share[i] | static_cast<unsigned>(share[i + 1]) << 8;
            BOOST_CHECK_EQUAL(word >> 9, s + 1);
            BOOST_CHECK_LE(word & 0x1ff, 256u);
        }
    }
}

BOOST_AUTO_TEST_CASE(one_share_fewer_than_the_quorum_does_not_give_the_secret) {
    const Bytes wanted = test::pattern(32);
    const auto shares = split(secret_of(wanted), 3, 5);
    const auto secret = combine(chosen(*shares, {0, 1}));
    BOOST_CHECK(!secret.ok() || to_hex(secret->expose_bytes()) != to_hex(wanted));
}

BOOST_AUTO_TEST_CASE(two_splits_of_one_secret_differ) {
    const auto once = split(secret_of(test::pattern(32)), 2, 3);
    const auto again = split(secret_of(test::pattern(32)), 2, 3);
    BOOST_CHECK(!(*once)[0].equals((*again)[0]));
}

BOOST_AUTO_TEST_CASE(impossible_numbers_are_refused) {
    const SecretBytes secret = secret_of(test::pattern(32));
    BOOST_CHECK(split(secret, 1, 3).code() == Errc::ArgumentsBad);
    BOOST_CHECK(split(secret, 4, 3).code() == Errc::ArgumentsBad);
    BOOST_CHECK(split(secret, 2, 127).code() == Errc::ArgumentsBad);
    BOOST_CHECK(split(SecretBytes(), 2, 3).code() == Errc::ArgumentsBad);
    BOOST_CHECK(split(secret, 126, 126).ok());
}

BOOST_AUTO_TEST_CASE(the_same_share_twice_is_refused) {
    BOOST_CHECK(combine(chosen(published_shares(), {0, 0})).code() == Errc::SecurityDomainInvalid);
}

BOOST_AUTO_TEST_CASE(no_share_at_all_is_refused) { BOOST_CHECK(combine({}).code() == Errc::SecurityDomainInvalid); }

BOOST_AUTO_TEST_CASE(unequal_odd_and_empty_lengths_are_refused) {
    for (std::size_t size : {0u, 1u, 62u, 63u}) {
        std::vector<SecretBytes> shares = published_shares();
        shares[1].shrink(size);
        BOOST_CHECK(combine(shares).code() == Errc::SecurityDomainInvalid);
    }
    std::vector<SecretBytes> empty(2);
    BOOST_CHECK(combine(empty).code() == Errc::SecurityDomainInvalid);
}

/// The second share with one 16-bit word replaced.
std::vector<SecretBytes> with_word(std::size_t index, unsigned word) {
    std::vector<SecretBytes> shares = chosen(published_shares(), {0, 1});
    shares[1].expose_writable()[2 * index] = static_cast<std::uint8_t>(word);
    shares[1].expose_writable()[2 * index + 1] = static_cast<std::uint8_t>(word >> 8);
    return shares;
}

BOOST_AUTO_TEST_CASE(malformed_words_are_refused) {
    BOOST_CHECK(combine(with_word(5, 3u << 9 | 7)).code() == Errc::SecurityDomainInvalid);     // of another share
    BOOST_CHECK(combine(with_word(31, 2u << 9 | 257)).code() == Errc::SecurityDomainInvalid);  // outside the field
    BOOST_CHECK(combine(with_word(0, 7)).code() == Errc::SecurityDomainInvalid);               // x = 0
    BOOST_CHECK(combine(with_word(0, 127u << 9 | 7)).code() == Errc::SecurityDomainInvalid);   // x beyond 126
}

BOOST_AUTO_TEST_CASE(a_share_of_x_zero_throughout_is_refused) {
    std::vector<SecretBytes> shares = chosen(published_shares(), {0});
    shares.emplace_back(64);
    BOOST_CHECK(combine(shares).code() == Errc::SecurityDomainInvalid);
}

BOOST_AUTO_TEST_CASE(shares_whose_secret_is_no_byte_are_refused) {
    // Word 0 through (1, 256) and (2, 256): the constant polynomial 256.
    std::vector<SecretBytes> shares;
    shares.push_back(secret_of(from_hex("0003")));
    shares.push_back(secret_of(from_hex("0005")));
    BOOST_CHECK(combine(shares).code() == Errc::SecurityDomainInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
