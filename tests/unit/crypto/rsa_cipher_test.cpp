#include "checks.hpp"
#include "crypto/asymmetric.hpp"

namespace kvp11::crypto {
namespace {

using namespace kvp11::test;

const PrivateHalf& key() {
    static const auto made = [] {
        KeySpec spec;
        spec.bits = 2048;
        return must(PrivateHalf::generate(spec));
    }();
    return *made;
}
const PublicHalf& other_half() {
    static const auto made = must(PublicHalf::parse(key().public_key()));
    return *made;
}

CipherAlgorithm oaep(Digest digest, Digest mask, const Bytes& label = {}) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = CipherScheme::RsaOaep;
    algorithm.digest = digest;
    algorithm.mgf_digest = mask;
    algorithm.aad = label;
    return algorithm;
}
CipherAlgorithm simple(CipherScheme scheme) {
    CipherAlgorithm algorithm{};
    algorithm.scheme = scheme;
    return algorithm;
}

Result<Bytes> run(Cipher& cipher, ByteView input) {
    Bytes output(cipher.output_bound(input.size()));
    // In two pieces, as a multi-part operation would.
    TRY(cipher.update(input.first(input.size() / 2), output));
    TRY(cipher.update(input.subspan(input.size() / 2), output));
    const std::size_t size = TRY(cipher.finish(output));
    output.resize(size);
    return output;
}
Result<Bytes> encrypt(const CipherAlgorithm& algorithm, ByteView input) {
    std::unique_ptr<Cipher> cipher = TRY(other_half().encryptor(algorithm));
    return run(*cipher, input);
}
Result<Bytes> decrypt(const CipherAlgorithm& algorithm, ByteView input) {
    std::unique_ptr<Cipher> cipher = TRY(key().decryptor(algorithm));
    return run(*cipher, input);
}

WrapAlgorithm wrap_with(WrapScheme scheme, std::size_t bits = 256) {
    WrapAlgorithm algorithm{};
    algorithm.scheme = scheme;
    algorithm.digest = Digest::Sha256;
    algorithm.mgf_digest = Digest::Sha1;
    algorithm.label = scheme == WrapScheme::RsaPkcs1 ? Bytes{} : pattern(7);
    algorithm.aes_bits = bits;
    return algorithm;
}

BOOST_AUTO_TEST_SUITE(rsa_ciphers)

BOOST_AUTO_TEST_CASE(messages_up_to_the_longest_come_back) {
    const std::pair<CipherAlgorithm, std::size_t> rows[] = {{simple(CipherScheme::RsaPkcs1), 245},
                                                            {oaep(Digest::Sha1, Digest::Sha1), 214},
                                                            {oaep(Digest::Sha256, Digest::Sha256, pattern(20)), 190},
                                                            {oaep(Digest::Sha384, Digest::Sha1), 158},
                                                            {oaep(Digest::Sha3_224, Digest::Sha3_224), 198},
                                                            {oaep(Digest::Sha3_256, Digest::Sha256, pattern(7)), 190},
                                                            {oaep(Digest::Sha512_256, Digest::Sha3_384), 190},
                                                            {oaep(Digest::Sha3_512, Digest::Sha3_512), 126},
                                                            {oaep(Digest::Sha512, Digest::Sha512, pattern(1)), 126}};
    for (const auto& [algorithm, longest] : rows) {
        for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{32}, longest}) {
            const Bytes sealed = must(encrypt(algorithm, pattern(size)));
            BOOST_TEST(sealed.size() == 256U);
            BOOST_TEST(must(decrypt(algorithm, sealed)) == pattern(size));
        }
        EXPECT_ERROR(encrypt(algorithm, pattern(longest + 1)), Errc::DataLenRange);
        EXPECT_ERROR(encrypt(algorithm, pattern(257)), Errc::DataLenRange);
    }
}

BOOST_AUTO_TEST_CASE(raw_blocks_are_padded_on_the_left_and_come_back_whole) {
    const CipherAlgorithm raw = simple(CipherScheme::RsaRaw);
    BOOST_TEST(must(decrypt(raw, must(encrypt(raw, pattern(10))))) == Bytes(246) + pattern(10));
    EXPECT_ERROR(encrypt(raw, Bytes(256, 0xff)), Errc::DataInvalid);
    EXPECT_ERROR(encrypt(raw, Bytes(257)), Errc::DataLenRange);
    EXPECT_ERROR(decrypt(raw, Bytes(256, 0xff)), Errc::EncryptedDataInvalid);
}

