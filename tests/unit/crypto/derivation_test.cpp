#include "crypto/derivation.hpp"

#include "checks.hpp"
#include "crypto/digest.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(derivation)

// RFC 7914 §12.
BOOST_AUTO_TEST_CASE(scrypt_gives_the_published_values) {
    BOOST_TEST(hex_of(must(scrypt(secret(bytes_of("password")), bytes_of("NaCl"), 10, 8, 16, 64))) ==
               "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
               "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
    BOOST_TEST(hex_of(must(scrypt(SecretBytes(), {}, 4, 1, 1, 64))) ==
               "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
               "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
}

BOOST_AUTO_TEST_CASE(scrypt_is_not_stopped_by_the_32_mib_ceiling_of_openssl) {
    EXPECT_OK(scrypt(secret(bytes_of("pin")), bytes_of("salt"), 15, 16, 1, 32));
}

BOOST_AUTO_TEST_CASE(scrypt_refuses_senseless_costs) {
    EXPECT_ERROR(scrypt(secret(bytes_of("pin")), bytes_of("salt"), 0, 8, 1, 32), Errc::MechanismParamInvalid);
    EXPECT_ERROR(scrypt(secret(bytes_of("pin")), bytes_of("salt"), 64, 8, 1, 32), Errc::MechanismParamInvalid);
    EXPECT_ERROR(scrypt(secret(bytes_of("pin")), bytes_of("salt"), 4, 0, 1, 32), Errc::MechanismParamInvalid);
}

// RFC 5869 appendices A.1 and A.3.
BOOST_AUTO_TEST_CASE(hkdf_gives_the_published_values) {
    const SecretBytes key = secret(Bytes(22, 0x0b));
    BOOST_TEST(hex_of(must(hkdf(Digest::Sha256, key, from_hex("000102030405060708090a0b0c"),
                                from_hex("f0f1f2f3f4f5f6f7f8f9"), 42))) ==
               "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    BOOST_TEST(hex_of(must(hkdf(Digest::Sha256, key, {}, {}, 42))) ==
               "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// RFC 5869 appendices A.1, A.2 and A.4.
BOOST_AUTO_TEST_CASE(the_steps_of_hkdf_give_the_published_values) {
    const SecretBytes pseudorandom_key =
        must(hkdf_extract(Digest::Sha256, secret(Bytes(22, 0x0b)), from_hex("000102030405060708090a0b0c")));
    BOOST_TEST(hex_of(pseudorandom_key) == "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    BOOST_TEST(hex_of(must(hkdf_expand(Digest::Sha256, pseudorandom_key, from_hex("f0f1f2f3f4f5f6f7f8f9"), 42))) ==
               "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    BOOST_TEST(
        hex_of(must(hkdf_extract(Digest::Sha1, secret(Bytes(11, 0x0b)), from_hex("000102030405060708090a0b0c")))) ==
        "9b6c18c432a7bf8f0e71c8eb88f4b30baa2ba243");
    BOOST_TEST(hex_of(must(hkdf_extract(Digest::Sha256, secret(Bytes(22, 0x0b)), {}))) ==
               "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
}

BOOST_AUTO_TEST_CASE(hkdf_stops_at_255_digests) {
    const SecretBytes key(32);
    for (const Digest digest : {Digest::Sha1, Digest::Sha3_512, Digest::Sha512_256}) {
        BOOST_TEST(must(hkdf_expand(digest, key, {}, 255 * digest_size(digest))).size() == 255 * digest_size(digest));
        EXPECT_ERROR(hkdf_expand(digest, key, {}, 255 * digest_size(digest) + 1), Errc::KeySizeRange);
    }
    EXPECT_ERROR(hkdf_expand(Digest::Sha256, key, {}, 0), Errc::KeySizeRange);
    EXPECT_ERROR(hkdf(Digest::Sha256, key, {}, {}, 0), Errc::KeySizeRange);
}

// RFC 6070 section 2 and RFC 7914 section 11.
BOOST_AUTO_TEST_CASE(pbkdf2_gives_the_published_values) {
    const SecretBytes password = secret(bytes_of("password"));
    BOOST_TEST(hex_of(must(pbkdf2(Digest::Sha1, password, bytes_of("salt"), 1, 20))) ==
               "0c60c80f961f0e71f3a9b524af6012062fe037a6");
    BOOST_TEST(hex_of(must(pbkdf2(Digest::Sha1, password, bytes_of("salt"), 4096, 20))) ==
               "4b007901b765489abead49d926f721d065a429c1");
    BOOST_TEST(hex_of(must(pbkdf2(Digest::Sha1, secret(bytes_of("passwordPASSWORDpassword")),
                                  bytes_of("saltSALTsaltSALTsaltSALTsaltSALTsalt"), 4096, 25))) ==
               "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
    BOOST_TEST(hex_of(must(pbkdf2(Digest::Sha256, secret(bytes_of("passwd")), bytes_of("salt"), 1, 64))) ==
               "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
               "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
}

BOOST_AUTO_TEST_CASE(pbkdf2_takes_short_salts_and_every_digest_but_no_senseless_costs) {
    for (std::size_t i = 0; i < digest_count; ++i) {
        EXPECT_OK(pbkdf2(static_cast<Digest>(i), SecretBytes(), {}, 1, 100));
    }
    EXPECT_ERROR(pbkdf2(Digest::Sha256, SecretBytes(8), bytes_of("salt"), 0, 32), Errc::MechanismParamInvalid);
    EXPECT_ERROR(pbkdf2(Digest::Sha256, SecretBytes(8), bytes_of("salt"), 1, 0), Errc::KeySizeRange);
}

// SP 800-56C r2 section 4.1: H(00000001 || Z || FixedInfo), written out.
BOOST_AUTO_TEST_CASE(the_one_step_kdf_hashes_the_counter_first) {
    const Bytes input = from_hex("00000001") + Bytes(32, 0x5a) + text_bytes("info");
    BOOST_TEST(hex_of(must(one_step(Digest::Sha256, secret(Bytes(32, 0x5a)), bytes_of("info"), 32))) ==
               to_hex(hash(Digest::Sha256, input)));
}

// From the Azure CLI's own implementation.
BOOST_AUTO_TEST_CASE(sp108_gives_the_security_domains_value) {
    BOOST_TEST(hex_of(must(sp108_counter(secret(Bytes(32, 0x41)), bytes_of("label"), bytes_of("context"), 32))) ==
               "f0ca51f6308791404bf68b56024ee7c64d6c737716f81d47e1e68b5c4e399575");
}

// NIST CAVP, SP 800-108 CounterMode, [PRF=HMAC_SHA512], counter before the fixed input, 32 bits, COUNT=0.
BOOST_AUTO_TEST_CASE(sp108_over_a_fixed_input_gives_the_published_value) {
    const SecretBytes key = secret_hex("dd5dbd45593ee2ac139748e7645b450f223d2ff297b73fd71cbcebe71d41653c"
                                       "950b88500de5322d99ef18dfdd30428294c4b3094f4c954334e593bd982ec614");
    const Bytes fixed = from_hex("b50b0c963c6b3034b8cf19cd3f5c4ebe4f4985af0c03e575db62e6fdf1ecfe4f"
                                 "28b95d7ce16df85843246e1557ce95bb26cc9a21974bbd2eb69e8355");
    BOOST_TEST(hex_of(must(sp108_counter_over(key, fixed, 16))) == "e5993bf9bd2aa1c45746042e12598155");
}

// NIST CAVP, ANS X9.63-2001 KDF, ansx963_2001.rsp: SHA-256 without and SHA-512 with shared info.
BOOST_AUTO_TEST_CASE(x963_gives_the_published_values) {
    BOOST_TEST(hex_of(must(x963(Digest::Sha256, secret_hex("96c05619d56c328ab95fe84b18264b08725b85e33fd34f08"), {},
                                16))) == "443024c3dae66b95e6f5670601558f71");
    BOOST_TEST(hex_of(must(x963(Digest::Sha256, secret_hex("22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d"),
                                from_hex("75eef81aa3041e33b80971203d2c0c52"), 128))) ==
               "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e52a13d9c7c6fc878c50c5ea0bc7b00e0"
               "da2447cfd874f6cf92f30d0097111485500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc11f0bd496269"
               "142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
