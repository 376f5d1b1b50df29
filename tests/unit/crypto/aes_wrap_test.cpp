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

// McGrew and Viega, The Galois/Counter Mode of Operation, test case 4; SP 800-38C appendix C, example 3.
BOOST_AUTO_TEST_CASE(wrapping_by_an_aead_gives_the_published_values) {
    WrapAlgorithm gcm = wrap_with(WrapScheme::AesGcm, from_hex("cafebabefacedbaddecaf888"));
    gcm.aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    const SecretBytes gcm_key = secret_hex("feffe9928665731c6d6a8f9467308308");
    const SecretBytes long_material = secret_hex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0d"
        "e657ba637b39");
    const Bytes first = must(aes_wrap(gcm_key, gcm, long_material));
    BOOST_TEST(
        to_hex(first) ==
        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0a"
        "ac973d58e0915bc94fbc3221a5db94fae95ae7121a47");
    BOOST_TEST(must(aes_unwrap(gcm_key, gcm, first)).equals(long_material));

    WrapAlgorithm ccm = wrap_with(WrapScheme::AesCcm, from_hex("101112131415161718191a1b"));
    ccm.aad = from_hex("000102030405060708090a0b0c0d0e0f10111213");
    ccm.tag_length = 8;
    const SecretBytes ccm_key = secret_hex("404142434445464748494a4b4c4d4e4f");
    const SecretBytes material = secret_hex("202122232425262728292a2b2c2d2e2f3031323334353637");
    const Bytes second = must(aes_wrap(ccm_key, ccm, material));
    BOOST_TEST(to_hex(second) == "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951");
    BOOST_TEST(must(aes_unwrap(ccm_key, ccm, second)).equals(material));
}

BOOST_AUTO_TEST_CASE(an_iv_made_inside_stands_in_front_and_is_another_each_time) {
    const SecretBytes key = secret(pattern(32));
    const SecretBytes material = secret(pattern(40));
    WrapAlgorithm inside = wrap_with(WrapScheme::AesGcm);
    inside.iv_inside = true;
    const Bytes wrapped = must(aes_wrap(key, inside, material));
    BOOST_TEST(wrapped.size() == gcm_made_iv + 40 + 16);
    const ByteView view(wrapped);
    const WrapAlgorithm given = wrap_with(WrapScheme::AesGcm, view.first(gcm_made_iv));
    BOOST_TEST(must(aes_unwrap(key, given, view.subspan(gcm_made_iv))).equals(material));
    const Bytes again = must(aes_wrap(key, inside, material));
    BOOST_TEST(to_hex(ByteView(again).first(gcm_made_iv)) != to_hex(view.first(gcm_made_iv)));
    inside.iv = pattern(12);
    EXPECT_ERROR(aes_wrap(key, inside, material), Errc::MechanismParamInvalid);
    WrapAlgorithm ccm = wrap_with(WrapScheme::AesCcm, pattern(12));
    ccm.iv_inside = true;
    EXPECT_ERROR(aes_wrap(key, ccm, material), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(what_an_aead_wrapped_opens_unchanged_only) {
    const SecretBytes key = secret(pattern(32));
    for (WrapScheme scheme : {WrapScheme::AesGcm, WrapScheme::AesCcm}) {
        WrapAlgorithm algorithm = wrap_with(scheme, pattern(12));
        algorithm.aad = pattern(9);
        const Bytes wrapped = must(aes_wrap(key, algorithm, secret(pattern(24))));
        for (std::size_t at = 0; at < wrapped.size(); ++at) {
            Bytes changed = wrapped;
            changed[at] ^= 0x10;
            EXPECT_ERROR(aes_unwrap(key, algorithm, changed), Errc::WrappedKeyInvalid);
        }
        EXPECT_ERROR(aes_unwrap(key, algorithm, ByteView(wrapped).first(39)), Errc::WrappedKeyInvalid);
        for (std::size_t size : {0UL, 15UL, 16UL}) {
            EXPECT_ERROR(aes_unwrap(key, algorithm, ByteView(wrapped).first(size)), Errc::WrappedKeyLenRange);
        }
        WrapAlgorithm other = algorithm;
        other.aad[0] ^= 1;
        EXPECT_ERROR(aes_unwrap(key, other, wrapped), Errc::WrappedKeyInvalid);
        other = algorithm;
        other.tag_length = 5;
        EXPECT_ERROR(aes_unwrap(key, other, wrapped), Errc::MechanismParamInvalid);
        EXPECT_ERROR(aes_wrap(key, other, secret(pattern(24))), Errc::MechanismParamInvalid);
        EXPECT_ERROR(aes_wrap(key, wrap_with(scheme), secret(pattern(24))), Errc::MechanismParamInvalid);
    }
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
