#include <set>

#include "checks.hpp"
#include "crypto/gcm_iv.hpp"
#include "crypto/symmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

CipherAlgorithm with_iv(CipherScheme scheme, ByteView iv) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = scheme;
    algorithm.iv = copy_of(iv);
    return algorithm;
}

Result<Bytes> run(Cipher& cipher, ByteView input) {
    Bytes output(cipher.output_bound(input.size()) + 1, 0xee);
    const MutableBytes room = MutableBytes(output).first(output.size() - 1);
    const std::size_t first = TRY(cipher.update(input, room));
    const std::size_t last = TRY(cipher.finish(room.subspan(first)));
    BOOST_TEST(output.back() == 0xee);
    output.resize(first + last);
    return output;
}

Result<Bytes> run(const SecretBytes& key, const CipherAlgorithm& algorithm, Direction direction, ByteView input) {
    std::unique_ptr<Cipher> cipher = TRY(aes_cipher(key, algorithm, direction));
    return run(*cipher, input);
}

void check_both_ways(const SecretBytes& key, const CipherAlgorithm& algorithm, const std::string& plain,
                     const std::string& wanted) {
    BOOST_TEST(to_hex(must(run(key, algorithm, Direction::Encrypt, from_hex(plain)))) == wanted);
    BOOST_TEST(to_hex(must(run(key, algorithm, Direction::Decrypt, from_hex(wanted)))) == plain);
}

// SP 800-38A appendix F: the plaintext of all its examples.
const std::string four_blocks = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                                "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

BOOST_AUTO_TEST_SUITE(aes)