BOOST_AUTO_TEST_CASE(wrong_ciphertexts_labels_and_digests_do_not_open) {
    const CipherAlgorithm algorithm = oaep(Digest::Sha256, Digest::Sha256, pattern(3));
    Bytes sealed = must(encrypt(algorithm, pattern(10)));
    EXPECT_ERROR(decrypt(oaep(Digest::Sha256, Digest::Sha256), sealed), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(decrypt(oaep(Digest::Sha256, Digest::Sha1, pattern(3)), sealed), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(decrypt(oaep(Digest::Sha384, Digest::Sha256, pattern(3)), sealed), Errc::EncryptedDataInvalid);
    sealed[100] ^= 1;
    EXPECT_ERROR(decrypt(algorithm, sealed), Errc::EncryptedDataInvalid);
    for (std::size_t size : {0UL, 255UL}) {
        EXPECT_ERROR(decrypt(algorithm, Bytes(size)), Errc::EncryptedDataLenRange);
        EXPECT_ERROR(decrypt(simple(CipherScheme::RsaPkcs1), Bytes(size)), Errc::EncryptedDataLenRange);
    }
    EXPECT_ERROR(decrypt(algorithm, Bytes(257)), Errc::EncryptedDataLenRange);
    EXPECT_ERROR(decrypt(simple(CipherScheme::RsaPkcs1), pattern(256)), Errc::EncryptedDataInvalid);
    EXPECT_ERROR(decrypt(simple(CipherScheme::RsaPkcs1), Bytes(256, 0xff)), Errc::EncryptedDataInvalid);
}

BOOST_AUTO_TEST_CASE(a_cipher_is_reused_with_the_same_and_with_other_parameters) {
    auto encryptor = must(other_half().encryptor(oaep(Digest::Sha256, Digest::Sha256, pattern(3))));
    auto decryptor = must(key().decryptor(oaep(Digest::Sha256, Digest::Sha256, pattern(3))));
    for (const CipherAlgorithm& algorithm :
         {oaep(Digest::Sha256, Digest::Sha256, pattern(3)), oaep(Digest::Sha1, Digest::Sha1),
          oaep(Digest::Sha1, Digest::Sha1), oaep(Digest::Sha256, Digest::Sha512, pattern(9))}) {
        must(encryptor->update(bytes_of("abandoned"), {}));
        must(encryptor->start(algorithm));
        must(decryptor->start(algorithm));
        BOOST_TEST(must(run(*decryptor, must(run(*encryptor, bytes_of("hello"))))) == text_bytes("hello"));
    }
    EXPECT_ERROR(encryptor->start(simple(CipherScheme::RsaPkcs1)), Errc::MechanismParamInvalid);
    CipherAlgorithm inside = oaep(Digest::Sha256, Digest::Sha256, pattern(3));
    inside.iv_inside = true;
    EXPECT_ERROR(encryptor->start(inside), Errc::MechanismParamInvalid);
    EXPECT_ERROR(other_half().encryptor(inside), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_CASE(a_short_output_is_refused) {
    auto decryptor = must(key().decryptor(simple(CipherScheme::RsaPkcs1)));
    must(decryptor->update(must(encrypt(simple(CipherScheme::RsaPkcs1), pattern(20))), {}));
    Bytes room(19);
    EXPECT_ERROR(decryptor->finish(room), Errc::BufferTooSmall);
    auto encryptor = must(other_half().encryptor(simple(CipherScheme::RsaPkcs1)));
    must(encryptor->update(pattern(20), {}));
    EXPECT_ERROR(encryptor->finish(room), Errc::BufferTooSmall);
}

BOOST_AUTO_TEST_CASE(keys_are_transported) {
    for (WrapScheme scheme : {WrapScheme::RsaPkcs1, WrapScheme::RsaOaep, WrapScheme::RsaAesKeyWrap}) {
        const SecretBytes material = secret(pattern(32));
        const Bytes wrapped = must(other_half().wrap(wrap_with(scheme), material));
        BOOST_TEST(wrapped.size() == (scheme == WrapScheme::RsaAesKeyWrap ? 256U + 40U : 256U));
        BOOST_TEST(must(key().unwrap(wrap_with(scheme), wrapped)).equals(material));
        for (std::size_t at : {0UL, 200UL, wrapped.size() - 1}) {
            Bytes changed = wrapped;
            changed[at] ^= 1;
            EXPECT_ERROR(key().unwrap(wrap_with(scheme), changed), Errc::WrappedKeyInvalid);
        }
        EXPECT_ERROR(key().unwrap(wrap_with(scheme), ByteView(wrapped).first(255)), Errc::WrappedKeyLenRange);
        EXPECT_ERROR(key().unwrap(wrap_with(scheme), {}), Errc::WrappedKeyLenRange);
    }
}

BOOST_AUTO_TEST_CASE(rsa_aes_wrap_takes_any_material_and_three_key_sizes) {
    for (std::size_t bits : {128UL, 192UL, 256UL}) {
        const WrapAlgorithm algorithm = wrap_with(WrapScheme::RsaAesKeyWrap, bits);
        for (std::size_t size : {1UL, 16UL, 1217UL}) {
            const Bytes wrapped = must(other_half().wrap(algorithm, secret(pattern(size))));
            BOOST_TEST(hex_of(must(key().unwrap(algorithm, wrapped))) == to_hex(pattern(size)));
        }
    }
    EXPECT_ERROR(other_half().wrap(wrap_with(WrapScheme::RsaAesKeyWrap, 129), SecretBytes(16)),
                 Errc::MechanismParamInvalid);
    EXPECT_ERROR(other_half().wrap(wrap_with(WrapScheme::RsaAesKeyWrap), SecretBytes()), Errc::KeySizeRange);
    EXPECT_ERROR(other_half().wrap(wrap_with(WrapScheme::RsaOaep), SecretBytes(191)), Errc::KeySizeRange);
    EXPECT_ERROR(other_half().wrap(wrap_with(WrapScheme::RsaPkcs1), SecretBytes(246)), Errc::KeySizeRange);
    EXPECT_ERROR(other_half().wrap(wrap_with(WrapScheme::AesKw), SecretBytes(16)), Errc::WrappingKeyTypeInconsistent);
    EXPECT_ERROR(key().unwrap(wrap_with(WrapScheme::AesKw), Bytes(24)), Errc::UnwrappingKeyTypeInconsistent);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11::crypto
