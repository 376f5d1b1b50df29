// The service indicator of PKCS#11 3.2 and the approved mode of a slot, through the loaded module.
#include <dlfcn.h>

#include <fstream>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

const CK_FUNCTION_LIST_3_2* functions_3_2() {
    void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto get = reinterpret_cast<CK_C_GetInterface>(dlsym(library, "C_GetInterface"));
    CK_VERSION version{3, 2};
    CK_INTERFACE_PTR interface = nullptr;
    MUST(get(nullptr, &version, &interface, 0));
    return static_cast<CK_FUNCTION_LIST_3_2*>(interface->pFunctionList);
}

struct Token {
    Subject subject{Kind::Kvp11};
    std::optional<Session> user{std::in_place, subject};
    const CK_FUNCTION_LIST_3_2* f = functions_3_2();

    bool last_was_approved(const Session& session) const {
        CK_FLAGS flags = 0x5a;
        MUST(f->C_GetSessionValidationFlags(session.handle(), CKS_LAST_VALIDATION_OK, &flags));
        BOOST_TEST((flags == 0 || flags == 1), flags);
        return flags == 1;
    }
    bool last_was_approved() const { return last_was_approved(*user); }
};

/// The same token after its slot was put into mode Approved.
struct ApprovedToken : Token {
    ApprovedToken() {
        user.reset();
        subject.finalise();
        std::ofstream(subject.folder() / "kvp11.toml", std::ios::app) << "mode = \"approved\"\n";
        subject.initialise();
        user.emplace(subject);
    }
    CK_FLAGS flags_of(CK_MECHANISM_TYPE type) const {
        CK_MECHANISM_INFO info{};
        MUST(subject.f()->C_GetMechanismInfo(subject.slot(), type, &info));
        return info.flags;
    }
};

const Bytes sha256_info = from_hex("3031300d060960864801650304020105000420") + Bytes(32, 7);
const Bytes sha1_info = from_hex("3021300906052b0e03021a05000414") + Bytes(20, 7);

Template generated_rsa_public() {
    return Template().flag(CKA_TOKEN, false).set(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY, true);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(indicator)

BOOST_FIXTURE_TEST_CASE(every_service_tells_whether_it_was_approved, Token) {
    BOOST_TEST(!last_was_approved());
    const auto rsa = user->create(rsa_private());
    const auto rsa_half = user->create(rsa_public());
    BOOST_TEST(!last_was_approved());

    const Bytes signature = user->sign(CKM_SHA256_RSA_PKCS, rsa, pattern(9));
    BOOST_TEST(last_was_approved());
    const Bytes old_signature = user->sign(CKM_SHA1_RSA_PKCS, rsa, pattern(9));
    BOOST_TEST(!last_was_approved());
    MUST(user->try_verify(CKM_SHA1_RSA_PKCS, rsa_half, pattern(9), old_signature));
    BOOST_TEST(last_was_approved());
    user->encrypt(CKM_RSA_PKCS, rsa_half, pattern(9));
    BOOST_TEST(!last_was_approved());
    const Bytes sealed = user->encrypt(oaep(CKM_SHA256, CKM_SHA256), rsa_half, pattern(9));
    BOOST_TEST(last_was_approved());
    user->decrypt(oaep(CKM_SHA256, CKM_SHA256), rsa, sealed);
    BOOST_TEST(last_was_approved());

    const auto aes = user->create(aes_key(pattern(32)));
    const auto target = user->create(aes_key(pattern(16)));
    const Bytes box = user->encrypt(gcm(pattern(12)), aes, pattern(9));
    BOOST_TEST(!last_was_approved());
    user->decrypt(gcm(pattern(12)), aes, box);
    BOOST_TEST(last_was_approved());
    const Bytes padded = user->wrap(Mechanism(CKM_AES_CBC_PAD, pattern(16)), aes, target);
    BOOST_TEST(!last_was_approved());
    const Bytes wrapped = user->wrap(CKM_AES_KEY_WRAP_KWP, aes, target);
    BOOST_TEST(last_was_approved());
    user->unwrap(Mechanism(CKM_AES_CBC_PAD, pattern(16)), aes, padded, aes_key({}).without(CKA_VALUE));
    BOOST_TEST(!last_was_approved());
    user->unwrap(CKM_AES_KEY_WRAP_KWP, aes, wrapped, aes_key({}).without(CKA_VALUE));
    BOOST_TEST(last_was_approved());
    user->digest(CKM_SHA_1, pattern(9));
    BOOST_TEST(last_was_approved());
}

BOOST_FIXTURE_TEST_CASE(generating_and_deriving_tell_by_curve_and_size, Token) {
    for (const auto& [curve, approved] : {std::pair(Curve::P256, true), std::pair(Curve::Secp256k1, false)}) {
        const Bytes parameters = ec_numbers(curve).parameters;
        user->generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, parameters), pair_private({1}));
        BOOST_TEST(last_was_approved() == approved);
        const auto key = user->create(ec_private(ec_numbers(curve)));
        user->derive(ecdh(ec_numbers(curve).point), key, generic_secret({}).without(CKA_VALUE));
        BOOST_TEST(last_was_approved() == approved);
    }
    const auto key = user->create(ec_private(ec_numbers(Curve::P256)));
    user->derive(ecdh(ec_numbers(Curve::P256).point), key,
                 generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 13));
    BOOST_TEST(!last_was_approved());
    user->generate(CKM_AES_KEY_GEN, aes_generation(16));
    BOOST_TEST(last_was_approved());
    const auto secret = [](CK_ULONG size) { return generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, size); };
    user->generate(CKM_GENERIC_SECRET_KEY_GEN, secret(13));
    BOOST_TEST(!last_was_approved());
    user->generate(CKM_GENERIC_SECRET_KEY_GEN, secret(14));
    BOOST_TEST(last_was_approved());
}

