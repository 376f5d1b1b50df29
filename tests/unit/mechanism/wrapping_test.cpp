#include <tuple>

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

std::shared_ptr<const test::MaterialKey> protected_key(Protection protection) {
    auto record = test::permissive_record({.type = KeyType::Aes, .bits = 256});
    record.protection = protection;
    return std::make_shared<const test::MaterialKey>(std::move(record), SecretBytes::copy_of(pattern(32)));
}

void wrap_and_unwrap(const Request& request, const Key& wrapping, const Key& unwrapping, const Key& target) {
    const Bytes wrapped = must(wrap(request, wrapping, target)).value;
    const auto wanted = must(target.expose_material(MaterialUse::Wrap));
    BOOST_TEST(must(unwrap(request, unwrapping, wrapped)).value.equals(wanted));
    Bytes damaged = wrapped;
    damaged[damaged.size() / 2] ^= 1;
    const auto bad = unwrap(request, unwrapping, damaged);
    BOOST_TEST((!bad.ok() ? bad.code() == Errc::WrappedKeyInvalid : request.row->type == CKM_AES_CBC_PAD));
    EXPECT_FAILURE(unwrap(request, unwrapping, ByteView(wrapped).first(wrapped.size() - 1)), Errc::WrappedKeyLenRange);
    EXPECT_FAILURE(unwrap(request, unwrapping, {}), Errc::WrappedKeyLenRange);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wrapping)

BOOST_AUTO_TEST_CASE(aes_keys_wrap_secret_and_private_keys) {
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    const auto target = test::secret_key(KeyType::Aes, pattern(16));
    const Bytes iv = pattern(16);
    for (const auto& request :
         {ask(CKM_AES_KEY_WRAP), ask(CKM_AES_KEY_WRAP, ByteView(iv).first(8)), ask(CKM_AES_KEY_WRAP_PAD),
          ask(CKM_AES_KEY_WRAP_KWP), ask(CKM_AES_KEY_WRAP_KWP, ByteView(iv).first(4)), ask(CKM_AES_CBC_PAD, iv)}) {
        BOOST_TEST_CONTEXT(request.row->name) { wrap_and_unwrap(request, *key, *key, *target); }
    }
    for (const auto& request : {ask(CKM_AES_KEY_WRAP_KWP), ask(CKM_AES_CBC_PAD, iv)}) {
        wrap_and_unwrap(request, *key, *key, *test::rsa_key());
        wrap_and_unwrap(request, *key, *key, *test::ec_key());
    }
}

BOOST_AUTO_TEST_CASE(rsa_keys_wrap_short_secrets_and_with_a_fresh_aes_key_anything) {
    const auto key = test::rsa_key();
    const auto public_half = must(open_public_key(std::make_shared<const KeyRecord>(key->record())));
    CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0};
    const CK_RSA_AES_KEY_WRAP_PARAMS both{256, &oaep};
    const auto secret = test::secret_key(KeyType::GenericSecret, pattern(33));
    for (const auto& request : {ask(CKM_RSA_PKCS), ask(CKM_RSA_PKCS_OAEP, parameter_of(oaep)),
                                ask(CKM_RSA_AES_KEY_WRAP, parameter_of(both))}) {
        BOOST_TEST_CONTEXT(request.row->name) { wrap_and_unwrap(request, *public_half, *key, *secret); }
    }
    wrap_and_unwrap(ask(CKM_RSA_AES_KEY_WRAP, parameter_of(both)), *public_half, *key, *test::ec_key());
    for (const auto& request : {ask(CKM_RSA_PKCS), ask(CKM_RSA_PKCS_OAEP, parameter_of(oaep))}) {
        EXPECT_FAILURE(wrap(request, *public_half, *test::ec_key()), Errc::KeyNotWrappable);
        const auto long_secret = test::secret_key(KeyType::GenericSecret, pattern(250));
        EXPECT_FAILURE(wrap(request, *public_half, *long_secret), Errc::KeySizeRange);
    }
}

BOOST_AUTO_TEST_CASE(key_wrap_without_padding_wants_multiples_of_eight) {
    const auto key = test::secret_key(KeyType::Aes, pattern(16));
    for (const std::size_t size : {1U, 8U, 15U, 17U, 33U}) {
        const auto target = test::secret_key(KeyType::GenericSecret, pattern(size));
        EXPECT_FAILURE(wrap(ask(CKM_AES_KEY_WRAP), *key, *target), Errc::KeySizeRange);
        wrap_and_unwrap(ask(CKM_AES_KEY_WRAP_KWP), *key, *key, *target);
    }
}

