// The ciphers that PKCS#11 3 adds: AES-OFB, CFB, CTS, XTS and CCM, ChaCha20 alone and with Poly1305.
#include "checks.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

CipherAlgorithm with_iv(CipherScheme scheme, const std::string& iv) {
    return {.scheme = scheme, .iv = from_hex(iv), .aad = {}};
}

Result<Bytes> run(Cipher& cipher, ByteView input, std::size_t piece) {
    Bytes output(cipher.output_bound(input.size()) + 1, 0xee);
    const MutableBytes room = MutableBytes(output).first(output.size() - 1);
    std::size_t size = 0;
    for (std::size_t at = 0; at < input.size(); at += piece) {
        size += TRY(cipher.update(input.subspan(at, std::min(piece, input.size() - at)), room.subspan(size)));
    }
    size += TRY(cipher.finish(room.subspan(size)));
    BOOST_TEST(output.back() == 0xee);
    BOOST_TEST(size == output.size() - 1);  // all of them say exactly what comes out
    output.resize(size);
    return output;
}

/// In one piece and in many, with a fresh cipher and with one that was started again.
void check_both_ways(const std::string& key, const CipherAlgorithm& algorithm, const std::string& plain,
                     const std::string& sealed) {
    const auto encryptor = must(secret_cipher(secret_hex(key), algorithm, Direction::Encrypt));
    const auto decryptor = must(secret_cipher(secret_hex(key), algorithm, Direction::Decrypt));
    for (const std::size_t piece : {std::size_t{1000}, std::size_t{1}, std::size_t{16}, std::size_t{23}}) {
        BOOST_TEST(to_hex(must(run(*encryptor, from_hex(plain), piece))) == sealed);
        BOOST_TEST(to_hex(must(run(*decryptor, from_hex(sealed), piece))) == plain);
        must(encryptor->start(algorithm));
        must(decryptor->start(algorithm));
    }
}

const std::string aes_256 = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
const std::string counting_iv = "000102030405060708090a0b0c0d0e0f";
const std::string four_blocks = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                                "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

BOOST_AUTO_TEST_SUITE(secret_ciphers)

// SP 800-38A F.4.5, F.3.17 and F.3.7.
BOOST_AUTO_TEST_CASE(ofb_and_cfb_give_the_published_values) {
    check_both_ways(aes_256, with_iv(CipherScheme::AesOfb, counting_iv), four_blocks,
                    "dc7e84bfda79164b7ecd8486985d38604febdc6740d20b3ac88f6ad82a4fb08d"
                    "71ab47a086e86eedf39d1c5bba97c4080126141d67f37be8538f5a8be740e484");
    check_both_ways(aes_256, with_iv(CipherScheme::AesCfb128, counting_iv), four_blocks,
                    "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b"
                    "df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471");
    check_both_ways("2b7e151628aed2a6abf7158809cf4f3c", with_iv(CipherScheme::AesCfb8, counting_iv),
                    "6bc1bee22e409f96e93d7e117393172aae2d", "3b79424c9c0dd436bace9e0ed4586a4f32b9");
}

// RFC 3962 appendix B, whose CBC-CS3 has the last two blocks the other way around (SP 800-38A addendum).
BOOST_AUTO_TEST_CASE(cts_gives_the_published_values) {
    const std::string key = "636869636b656e207465726979616b69";
    const CipherAlgorithm algorithm = with_iv(CipherScheme::AesCts, std::string(32, '0'));
    check_both_ways(key, algorithm, "4920776f756c64206c696b652074686520", "97c6353568f2bf8cb4d8a580362da7ff7f");
    check_both_ways(key, algorithm, "4920776f756c64206c696b65207468652047656e6572616c20476175277320",
                    "97687268d6ecccc0c07b25e25ecfe5fc00783e0efdb2c1d445d4c8eff7ed22");
    check_both_ways(key, algorithm, "4920776f756c64206c696b65207468652047656e6572616c2047617527732043",
                    "97687268d6ecccc0c07b25e25ecfe58439312523a78662d5be7fcbcc98ebf5a8");
}

// IEEE 1619-2007 annex B, vectors 2 and 15: two blocks, and one and a byte.
BOOST_AUTO_TEST_CASE(xts_gives_the_published_values) {
    check_both_ways("1111111111111111111111111111111122222222222222222222222222222222",
                    with_iv(CipherScheme::AesXts, "33333333330000000000000000000000"),
                    "4444444444444444444444444444444444444444444444444444444444444444",
                    "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0");
    check_both_ways("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0",
                    with_iv(CipherScheme::AesXts, "9a785634120000000000000000000000"),
                    "000102030405060708090a0b0c0d0e0f10", "6c1625db4671522d3d7599601de7ca09ed");
}

