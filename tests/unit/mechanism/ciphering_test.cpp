#include "checks.hpp"
#include "material_key.hpp"
#include "mechanism/key_template.hpp"
#include "mechanism/operation.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::ask;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::pattern;

namespace {

Bytes crypt(CipherOperation& operation, ByteView input) {
    Bytes output(operation.output_bound(input.size()));
    const std::size_t written = must(operation.crypt(input, output));
    BOOST_TEST((!operation.output_exact() || written == output.size()));
    output.resize(written);
    return output;
}

/// Every buffer has just the size that the bounds ask for, so a bound that is too low shows.
Bytes crypt_in_parts(CipherOperation& operation, ByteView input, std::size_t piece) {
    Bytes all;
    const auto take = [&](std::size_t bound, auto produce) {
        Bytes part(bound);
        part.resize(must(produce(MutableBytes(part))));
        all.insert(all.end(), part.begin(), part.end());
    };
    for (std::size_t at = 0; at < input.size(); at += piece) {
        const auto part = input.subspan(at, std::min(piece, input.size() - at));
        BOOST_TEST(operation.update_bound(part.size()) <= operation.output_bound(part.size()));
        take(operation.update_bound(part.size()), [&](MutableBytes out) { return operation.update(part, out); });
    }
    take(operation.output_bound(0), [&](MutableBytes out) { return operation.finish(out); });
    return all;
}

struct Parameters {
    Bytes iv = pattern(16);
    Bytes aad = pattern(9);
    CK_AES_CTR_PARAMS ctr{.ulCounterBits = 128, .cb = {}};
    CK_GCM_PARAMS gcm{iv.data(), 12, 96, aad.data(), aad.size(), 128};

    Request request(CK_MECHANISM_TYPE type) const {
        if (type == CKM_AES_CTR) return ask(type, parameter_of(ctr));
        if (type == CKM_AES_GCM) return ask(type, parameter_of(gcm));
        return ask(type, type == CKM_AES_ECB ? ByteView() : ByteView(iv));
    }
};

constexpr CK_MECHANISM_TYPE aes_modes[] = {CKM_AES_ECB, CKM_AES_CBC, CKM_AES_CBC_PAD, CKM_AES_CTR, CKM_AES_GCM};

bool whole_blocks_only(CK_MECHANISM_TYPE type) { return type == CKM_AES_ECB || type == CKM_AES_CBC; }

}  // namespace

BOOST_AUTO_TEST_SUITE(ciphering)

BOOST_AUTO_TEST_CASE(a_key_that_makes_ivs_fills_in_an_iv_of_zeros) {
    Parameters parameters;
    const auto key = std::make_shared<test::MaterialKey>(
        test::permissive_record(KeySpec{.type = KeyType::Aes, .bits = 256}), SecretBytes::copy_of(pattern(32)));
    key->make_ivs();
    const Bytes zeros(16);
    std::fill(parameters.iv.begin(), parameters.iv.end(), std::uint8_t{0});  // where the struct points to
    const auto encrypting = must(start_encrypting(parameters.request(CKM_AES_GCM), key));
    BOOST_TEST(parameters.iv == zeros, boost::test_tools::per_element());
    const Bytes plain = pattern(20);
    std::vector<Bytes> ivs;
    for (const bool in_parts : {false, true}) {
        const Bytes cipher = in_parts ? crypt_in_parts(*encrypting, plain, 7) : crypt(*encrypting, plain);
        BOOST_TEST(Bytes(parameters.iv.begin() + 12, parameters.iv.end()) == Bytes(4),
                   boost::test_tools::per_element());
        ivs.push_back(parameters.iv);
        const auto decrypting = must(start_decrypting(parameters.request(CKM_AES_GCM), key));
        BOOST_TEST(crypt(*decrypting, cipher) == plain, boost::test_tools::per_element());
        std::fill(parameters.iv.begin(), parameters.iv.end(), std::uint8_t{0});
        BOOST_TEST(encrypting->restart(parameters.request(CKM_AES_GCM)));
    }
    BOOST_TEST((ivs[0] != zeros));
    BOOST_TEST((ivs[0] != ivs[1]));
}