// SP 800-38A F.1.1, F.2.5 and F.5.3.
BOOST_AUTO_TEST_CASE(ecb_cbc_and_ctr_give_the_published_values) {
    check_both_ways(secret_hex("2b7e151628aed2a6abf7158809cf4f3c"), with_iv(CipherScheme::AesEcb, {}), four_blocks,
                    "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
                    "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4");
    check_both_ways(secret_hex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
                    with_iv(CipherScheme::AesCbc, from_hex("000102030405060708090a0b0c0d0e0f")), four_blocks,
                    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
                    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b");
    check_both_ways(secret_hex("8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
                    with_iv(CipherScheme::AesCtr, from_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")), four_blocks,
                    "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
                    "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050");
}

// "The Galois/Counter Mode of Operation" (McGrew, Viega), test cases 1, 4, 5 and 6.
BOOST_AUTO_TEST_CASE(gcm_gives_the_published_values) {
    check_both_ways(SecretBytes(16), with_iv(CipherScheme::AesGcm, Bytes(12)), "", "58e2fccefa7e3061367f1d57a4e7455a");
    const SecretBytes key = secret_hex("feffe9928665731c6d6a8f9467308308");
    const std::string plain = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                              "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, from_hex("cafebabefacedbaddecaf888"));
    algorithm.aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    check_both_ways(key, algorithm, plain,
                    "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                    "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                    "5bc94fbc3221a5db94fae95ae7121a47");
    algorithm.iv = from_hex("cafebabefacedbad");
    check_both_ways(key, algorithm, plain,
                    "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c7423"
                    "73806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598"
                    "3612d2e79e3b0785561be14aaca2fccb");
    algorithm.iv = from_hex("9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728"
                            "c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b");
    check_both_ways(key, algorithm, plain,
                    "8ce24998625615b603a033aca13fb894be9112a5c3a211a8ba262a3cca7e2ca7"
                    "01e4a9a4fba43c90ccdcb281d48c7c6fd62875d2aca417034c34aee5"
                    "619cc5aefffe0bfa462af43c1699d050");
}

BOOST_AUTO_TEST_CASE(gcm_takes_tags_of_4_8_and_12_to_16_bytes_only) {
    for (std::size_t size = 0; size <= 17; ++size) {
        CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, Bytes(12));
        algorithm.tag_length = size;
        const bool legal = size == 4 || size == 8 || (size >= 12 && size <= 16);
        if (!legal) {
            EXPECT_ERROR(aes_cipher(SecretBytes(16), algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
            continue;
        }
        const Bytes sealed = must(run(SecretBytes(16), algorithm, Direction::Encrypt, bytes_of("hello")));
        BOOST_TEST(sealed.size() == 5 + size);
        BOOST_TEST(text_of(must(run(SecretBytes(16), algorithm, Direction::Decrypt, sealed))) == "hello");
    }
}

BOOST_AUTO_TEST_CASE(gcm_takes_ivs_of_1_to_256_bytes) {
    EXPECT_ERROR(aes_cipher(SecretBytes(16), with_iv(CipherScheme::AesGcm, {}), Direction::Encrypt),
                 Errc::MechanismParamInvalid);
    EXPECT_ERROR(aes_cipher(SecretBytes(16), with_iv(CipherScheme::AesGcm, Bytes(257)), Direction::Encrypt),
                 Errc::MechanismParamInvalid);
    for (std::size_t size : {1UL, 7UL, 8UL, 11UL, 12UL, 13UL, 16UL, 100UL, 128UL, 129UL, 256UL}) {
        const CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, pattern(size));
        const Bytes sealed = must(run(SecretBytes(32), algorithm, Direction::Encrypt, bytes_of("hello")));
        BOOST_TEST(text_of(must(run(SecretBytes(32), algorithm, Direction::Decrypt, sealed))) == "hello");
    }
}

// Computed by a plain GCM in Python that agrees with the cryptography package on shorter IVs.
BOOST_AUTO_TEST_CASE(gcm_ivs_longer_than_openssl_takes_give_the_right_values) {
    const std::pair<std::size_t, const char*> rows[] = {
        {129, "72f58c0884d876f9456030f1f6d9f73ccbfa333bd20b9dced99a1931"
              "9187e9045d796ed29aa033e7c6924eba37f8fda2c2b62957e1be0529"},
        {192, "ef899b4443784932559457d852bdcacc66cde019fac39f862200c211"
              "ef40f40ddcf12feeb0b70870af5512cfbddca30afef43bfea7a5dba0"},
        {255, "6a59ead3ae655ffa690c0eddd1dc8561f8297c48c22b666c556abfe8"
              "5688fb9534dc2d5b3c2aeee3d601bd40c026fd0f5b4de1bcc486b6e6"},
        {256, "a0a7f8020b816b56f6d22c22decbef2fd1ef41e94e128eb7944dad51"
              "02fa75aaa85292e68344d86878749fef8a1a1a74d79ed3bf6117fc5d"}};
    for (const auto& [size, wanted] : rows) {
        CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, pattern(size));
        algorithm.aad = pattern(5);
        check_both_ways(secret(pattern(32)), algorithm, to_hex(pattern(40)), wanted);
    }
}

BOOST_AUTO_TEST_CASE(an_equivalent_iv_does_what_its_original_does) {
    for (std::size_t size = 1; size <= 128; ++size) {
        if (size == 12) continue;
        const SecretBytes key = secret(pattern(16));
        const Bytes iv = pattern(size);
        const Bytes other = must(equivalent_gcm_iv(key, iv));
        BOOST_TEST(must(run(key, with_iv(CipherScheme::AesGcm, iv), Direction::Encrypt, pattern(33))) ==
                   must(run(key, with_iv(CipherScheme::AesGcm, other), Direction::Encrypt, pattern(33))));
        if (size == 16) BOOST_TEST(other == iv);
    }
}

CipherAlgorithm with_iv_inside() {
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, {});
    algorithm.iv_inside = true;
    return algorithm;
}

BOOST_AUTO_TEST_CASE(gcm_makes_another_iv_inside_at_each_start) {
    const SecretBytes key = secret(pattern(32));
    CipherAlgorithm sealing = with_iv_inside();
    sealing.aad = pattern(7);
    const auto cipher = must(aes_cipher(key, sealing, Direction::Encrypt));
    std::set<Bytes> ivs;
    for (int message = 0; message < 1000; ++message) {
        const Bytes iv = copy_of(cipher->made_iv());
        BOOST_REQUIRE_EQUAL(iv.size(), 12U);
        BOOST_REQUIRE(ivs.insert(iv).second);
        const Bytes sealed = must(run(*cipher, pattern(33)));
        BOOST_TEST((copy_of(cipher->made_iv()) == iv));
        CipherAlgorithm opening = with_iv(CipherScheme::AesGcm, iv);
        opening.aad = sealing.aad;
        BOOST_TEST((must(run(key, opening, Direction::Decrypt, sealed)) == pattern(33)));
        must(cipher->start(sealing));
    }
    BOOST_TEST(must(aes_cipher(key, with_iv(CipherScheme::AesGcm, Bytes(12)), Direction::Encrypt))->made_iv().empty());
}

BOOST_AUTO_TEST_CASE(an_iv_is_made_inside_for_gcm_encryption_alone_and_given_or_made_but_not_both) {
    const SecretBytes key(32);
    CipherAlgorithm both = with_iv_inside();
    both.iv = Bytes(12);
    EXPECT_ERROR(aes_cipher(key, both, Direction::Encrypt), Errc::MechanismParamInvalid);
    EXPECT_ERROR(aes_cipher(key, with_iv_inside(), Direction::Decrypt), Errc::MechanismParamInvalid);
    for (const CipherScheme scheme :
         {CipherScheme::AesEcb, CipherScheme::AesCbc, CipherScheme::AesCbcPad, CipherScheme::AesCtr}) {
        for (const std::size_t size : {0U, 16U}) {
            CipherAlgorithm other = with_iv(scheme, Bytes(size));
            other.iv_inside = true;
            EXPECT_ERROR(aes_cipher(key, other, Direction::Encrypt), Errc::MechanismParamInvalid);
        }
    }
}

// What was approved when the cipher was made must stay so.
BOOST_AUTO_TEST_CASE(who_chooses_the_iv_does_not_change_between_messages) {
    const SecretBytes key(32);
    const CipherAlgorithm given = with_iv(CipherScheme::AesGcm, Bytes(12));
    const auto inside = must(aes_cipher(key, with_iv_inside(), Direction::Encrypt));
    EXPECT_ERROR(inside->start(given), Errc::MechanismParamInvalid);
    const auto outside = must(aes_cipher(key, given, Direction::Encrypt));
    EXPECT_ERROR(outside->start(with_iv_inside()), Errc::MechanismParamInvalid);
    const auto opening = must(aes_cipher(key, given, Direction::Decrypt));
    EXPECT_ERROR(opening->start(with_iv_inside()), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(gcm_shows_nothing_of_a_changed_message) {
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesGcm, Bytes(12));
    algorithm.aad = pattern(20);
    const Bytes sealed = must(run(SecretBytes(16), algorithm, Direction::Encrypt, pattern(40)));
    auto cipher = must(aes_cipher(SecretBytes(16), algorithm, Direction::Decrypt));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
        Bytes changed = sealed;
        changed[at] ^= 1;
        must(cipher->start(algorithm));
        Bytes output(40, 0x55);
        BOOST_TEST(must(cipher->update(changed, output)) == 0U);
        EXPECT_ERROR(cipher->finish(output), Errc::EncryptedDataInvalid);
        BOOST_TEST(output == Bytes(40, 0x55));
    }
    algorithm.aad[3] ^= 1;
    EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Decrypt, sealed), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Decrypt, ByteView(sealed).first(15)),
                 Errc::EncryptedDataLenRange);
}