BOOST_AUTO_TEST_CASE(xts_wants_two_different_keys_of_128_or_256_bits) {
    const CipherAlgorithm algorithm = with_iv(CipherScheme::AesXts, counting_iv);
    EXPECT_ERROR(secret_cipher(SecretBytes(32), algorithm, Direction::Encrypt), Errc::AttributeValueInvalid);
    EXPECT_ERROR(secret_cipher(SecretBytes(64), algorithm, Direction::Decrypt), Errc::AttributeValueInvalid);
    EXPECT_ERROR(secret_cipher(secret(pattern(48)), algorithm, Direction::Encrypt), Errc::KeySizeRange);
    EXPECT_OK(secret_cipher(secret(pattern(64)), algorithm, Direction::Encrypt));
}

BOOST_AUTO_TEST_CASE(cts_and_xts_need_a_block) {
    for (const CipherScheme scheme : {CipherScheme::AesCts, CipherScheme::AesXts}) {
        const auto encryptor =
            must(secret_cipher(secret(pattern(32)), with_iv(scheme, counting_iv), Direction::Encrypt));
        const auto decryptor =
            must(secret_cipher(secret(pattern(32)), with_iv(scheme, counting_iv), Direction::Decrypt));
        EXPECT_ERROR(run(*encryptor, Bytes(15), 15), Errc::DataLenRange);
        EXPECT_ERROR(run(*decryptor, Bytes(15), 15), Errc::EncryptedDataLenRange);
        EXPECT_ERROR(encryptor->start(with_iv(scheme, "00")), Errc::MechanismParamInvalid);
    }
}

// SP 800-38C appendix C, examples 1 to 3.
BOOST_AUTO_TEST_CASE(ccm_gives_the_published_values) {
    const std::string key = "404142434445464748494a4b4c4d4e4f";
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesCcm, "10111213141516");
    algorithm.aad = from_hex("0001020304050607");
    algorithm.tag_length = 4;
    algorithm.data_length = 4;
    check_both_ways(key, algorithm, "20212223", "7162015b4dac255d");
    algorithm = with_iv(CipherScheme::AesCcm, "1011121314151617");
    algorithm.aad = from_hex("000102030405060708090a0b0c0d0e0f");
    algorithm.tag_length = 6;
    algorithm.data_length = 16;
    check_both_ways(key, algorithm, "202122232425262728292a2b2c2d2e2f", "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd");
    algorithm = with_iv(CipherScheme::AesCcm, "101112131415161718191a1b");
    algorithm.aad = from_hex("000102030405060708090a0b0c0d0e0f10111213");
    algorithm.tag_length = 8;
    algorithm.data_length = 24;
    check_both_ways(key, algorithm, "202122232425262728292a2b2c2d2e2f3031323334353637",
                    "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951");
}

BOOST_AUTO_TEST_CASE(ccm_takes_the_length_that_was_said_and_no_other) {
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesCcm, "101112131415161718191a1b");
    algorithm.data_length = 20;
    const auto encryptor = must(secret_cipher(secret(pattern(16)), algorithm, Direction::Encrypt));
    const auto decryptor = must(secret_cipher(secret(pattern(16)), algorithm, Direction::Decrypt));
    EXPECT_ERROR(run(*encryptor, Bytes(19), 19), Errc::DataLenRange);
    EXPECT_ERROR(run(*encryptor, Bytes(21), 7), Errc::DataLenRange);
    must(encryptor->start(algorithm));
    const Bytes sealed = must(run(*encryptor, Bytes(20), 20));
    EXPECT_ERROR(run(*decryptor, ByteView(sealed).first(35), 35), Errc::EncryptedDataLenRange);
    EXPECT_ERROR(run(*decryptor, sealed + Bytes(1), 37), Errc::EncryptedDataLenRange);
    must(decryptor->start(algorithm));
    Bytes changed = sealed;
    changed[3] ^= 1;
    EXPECT_ERROR(run(*decryptor, changed, 36), Errc::EncryptedDataInvalid);
    BOOST_TEST(must(run(*decryptor, sealed, 36)) == Bytes(20));
    // Nothing but associated data, and nothing at all.
    algorithm.data_length = 0;
    must(encryptor->start(algorithm));
    const Bytes tag = must(run(*encryptor, {}, 1));
    BOOST_TEST(tag.size() == 16);
    must(decryptor->start(algorithm));
    BOOST_TEST(must(run(*decryptor, tag, 16)).empty());
}

