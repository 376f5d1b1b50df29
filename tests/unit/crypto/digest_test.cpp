#include "crypto/digest.hpp"

#include "checks.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

struct Known {
    Digest digest;
    const char* of_abc;
};
// FIPS 180-2 appendices and NIST's example values for SHA-512/t and SHA-3: the message "abc".
constexpr Known known[] = {
    {Digest::Sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {Digest::Sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {Digest::Sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {Digest::Sha384,
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {Digest::Sha512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {Digest::Sha512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"},
    {Digest::Sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    {Digest::Sha3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
    {Digest::Sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    {Digest::Sha3_384,
     "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"},
    {Digest::Sha3_512, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
                       "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
};

BOOST_AUTO_TEST_SUITE(digest)

BOOST_AUTO_TEST_CASE(every_digest_of_abc_is_the_published_one) {
    for (const Known& row : known) BOOST_TEST(to_hex(hash(row.digest, bytes_of("abc"))) == row.of_abc);
}

BOOST_AUTO_TEST_CASE(pieces_of_any_size_give_the_digest_of_the_whole) {
    const Bytes message = pattern(1000);
    for (const Known& row : known) {
        const Bytes whole = hash(row.digest, message);
        Hash running(row.digest);
        for (std::size_t piece : {1UL, 7UL, 64UL, 129UL, 1000UL}) {
            for (std::size_t at = 0; at < message.size(); at += piece) {
                running.update(ByteView(message).subspan(at, std::min(piece, message.size() - at)));
            }
            Bytes output(running.size());
            running.finish(output);
            BOOST_TEST(output == whole);
        }
    }
}

BOOST_AUTO_TEST_CASE(restart_forgets_what_was_fed) {
    Hash running(Digest::Sha256);
    running.update(bytes_of("something else"));
    running.restart();
    running.update(bytes_of("abc"));
    Bytes output(32);
    running.finish(output);
    BOOST_TEST(to_hex(output) == known[2].of_abc);
}

BOOST_AUTO_TEST_CASE(an_empty_message_has_a_digest) {
    Hash running(Digest::Sha1);
    Bytes output(20);
    running.finish(output);
    BOOST_TEST(to_hex(output) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    running.update({});
    running.finish(output);
    BOOST_TEST(to_hex(output) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

BOOST_AUTO_TEST_CASE(a_moved_hash_goes_on) {
    Hash first(Digest::Sha256);
    first.update(bytes_of("a"));
    Hash second(std::move(first));
    second.update(bytes_of("bc"));
    Bytes output(32);
    second.finish(output);
    BOOST_TEST(to_hex(output) == known[2].of_abc);
}

BOOST_AUTO_TEST_CASE(a_short_buffer_is_never_written_beyond) {
    Hash running(Digest::Sha256);
    Bytes output(31);
    BOOST_CHECK_THROW(running.finish(output), std::length_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
