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