BOOST_AUTO_TEST_CASE(ccm_refuses_wrong_parameters) {
    const auto refused = [](std::size_t nonce, std::size_t tag, std::size_t length) {
        CipherAlgorithm algorithm{.scheme = CipherScheme::AesCcm, .iv = Bytes(nonce), .aad = {}};
        algorithm.tag_length = tag;
        algorithm.data_length = length;
        EXPECT_ERROR(secret_cipher(SecretBytes(16), algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
    };
    refused(6, 16, 1);
    refused(14, 16, 1);
    refused(12, 2, 1);
    refused(12, 5, 1);
    refused(12, 18, 1);
    refused(13, 16, 65536);
    refused(7, 16, std::size_t{1} << 40);
}

// RFC 8439 appendix A.2, test vector 3, and section 2.8.2.
BOOST_AUTO_TEST_CASE(chacha20_gives_the_published_values) {
    check_both_ways("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0",
                    with_iv(CipherScheme::ChaCha20, "2a000000000000000000000000000002"),
                    "2754776173206272696c6c69672c20616e642074686520736c6974687920746f7665730a446964206779726520616e6420"
                    "67696d626c6520696e2074686520776162653a0a416c6c206d696d737920776572652074686520626f726f676f7665732c"
                    "0a416e6420746865206d6f6d65207261746873206f757467726162652e",
                    "62e6347f95ed87a45ffae7426f27a1df5fb69110044c0d73118effa95b01e5cf166d3df2d721caf9b21e5fb14c616871fd"
                    "84c54f9d65b283196c7fe4f60553ebf39c6402c42234e32a356b3e764312a61a5532055716ead6962568f87d3f3f7704c6"
                    "a8d1bcd1bf4d50d6154b6da731b187b58dfd728afa36757a797ac188d1");
    CipherAlgorithm algorithm = with_iv(CipherScheme::ChaCha20Poly1305, "070000004041424344454647");
    algorithm.aad = from_hex("50515253c0c1c2c3c4c5c6c7");
    check_both_ways("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", algorithm,
                    to_hex(bytes_of("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for "
                                    "the future, sunscreen would be it.")),
                    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b"
                    "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                    "3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691");
}

BOOST_AUTO_TEST_CASE(the_counter_of_chacha20_does_not_come_back_to_zero) {
    const SecretBytes key = secret(pattern(32));
    CipherAlgorithm algorithm = with_iv(CipherScheme::ChaCha20, "ffffffff000000000000000000000000");
    const auto cipher = must(secret_cipher(key, algorithm, Direction::Encrypt));
    EXPECT_ERROR(run(*cipher, Bytes(65), 65), Errc::DataLenRange);
    const auto decryptor = must(secret_cipher(key, algorithm, Direction::Decrypt));
    EXPECT_ERROR(run(*decryptor, Bytes(65), 65), Errc::EncryptedDataLenRange);
    must(cipher->start(algorithm));
    BOOST_TEST(must(run(*cipher, Bytes(64), 64)).size() == 64U);
    algorithm.counter_bits = 64;
    must(cipher->start(algorithm));
    BOOST_TEST(must(run(*cipher, Bytes(65), 65)).size() == 65U);
}

BOOST_AUTO_TEST_CASE(chacha20_refuses_what_it_does_not_take) {
    const SecretBytes key = secret(pattern(32));
    EXPECT_ERROR(secret_cipher(SecretBytes(16), with_iv(CipherScheme::ChaCha20, counting_iv), Direction::Encrypt),
                 Errc::KeySizeRange);
    EXPECT_ERROR(secret_cipher(key, with_iv(CipherScheme::ChaCha20, "00"), Direction::Encrypt),
                 Errc::MechanismParamInvalid);
    CipherAlgorithm algorithm = with_iv(CipherScheme::ChaCha20Poly1305, "0700000040414243");
    EXPECT_ERROR(secret_cipher(key, algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
    algorithm.iv = Bytes(12);
    algorithm.tag_length = 12;
    EXPECT_ERROR(secret_cipher(key, algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
    algorithm.tag_length = 16;
    const auto decryptor = must(secret_cipher(key, algorithm, Direction::Decrypt));
    EXPECT_ERROR(run(*decryptor, Bytes(20), 20), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(run(*decryptor, Bytes(15), 15), Errc::EncryptedDataLenRange);
    EXPECT_ERROR(aes_cipher(key, algorithm, Direction::Encrypt), Errc::KeyTypeInconsistent);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