BOOST_FIXTURE_TEST_CASE(where_the_caller_digests_the_input_decides, Token) {
    const auto rsa = user->create(rsa_private());
    user->sign(CKM_RSA_PKCS, rsa, sha256_info);
    BOOST_TEST(last_was_approved());
    user->sign(CKM_RSA_PKCS, rsa, sha1_info);
    BOOST_TEST(!last_was_approved());
    user->sign(CKM_RSA_PKCS, rsa, pattern(9));
    BOOST_TEST(!last_was_approved());
    const auto ec = user->create(ec_private(ec_numbers(Curve::P256)));
    user->sign(CKM_ECDSA, ec, pattern(32));
    BOOST_TEST(last_was_approved());
    user->sign(CKM_ECDSA, ec, pattern(20));
    BOOST_TEST(!last_was_approved());
}

// The last service that was completed, not the one that is under way.
BOOST_FIXTURE_TEST_CASE(it_changes_when_an_operation_is_over, Token) {
    const auto* g = subject.f();
    const auto rsa = user->create(rsa_private());
    user->sign(CKM_SHA256_RSA_PKCS, rsa, pattern(9));
    Mechanism sha1(CKM_SHA1_RSA_PKCS);
    MUST(g->C_SignInit(user->handle(), sha1.get(), rsa));
    Bytes data = pattern(9);
    MUST(g->C_SignUpdate(user->handle(), data.data(), data.size()));
    BOOST_TEST(last_was_approved());
    CK_ULONG size = 0;
    MUST(g->C_SignFinal(user->handle(), nullptr, &size));
    BOOST_TEST(last_was_approved());
    Bytes signature(size);
    MUST(g->C_SignFinal(user->handle(), signature.data(), &size));
    BOOST_TEST(!last_was_approved());
}

BOOST_FIXTURE_TEST_CASE(a_failure_is_no_approved_service_and_a_wrong_signature_is_an_answer, Token) {
    const auto rsa_half = user->create(rsa_public());
    EXPECT_RV(user->try_verify(CKM_SHA256_RSA_PKCS, rsa_half, pattern(9), Bytes(256, 1)), CKR_SIGNATURE_INVALID);
    BOOST_TEST(last_was_approved());
    const auto aes = user->create(aes_key(pattern(32)));
    EXPECT_RV(user->try_decrypt(gcm(pattern(12)), aes, pattern(40)), CKR_ENCRYPTED_DATA_INVALID);
    BOOST_TEST(!last_was_approved());
    user->digest(CKM_SHA256, pattern(9));
    BOOST_TEST(last_was_approved());
    EXPECT_RV_IN(user->try_generate(CKM_AES_KEY_GEN, aes_generation(17)), CKR_KEY_SIZE_RANGE,
                 CKR_ATTRIBUTE_VALUE_INVALID);
    BOOST_TEST(!last_was_approved());
}

BOOST_FIXTURE_TEST_CASE(each_session_has_its_own, Token) {
    Session other(subject, Login::None);
    user->digest(CKM_SHA256, pattern(9));
    BOOST_TEST(last_was_approved());
    BOOST_TEST(!last_was_approved(other));
}

