#include "checks.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

WrapAlgorithm wrap_with(WrapScheme scheme, ByteView iv = {}) {
    WrapAlgorithm algorithm{};
    algorithm.scheme = scheme;
    algorithm.iv = copy_of(iv);
    return algorithm;
}

BOOST_AUTO_TEST_SUITE(aes_wraps)

// RFC 3394 §4.1 and §4.6.
BOOST_AUTO_TEST_CASE(key_wrap_gives_the_published_values) {
    const SecretBytes material = secret_hex("00112233445566778899aabbccddeeff");
    const Bytes wrapped =
        must(aes_wrap(secret_hex("000102030405060708090a0b0c0d0e0f"), wrap_with(WrapScheme::AesKw), material));
    BOOST_TEST(to_hex(wrapped) == "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5");
    const SecretBytes key = secret_hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    const SecretBytes longer = secret_hex("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    const Bytes second = must(aes_wrap(key, wrap_with(WrapScheme::AesKw), longer));
    BOOST_TEST(to_hex(second) == "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
    BOOST_TEST(must(aes_unwrap(key, wrap_with(WrapScheme::AesKw), second)).equals(longer));
}

// RFC 5649 §6.
BOOST_AUTO_TEST_CASE(padded_key_wrap_gives_the_published_values) {
    const SecretBytes key = secret_hex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
    const SecretBytes twenty = secret_hex("c37b7e6492584340bed12207808941155068f738");
    const Bytes wrapped = must(aes_wrap(key, wrap_with(WrapScheme::AesKwp), twenty));
    BOOST_TEST(to_hex(wrapped) == "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a");
    BOOST_TEST(must(aes_unwrap(key, wrap_with(WrapScheme::AesKwp), wrapped)).equals(twenty));
    const SecretBytes seven = secret_hex("466f7250617369");
    const Bytes one_block = must(aes_wrap(key, wrap_with(WrapScheme::AesKwp), seven));
    BOOST_TEST(to_hex(one_block) == "afbeb0f07dfbf5419200f2ccb50bb24f");
    BOOST_TEST(must(aes_unwrap(key, wrap_with(WrapScheme::AesKwp), one_block)).equals(seven));
}

BOOST_AUTO_TEST_CASE(every_size_comes_back) {
    const SecretBytes key = secret(pattern(32));
    for (std::size_t size = 1; size <= 100; ++size) {
        for (WrapScheme scheme : {WrapScheme::AesKw, WrapScheme::AesKwp, WrapScheme::AesCbcPad}) {
            const WrapAlgorithm algorithm = wrap_with(scheme, Bytes(scheme == WrapScheme::AesCbcPad ? 16 : 0));
            const Result<Bytes> wrapped = aes_wrap(key, algorithm, secret(pattern(size)));
            if (scheme == WrapScheme::AesKw && (size % 8 != 0 || size < 16)) {
                EXPECT_ERROR(wrapped, Errc::KeySizeRange);
                continue;
            }
            BOOST_TEST(hex_of(must(aes_unwrap(key, algorithm, must(wrapped)))) == to_hex(pattern(size)));
        }
    }
}

BOOST_AUTO_TEST_CASE(initial_values_may_be_chosen_and_must_match) {
    const SecretBytes key = secret(pattern(16));
    const SecretBytes material = secret(pattern(24));
    for (WrapScheme scheme : {WrapScheme::AesKw, WrapScheme::AesKwp}) {
        const std::size_t size = scheme == WrapScheme::AesKw ? 8 : 4;
        const WrapAlgorithm own = wrap_with(scheme, pattern(size));
        const Bytes wrapped = must(aes_wrap(key, own, material));
        BOOST_TEST(must(aes_unwrap(key, own, wrapped)).equals(material));
        EXPECT_ERROR(aes_unwrap(key, wrap_with(scheme), wrapped), Errc::WrappedKeyInvalid);
        EXPECT_ERROR(aes_wrap(key, wrap_with(scheme, pattern(size + 1)), material), Errc::MechanismParamInvalid);
        const WrapAlgorithm usual =
            wrap_with(scheme, scheme == WrapScheme::AesKw ? from_hex("a6a6a6a6a6a6a6a6") : from_hex("a65959a6"));
        BOOST_TEST(must(aes_wrap(key, usual, material)) == must(aes_wrap(key, wrap_with(scheme), material)));
    }
}

BOOST_AUTO_TEST_CASE(changed_or_misshapen_wrapped_keys_are_refused) {
    const SecretBytes key = secret(pattern(32));
    for (WrapScheme scheme : {WrapScheme::AesKw, WrapScheme::AesKwp}) {
        const Bytes wrapped = must(aes_wrap(key, wrap_with(scheme), secret(pattern(32))));
        for (std::size_t at = 0; at < wrapped.size(); ++at) {
            Bytes changed = wrapped;
            changed[at] ^= 0x10;
            EXPECT_ERROR(aes_unwrap(key, wrap_with(scheme), changed), Errc::WrappedKeyInvalid);
        }
        EXPECT_ERROR(aes_unwrap(secret(pattern(16)), wrap_with(scheme), wrapped), Errc::WrappedKeyInvalid);
        for (std::size_t size : {0UL, 8UL, 15UL, 23UL, 39UL}) {
            EXPECT_ERROR(aes_unwrap(key, wrap_with(scheme), ByteView(wrapped).first(size)), Errc::WrappedKeyLenRange);
        }
    }
    const WrapAlgorithm cbc = wrap_with(WrapScheme::AesCbcPad, Bytes(16));
    EXPECT_ERROR(aes_unwrap(key, cbc, Bytes(17)), Errc::WrappedKeyLenRange);
    EXPECT_ERROR(aes_unwrap(key, cbc, {}), Errc::WrappedKeyLenRange);
    EXPECT_ERROR(aes_unwrap(key, cbc, Bytes(32)), Errc::WrappedKeyInvalid);
}

BOOST_AUTO_TEST_CASE(wrong_wrapping_keys_and_schemes_are_named_as_such) {
    const SecretBytes material = secret(pattern(16));
    EXPECT_ERROR(aes_wrap(SecretBytes(15), wrap_with(WrapScheme::AesKw), material), Errc::WrappingKeySizeRange);
    EXPECT_ERROR(aes_unwrap(SecretBytes(15), wrap_with(WrapScheme::AesKw), Bytes(24)), Errc::UnwrappingKeySizeRange);
    EXPECT_ERROR(aes_wrap(SecretBytes(16), wrap_with(WrapScheme::RsaOaep), material),
                 Errc::WrappingKeyTypeInconsistent);
    EXPECT_ERROR(aes_wrap(SecretBytes(16), wrap_with(WrapScheme::AesKwp), SecretBytes()), Errc::KeySizeRange);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