BOOST_AUTO_TEST_CASE(an_iv_of_zeros_is_the_callers_where_keys_make_none) {
    Parameters parameters;
    std::fill(parameters.iv.begin(), parameters.iv.end(), std::uint8_t{0});
    const auto encrypting =
        must(start_encrypting(parameters.request(CKM_AES_GCM), test::secret_key(KeyType::Aes, pattern(32))));
    crypt(*encrypting, pattern(20));
    BOOST_TEST(parameters.iv == Bytes(16), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_aes_mode_gives_back_what_it_took_in_pieces_of_any_size) {
    const Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    for (const auto type : aes_modes) {
        const auto request = parameters.request(type);
        const auto encrypting = must(start_encrypting(request, key));
        const auto decrypting = must(start_decrypting(request, key));
        for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 32U, 48U, 100U}) {
            if (whole_blocks_only(type) && size % 16 != 0) continue;
            BOOST_TEST_CONTEXT(find_row(type)->name << " with " << size << " bytes") {
                const Bytes plain = pattern(size);
                BOOST_TEST(encrypting->restart(request));
                const Bytes cipher = crypt(*encrypting, plain);
                BOOST_TEST(decrypting->restart(request));
                BOOST_TEST(crypt(*decrypting, cipher) == plain, boost::test_tools::per_element());
                for (const std::size_t piece : {1U, 5U, 16U, 33U}) {
                    BOOST_TEST(encrypting->restart(request));
                    BOOST_TEST(crypt_in_parts(*encrypting, plain, piece) == cipher, boost::test_tools::per_element());
                    BOOST_TEST(decrypting->restart(request));
                    BOOST_TEST(crypt_in_parts(*decrypting, cipher, piece) == plain, boost::test_tools::per_element());
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(bounds_before_the_first_byte_are_the_sizes_of_the_standard) {
    const Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    const auto bound = [&](CK_MECHANISM_TYPE type, bool encrypt, std::size_t size) {
        const auto request = parameters.request(type);
        return must(encrypt ? start_encrypting(request, key) : start_decrypting(request, key))->output_bound(size);
    };
    BOOST_TEST(bound(CKM_AES_CBC, true, 32) == 32U);
    BOOST_TEST(bound(CKM_AES_CBC_PAD, true, 31) == 32U);
    BOOST_TEST(bound(CKM_AES_CBC_PAD, true, 32) == 48U);
    BOOST_TEST(bound(CKM_AES_CTR, true, 31) == 31U);
    BOOST_TEST(bound(CKM_AES_GCM, true, 31) == 47U);
    BOOST_TEST(bound(CKM_AES_GCM, false, 47) == 31U);
    BOOST_TEST(bound(CKM_AES_GCM, false, 3) == 0U);
    BOOST_TEST(bound(CKM_AES_CBC_PAD, false, 32) <= 32U);
    BOOST_TEST(!must(start_decrypting(parameters.request(CKM_AES_CBC_PAD), key))->output_exact());
    BOOST_TEST(must(start_encrypting(parameters.request(CKM_AES_CBC_PAD), key))->output_exact());
    BOOST_TEST(must(start_decrypting(parameters.request(CKM_AES_GCM), key))->output_exact());
}

BOOST_AUTO_TEST_CASE(updates_give_out_what_is_certain_and_no_more) {
    const Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    const auto padded = must(start_decrypting(parameters.request(CKM_AES_CBC_PAD), key));
    BOOST_TEST(padded->update_bound(16) == 0U);
    BOOST_TEST(padded->update_bound(17) == 16U);
    Bytes out(16);
    BOOST_TEST(must(padded->update(pattern(16), out)) == 0U);
    BOOST_TEST(padded->update_bound(16) == 16U);
    BOOST_TEST(must(start_decrypting(parameters.request(CKM_AES_GCM), key))->update_bound(1000) == 0U);
    BOOST_TEST(must(start_encrypting(parameters.request(CKM_AES_GCM), key))->update_bound(1000) == 1000U);
}

BOOST_AUTO_TEST_CASE(incomplete_blocks_and_damaged_data_have_their_conditions) {
    Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    Bytes out(64);
    for (const auto type : {CKM_AES_ECB, CKM_AES_CBC}) {
        const auto request = parameters.request(type);
        EXPECT_FAILURE(must(start_encrypting(request, key))->crypt(pattern(17), out), Errc::DataLenRange);
        EXPECT_FAILURE(must(start_decrypting(request, key))->crypt(pattern(17), out), Errc::EncryptedDataLenRange);
    }
    const auto padded = parameters.request(CKM_AES_CBC_PAD);
    EXPECT_FAILURE(must(start_decrypting(padded, key))->crypt(pattern(17), out), Errc::EncryptedDataLenRange);
    EXPECT_FAILURE(must(start_decrypting(padded, key))->crypt({}, out), Errc::EncryptedDataLenRange);
    const auto gcm = parameters.request(CKM_AES_GCM);
    Bytes cipher = crypt(*must(start_encrypting(gcm, key)), pattern(20));
    for (std::size_t at = 0; at < cipher.size(); at += 5) {
        cipher[at] ^= 0x10;
        EXPECT_FAILURE(must(start_decrypting(gcm, key))->crypt(cipher, out), Errc::EncryptedDataInvalid);
        cipher[at] ^= 0x10;
    }
    EXPECT_SUCCESS(must(start_decrypting(gcm, key))->crypt(cipher, out));
    parameters.aad[0] ^= 1;
    EXPECT_FAILURE(must(start_decrypting(gcm, key))->crypt(cipher, out), Errc::EncryptedDataInvalid);
    EXPECT_FAILURE(must(start_decrypting(gcm, key))->crypt(pattern(15), out), Errc::EncryptedDataLenRange);
}

BOOST_AUTO_TEST_CASE(restart_takes_new_parameters_of_the_same_mechanism_only) {
    Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    const auto gcm = must(start_encrypting(parameters.request(CKM_AES_GCM), key));
    const Bytes first = crypt(*gcm, pattern(20));
    parameters.iv[3] ^= 1;
    parameters.gcm.ulTagBits = 96;
    parameters.gcm.ulIvLen = 16;
    BOOST_TEST(gcm->restart(parameters.request(CKM_AES_GCM)));
    const Bytes second = crypt(*gcm, pattern(20));
    BOOST_TEST(second.size() == 32U);
    BOOST_CHECK(second == crypt(*must(start_encrypting(parameters.request(CKM_AES_GCM), key)), pattern(20)));
    parameters.gcm.ulTagBits = 13;
    BOOST_TEST(!gcm->restart(parameters.request(CKM_AES_GCM)));
    BOOST_TEST(!gcm->restart(parameters.request(CKM_AES_CBC)));
    BOOST_TEST(!gcm->restart(Request{}));
    BOOST_TEST(first.size() == 36U);
}

BOOST_AUTO_TEST_CASE(restart_drops_an_unfinished_message) {
    const Parameters parameters;
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    for (const auto type : aes_modes) {
        BOOST_TEST_CONTEXT(find_row(type)->name) {
            const auto request = parameters.request(type);
            const auto operation = must(start_encrypting(request, key));
            const Bytes wanted = crypt(*operation, pattern(32));
            BOOST_TEST(operation->restart(request));
            Bytes out(64);
            must(operation->update(pattern(19), out));
            BOOST_TEST(operation->restart(request));
            BOOST_TEST(operation->update_bound(0) == 0U);
            BOOST_TEST(crypt(*operation, pattern(32)) == wanted, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(rsa_encrypts_with_the_public_half_and_decrypts_with_the_private_one) {
    const auto key = test::rsa_key();
    const auto record = std::make_shared<const KeyRecord>(key->record());
    const auto public_half = must(open_public_key(record));
    Bytes label = pattern(8);
    const CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA256, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, label.data(), label.size()};
    for (const auto& request : {ask(CKM_RSA_PKCS), ask(CKM_RSA_PKCS_OAEP, parameter_of(oaep))}) {
        const auto encrypting = must(start_encrypting(request, public_half));
        BOOST_TEST(encrypting->output_bound(20) == 256U);
        BOOST_TEST(encrypting->output_exact());
        const Bytes cipher = crypt(*encrypting, pattern(20));
        const auto decrypting = must(start_decrypting(request, key));
        BOOST_TEST(!decrypting->output_exact());
        BOOST_TEST(crypt(*decrypting, cipher) == pattern(20), boost::test_tools::per_element());
        BOOST_TEST(decrypting->restart(request));
        BOOST_TEST(crypt_in_parts(*decrypting, cipher, 100) == pattern(20), boost::test_tools::per_element());
        Bytes out(256);
        BOOST_TEST(decrypting->restart(request));
        EXPECT_FAILURE(decrypting->crypt(pattern(255), out), Errc::EncryptedDataLenRange);
        BOOST_TEST(encrypting->restart(request));
        EXPECT_FAILURE(encrypting->crypt(pattern(250), out), Errc::DataLenRange);
    }
    const auto raw = must(start_encrypting(ask(CKM_RSA_X_509), public_half));
    Bytes padded(256);
    const Bytes plain = pattern(255);
    std::copy(plain.begin(), plain.end(), padded.begin() + 1);
    BOOST_TEST(crypt(*must(start_decrypting(ask(CKM_RSA_X_509), key)), crypt(*raw, plain)) == padded,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(keys_and_mechanisms_that_do_not_fit_are_refused) {
    const Parameters parameters;
    const auto secret = test::secret_key(KeyType::GenericSecret, pattern(16));
    EXPECT_FAILURE(start_encrypting(parameters.request(CKM_AES_CBC), secret), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_decrypting(ask(CKM_RSA_PKCS), test::ec_key()), Errc::KeyTypeInconsistent);
    EXPECT_FAILURE(start_encrypting(ask(CKM_SHA256_RSA_PKCS), test::rsa_key()), Errc::MechanismInvalid);
    const auto aes = test::secret_key(KeyType::Aes, pattern(16));
    EXPECT_FAILURE(start_encrypting(ask(CKM_AES_CBC, pattern(15)), aes), Errc::MechanismParamInvalid);
    EXPECT_FAILURE(start_encrypting(ask(CKM_AES_KEY_WRAP), aes), Errc::MechanismInvalid);
    EXPECT_FAILURE(start_encrypting(Request{}, aes), Errc::MechanismInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