BOOST_FIXTURE_TEST_CASE(wrong_arguments_are_refused, Token) {
    CK_FLAGS flags = 0;
    EXPECT_RV(f->C_GetSessionValidationFlags(user->handle(), CKS_LAST_VALIDATION_OK, nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GetSessionValidationFlags(user->handle(), 2, &flags), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GetSessionValidationFlags(0, CKS_LAST_VALIDATION_OK, &flags), CKR_SESSION_HANDLE_INVALID);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(approved_slot, ApprovedToken)

BOOST_AUTO_TEST_CASE(mechanisms_that_could_never_be_approved_are_not_listed) {
    constexpr CK_FLAGS roles = CKF_SIGN | CKF_VERIFY | CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP;
    BOOST_TEST(!subject.supports(CKM_RSA_X_509));
    BOOST_TEST((flags_of(CKM_RSA_PKCS) & roles) == (CKF_SIGN | CKF_VERIFY));
    BOOST_TEST((flags_of(CKM_AES_CBC_PAD) & (CKF_WRAP | CKF_UNWRAP)) == 0u);
    BOOST_TEST((flags_of(CKM_AES_CBC_PAD) & (CKF_ENCRYPT | CKF_DECRYPT)) == (CKF_ENCRYPT | CKF_DECRYPT));
    BOOST_TEST((flags_of(CKM_AES_GCM) & (CKF_ENCRYPT | CKF_DECRYPT)) == (CKF_ENCRYPT | CKF_DECRYPT));
    BOOST_TEST((flags_of(CKM_SHA1_RSA_PKCS) & roles) == CKF_VERIFY);
    BOOST_TEST((flags_of(CKM_SHA1_RSA_PKCS) & (CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY)) == CKF_MESSAGE_VERIFY);
    BOOST_TEST((flags_of(CKM_ECDSA_SHA256) & (CKF_SIGN | CKF_VERIFY)) == (CKF_SIGN | CKF_VERIFY));
}

BOOST_AUTO_TEST_CASE(an_iv_of_zeros_asks_for_one_and_any_other_is_refused) {
    const auto key = user->create(aes_key(pattern(16)).flag(CKA_WRAP, false).flag(CKA_UNWRAP, false));
    EXPECT_RV(user->try_encrypt(gcm(pattern(12)), key, pattern(20)), CKR_MECHANISM_PARAM_INVALID);
    Bytes iv(12);
    CK_GCM_PARAMS params{iv.data(), 12, 96, nullptr, 0, 128};
    CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
    Bytes text = pattern(20);
    Bytes sealed(36);
    CK_ULONG size = 36;
    MUST(user->f()->C_EncryptInit(user->handle(), &mechanism, key));
    MUST(user->f()->C_Encrypt(user->handle(), text.data(), 20, sealed.data(), &size));
    BOOST_TEST(to_hex(iv) != to_hex(Bytes(12)));
    BOOST_TEST(last_was_approved());
    BOOST_TEST(to_hex(user->decrypt(gcm(iv), key, sealed)) == to_hex(text));
}

BOOST_AUTO_TEST_CASE(a_key_is_wrapped_by_gcm_under_an_iv_of_the_token_only) {
    const auto wrapping = user->create(aes_key(pattern(32)).flag(CKA_DECRYPT, false).flag(CKA_ENCRYPT, false));
    const auto key = user->create(aes_key(pattern(16)).flag(CKA_WRAP, false).flag(CKA_UNWRAP, false));
    Bytes iv = pattern(12);
    Bytes tag(16);
    Bytes wrapped(16);
    CK_ULONG size = wrapped.size();
    CK_GCM_MESSAGE_PARAMS params{iv.data(), 12, 0, CKG_NO_GENERATE, tag.data(), 128};
    CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
    const auto wrap = [&] {
        return f->C_WrapKeyAuthenticated(user->handle(), &mechanism, wrapping, key, nullptr, 0, wrapped.data(), &size);
    };
    EXPECT_RV(wrap(), CKR_MECHANISM_PARAM_INVALID);
    params.ivGenerator = CKG_GENERATE_RANDOM;
    params.ulIvFixedBits = 32;
    EXPECT_RV(wrap(), CKR_MECHANISM_PARAM_INVALID);
    BOOST_TEST(!last_was_approved());
    params.ulIvFixedBits = 0;
    MUST(wrap());
    BOOST_TEST(last_was_approved());
    BOOST_TEST(to_hex(iv) != to_hex(pattern(12)));
    Template wanted = aes_key({}).without(CKA_VALUE).flag(CKA_WRAP, false).flag(CKA_UNWRAP, false);
    wanted.flag(CKA_SENSITIVE, true);
    CK_OBJECT_HANDLE made = 0;
    MUST(f->C_UnwrapKeyAuthenticated(user->handle(), &mechanism, wrapping, wrapped.data(), size, wanted.data(),
                                     wanted.size(), nullptr, 0, &made));
    BOOST_TEST(last_was_approved());
    // So do users of C_WrapKey ask for an IV.
    BOOST_TEST(user->wrap(gcm(Bytes(12)), wrapping, key).size() == 32u);
    EXPECT_RV(user->try_wrap(gcm(pattern(12)), wrapping, key), CKR_MECHANISM_PARAM_INVALID);
}

BOOST_AUTO_TEST_CASE(what_is_not_approved_is_refused_by_its_own_code) {
    const auto rsa = user->create(rsa_private().flag(CKA_DECRYPT, false));
    EXPECT_RV(user->try_sign(CKM_SHA1_RSA_PKCS, rsa, pattern(9)), CKR_MECHANISM_INVALID);
    EXPECT_RV(user->try_sign(pss(CKM_RSA_PKCS_PSS, CKM_SHA_1, 20), rsa, pattern(20)), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(user->try_sign(CKM_RSA_PKCS, rsa, pattern(9)), CKR_DATA_INVALID);
    EXPECT_RV(user->try_sign(CKM_RSA_PKCS, rsa, sha1_info), CKR_DATA_INVALID);
    EXPECT_RV(user->try_sign(CKM_RSA_X_509, rsa, pattern(9)), CKR_MECHANISM_INVALID);
    user->sign(CKM_RSA_PKCS, rsa, sha256_info);
    BOOST_TEST(last_was_approved());

    const auto ec = user->create(ec_private(ec_numbers(Curve::P256)));
    EXPECT_RV(user->try_sign(CKM_ECDSA, ec, pattern(33)), CKR_DATA_LEN_RANGE);
    user->sign(CKM_ECDSA, ec, pattern(32));
    const auto aes = user->create(aes_key(pattern(32)).flag(CKA_WRAP, false).flag(CKA_UNWRAP, false));
    EXPECT_RV(user->try_encrypt(gcm(pattern(12)), aes, pattern(9)), CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(user->try_decrypt(gcm(pattern(12)), aes, pattern(40)), CKR_ENCRYPTED_DATA_INVALID);
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_approved_cannot_be_made_or_taken_in) {
    const auto generate = [&](const Bytes& parameters) {
        return user->try_generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, parameters),
                                       pair_private({1}));
    };
    EXPECT_RV(generate(ec_numbers(Curve::Secp256k1).parameters), CKR_CURVE_NOT_SUPPORTED);
    MUST(generate(ec_numbers(Curve::P384).parameters));
    EXPECT_RV(user->try_create(ec_private(ec_numbers(Curve::Secp256k1))), CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(user->try_create(generic_secret(pattern(13))), CKR_KEY_SIZE_RANGE);
    user->create(generic_secret(pattern(14)));
}

// PKCS#11's defaults allow a key everything.
BOOST_AUTO_TEST_CASE(a_key_may_not_wrap_and_decrypt) {
    const Template is_private = Template().flag(CKA_TOKEN, false);
    EXPECT_RV(user->try_generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, generated_rsa_public(), is_private),
              CKR_TEMPLATE_INCONSISTENT);
    MUST(user->try_generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                                 generated_rsa_public().flag(CKA_WRAP, false).flag(CKA_ENCRYPT, false),
                                 Template(is_private).flag(CKA_UNWRAP, false).flag(CKA_DECRYPT, false)));
    EXPECT_RV(user->try_create(aes_key(pattern(16))), CKR_TEMPLATE_INCONSISTENT);
}

// They need no login and no partition, and follow the slot's mode all the same.
BOOST_AUTO_TEST_CASE(public_keys_follow_the_mode) {
    const auto verify = [&](CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE type) {
        return user->try_verify(type, key, pattern(9), Bytes(64, 1));
    };
    const auto k1 = user->create(ec_public(ec_numbers(Curve::Secp256k1)));
    const auto p256 = user->create(ec_public(ec_numbers(Curve::P256)));
    EXPECT_RV(verify(k1, CKM_ECDSA_SHA256), CKR_CURVE_NOT_SUPPORTED);
    EXPECT_RV(verify(p256, CKM_ECDSA_SHA256), CKR_SIGNATURE_INVALID);
    EXPECT_RV(verify(p256, CKM_ECDSA), CKR_DATA_LEN_RANGE);
    const auto rsa = user->create(rsa_public());
    EXPECT_RV(user->try_encrypt(CKM_RSA_PKCS, rsa, pattern(9)), CKR_MECHANISM_INVALID);
    user->encrypt(oaep(CKM_SHA256, CKM_SHA256), rsa, pattern(9));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