BOOST_AUTO_TEST_CASE(blocks_must_be_whole_without_padding) {
    for (CipherScheme scheme : {CipherScheme::AesEcb, CipherScheme::AesCbc}) {
        const CipherAlgorithm algorithm = with_iv(scheme, Bytes(scheme == CipherScheme::AesEcb ? 0 : 16));
        for (std::size_t size : {1UL, 15UL, 17UL, 31UL}) {
            EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(size)), Errc::DataLenRange);
            EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Decrypt, Bytes(size)), Errc::EncryptedDataLenRange);
        }
        BOOST_TEST(must(run(SecretBytes(16), algorithm, Direction::Encrypt, {})).empty());
        BOOST_TEST(must(run(SecretBytes(16), algorithm, Direction::Decrypt, {})).empty());
    }
}

BOOST_AUTO_TEST_CASE(padding_is_checked_when_it_is_stripped) {
    const CipherAlgorithm padded = with_iv(CipherScheme::AesCbcPad, Bytes(16));
    const CipherAlgorithm plain = with_iv(CipherScheme::AesCbc, Bytes(16));
    const auto opened = [&](const Bytes& last_block) {
        const Bytes encrypted = must(run(SecretBytes(16), plain, Direction::Encrypt, last_block));
        return run(SecretBytes(16), padded, Direction::Decrypt, encrypted);
    };
    BOOST_TEST(must(opened(Bytes(16, 16))).empty());
    BOOST_TEST(must(opened(Bytes(15, 7) + Bytes(1, 1))).size() == 15U);
    EXPECT_ERROR(opened(Bytes(16, 0)), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(opened(Bytes(16, 17)), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(opened(Bytes(14, 9) + from_hex("0302")), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(run(SecretBytes(16), padded, Direction::Decrypt, {}), Errc::EncryptedDataLenRange);
    EXPECT_ERROR(run(SecretBytes(16), padded, Direction::Decrypt, Bytes(17)), Errc::EncryptedDataLenRange);
}

BOOST_AUTO_TEST_CASE(a_counter_never_wraps_around) {
    CipherAlgorithm algorithm = with_iv(CipherScheme::AesCtr, Bytes(15) + Bytes(1, 0xfe));
    algorithm.counter_bits = 8;
    EXPECT_OK(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(32)));
    EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(33)), Errc::DataLenRange);
    auto cipher = must(aes_cipher(SecretBytes(16), algorithm, Direction::Encrypt));
    Bytes place(32);
    EXPECT_OK(cipher->update(ByteView(place).first(31), place));
    EXPECT_ERROR(cipher->update(ByteView(place).first(2), place), Errc::DataLenRange);
    algorithm.counter_bits = 9;
    EXPECT_OK(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(4000)));
    algorithm.iv = Bytes(16, 0xff);
    for (std::size_t bits : {1UL, 32UL, 63UL, 64UL, 65UL, 127UL, 128UL}) {
        algorithm.counter_bits = bits;
        EXPECT_OK(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(16)));
        EXPECT_ERROR(run(SecretBytes(16), algorithm, Direction::Encrypt, Bytes(17)), Errc::DataLenRange);
    }
    algorithm.counter_bits = 129;
    EXPECT_ERROR(aes_cipher(SecretBytes(16), algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
    algorithm.counter_bits = 0;
    EXPECT_ERROR(aes_cipher(SecretBytes(16), algorithm, Direction::Encrypt), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(wrong_keys_ivs_and_schemes_are_refused) {
    for (std::size_t size : {0UL, 8UL, 15UL, 17UL, 31UL, 33UL}) {
        EXPECT_ERROR(aes_cipher(SecretBytes(size), with_iv(CipherScheme::AesEcb, {}), Direction::Encrypt),
                     Errc::KeySizeRange);
    }
    for (CipherScheme scheme : {CipherScheme::AesCbc, CipherScheme::AesCbcPad, CipherScheme::AesCtr}) {
        for (std::size_t size : {0UL, 12UL, 15UL, 17UL}) {
            EXPECT_ERROR(aes_cipher(SecretBytes(16), with_iv(scheme, Bytes(size)), Direction::Encrypt),
                         Errc::MechanismParamInvalid);
        }
    }
    EXPECT_ERROR(aes_cipher(SecretBytes(16), with_iv(CipherScheme::RsaOaep, {}), Direction::Encrypt),
                 Errc::KeyTypeInconsistent);
    auto cipher = must(aes_cipher(SecretBytes(16), with_iv(CipherScheme::AesCbc, Bytes(16)), Direction::Encrypt));
    EXPECT_ERROR(cipher->start(with_iv(CipherScheme::AesCtr, Bytes(16))), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