BOOST_AUTO_TEST_CASE(what_must_not_leave_stays) {
    const auto wrapping = protected_key({});
    const auto trusted = protected_key({.trusted = true});
    const auto target = protected_key({.extractable = false});
    EXPECT_FAILURE(wrap(ask(CKM_AES_KEY_WRAP), *trusted, *target), Errc::KeyUnextractable);
    const auto careful = protected_key({.extractable = true, .wrap_with_trusted = true});
    EXPECT_FAILURE(wrap(ask(CKM_AES_KEY_WRAP), *wrapping, *careful), Errc::KeyNotWrappable);
    EXPECT_SUCCESS(wrap(ask(CKM_AES_KEY_WRAP), *trusted, *careful));
}

BOOST_AUTO_TEST_CASE(aeads_wrap_with_the_tag_behind_the_key) {
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    const auto target = test::secret_key(KeyType::Aes, pattern(16));
    Bytes iv = pattern(12);
    Bytes aad = pattern(5);
    const CK_GCM_WRAP_PARAMS gcm{iv.data(), iv.size(), 0, CKG_NO_GENERATE, aad.data(), aad.size(), 96};
    const CK_CCM_WRAP_PARAMS ccm{99, iv.data(), iv.size(), 0, CKG_NO_GENERATE, aad.data(), aad.size(), 12};
    const CK_GCM_PARAMS old_gcm{iv.data(), iv.size(), 96, aad.data(), aad.size(), 96};
    const CK_CCM_PARAMS old_ccm{99, iv.data(), iv.size(), aad.data(), aad.size(), 12};
    for (const auto& [type, parameter, older] : {std::tuple(CKM_AES_GCM, parameter_of(gcm), parameter_of(old_gcm)),
                                                 std::tuple(CKM_AES_CCM, parameter_of(ccm), parameter_of(old_ccm))}) {
        const Bytes wrapped = must(wrap(ask(type, parameter), *key, *target)).value;
        BOOST_TEST(wrapped.size() == 16U + 12U);
        BOOST_TEST(must(wrapped_size(ask(type, parameter), *key, *target)) == 28U);
        BOOST_CHECK(must(wrap(ask(type, older), *key, *target)).value == wrapped);
        BOOST_TEST(must(unwrap(ask(type, older), *key, wrapped)).value.equals(SecretBytes::copy_of(pattern(16))));
        EXPECT_FAILURE(unwrap(ask(type, parameter), *key, ByteView(wrapped).first(27)), Errc::WrappedKeyInvalid);
        EXPECT_FAILURE(unwrap(ask(type, parameter), *key, ByteView(wrapped).first(12)), Errc::WrappedKeyLenRange);
    }
}

BOOST_AUTO_TEST_CASE(authenticated_wrapping_has_its_data_and_tag_apart) {
    const auto key = test::secret_key(KeyType::Aes, pattern(32));
    const auto target = test::secret_key(KeyType::Aes, pattern(16));
    Bytes iv(12);
    Bytes tag(16);
    const Bytes aad = pattern(5);
    const CK_GCM_MESSAGE_PARAMS gcm{iv.data(), iv.size(), 0, CKG_GENERATE, tag.data(), 128};
    const CK_CCM_MESSAGE_PARAMS ccm{0, iv.data(), iv.size(), 0, CKG_GENERATE, tag.data(), 16};
    for (const auto& [type, parameter] :
         {std::pair(CKM_AES_GCM, parameter_of(gcm)), std::pair(CKM_AES_CCM, parameter_of(ccm))}) {
        iv.assign(12, 0);
        tag.assign(16, 0);
        Request request = ask(type, parameter);
        request.associated = aad;
        BOOST_TEST(must(wrapped_size(request, *key, *target)) == 16U);
        EXPECT_FAILURE(wrap(request, *key, *target, 15), Errc::BufferTooSmall);
        BOOST_CHECK(iv == Bytes(12));  // nothing was made
        const Bytes wrapped = must(wrap(request, *key, *target, 16)).value;
        BOOST_TEST(wrapped.size() == 16U);
        BOOST_CHECK(iv != Bytes(12));
        BOOST_CHECK(tag != Bytes(16));
        const auto wanted = SecretBytes::copy_of(pattern(16));
        BOOST_TEST(must(unwrap(request, *key, wrapped)).value.equals(wanted));
        tag[3] ^= 1;
        EXPECT_FAILURE(unwrap(request, *key, wrapped), Errc::WrappedKeyInvalid);
        tag[3] ^= 1;
        const Bytes other = pattern(6);
        request.associated = other;
        EXPECT_FAILURE(unwrap(request, *key, wrapped), Errc::WrappedKeyInvalid);
        EXPECT_FAILURE(unwrap(request, *key, {}), Errc::WrappedKeyLenRange);
    }
    Request plain = ask(CKM_AES_KEY_WRAP);
    plain.associated = aad;
    EXPECT_FAILURE(wrap(plain, *key, *target), Errc::MechanismInvalid);
    EXPECT_FAILURE(unwrap(plain, *key, pattern(24)), Errc::MechanismInvalid);
}

// Two keys under one IV are known by each other.
BOOST_AUTO_TEST_CASE(no_iv_comes_about_twice_under_a_trusted_key) {
    const auto trusted = protected_key({.extractable = true, .trusted = true});
    const auto wrapping = protected_key({.extractable = true});
    Bytes iv = pattern(12);
    CK_GCM_WRAP_PARAMS params{iv.data(), iv.size(), 0, CKG_NO_GENERATE, nullptr, 0, 128};
    const auto under = [&](const Key& key) { return wrap(ask(CKM_AES_GCM, parameter_of(params)), key, *wrapping); };
    EXPECT_SUCCESS(under(*wrapping));
    EXPECT_FAILURE(under(*trusted), Errc::MechanismParamInvalid);
    params.ivGenerator = CKG_GENERATE_RANDOM;
    EXPECT_SUCCESS(under(*trusted));
    params.ulIvFixedBits = 1;
    EXPECT_SUCCESS(under(*wrapping));
    EXPECT_FAILURE(under(*trusted), Errc::MechanismParamInvalid);
    params.ulIvFixedBits = 96;
    EXPECT_FAILURE(under(*wrapping), Errc::MechanismParamInvalid);
    params.ulIvFixedBits = 0;
    for (const CK_GENERATOR_FUNCTION generator : {CKG_GENERATE_COUNTER, CKG_GENERATE_COUNTER_XOR, 99UL}) {
        params.ivGenerator = generator;
        EXPECT_FAILURE(under(*wrapping), Errc::MechanismParamInvalid);
    }
    // To open, they mean nothing.
    params.ivGenerator = CKG_GENERATE;
    const Bytes wrapped = must(under(*trusted)).value;
    params.ivGenerator = 99;
    params.ulIvFixedBits = 1000;
    EXPECT_SUCCESS(unwrap(ask(CKM_AES_GCM, parameter_of(params)), *trusted, wrapped));
}

BOOST_AUTO_TEST_CASE(keys_that_make_ivs_make_one_in_place_of_zeros) {
    auto record = test::permissive_record({.type = KeyType::Aes, .bits = 256});
    test::MaterialKey maker(std::move(record), SecretBytes::copy_of(pattern(32)));
    maker.make_ivs();
    const auto target = test::secret_key(KeyType::Aes, pattern(16));
    Bytes iv(12);
    const CK_GCM_PARAMS params{iv.data(), iv.size(), 96, nullptr, 0, 128};
    const Bytes wrapped = must(wrap(ask(CKM_AES_GCM, parameter_of(params)), maker, *target)).value;
    BOOST_TEST(wrapped.size() == 32U);
    BOOST_CHECK(iv != Bytes(12));
    EXPECT_SUCCESS(unwrap(ask(CKM_AES_GCM, parameter_of(params)), maker, wrapped));
}

BOOST_AUTO_TEST_CASE(conditions_name_the_key_that_is_to_blame) {
    const auto secret = test::secret_key(KeyType::GenericSecret, pattern(16));
    EXPECT_FAILURE(wrap(ask(CKM_AES_KEY_WRAP), *secret, *secret), Errc::WrappingKeyTypeInconsistent);
    EXPECT_FAILURE(unwrap(ask(CKM_AES_KEY_WRAP), *secret, pattern(24)), Errc::UnwrappingKeyTypeInconsistent);
    auto record = test::permissive_record({.type = KeyType::Aes, .bits = 64});
    const test::MaterialKey short_key(record, SecretBytes::copy_of(pattern(8)));
    EXPECT_FAILURE(wrap(ask(CKM_AES_KEY_WRAP), short_key, *secret), Errc::WrappingKeySizeRange);
    EXPECT_FAILURE(unwrap(ask(CKM_AES_KEY_WRAP), short_key, pattern(24)), Errc::UnwrappingKeySizeRange);
    EXPECT_FAILURE(wrap(ask(CKM_AES_ECB), *secret, *secret), Errc::MechanismInvalid);
    EXPECT_FAILURE(unwrap(Request{}, *secret, pattern(24)), Errc::MechanismInvalid);
    const auto aes = test::secret_key(KeyType::Aes, pattern(16));
    EXPECT_FAILURE(wrap(ask(CKM_AES_CBC_PAD), *aes, *secret), Errc::MechanismParamInvalid);
}

BOOST_AUTO_TEST_SUITE_END()
