// What a broken or hostile caller may do: NULL pointers, wrong lengths, malformed parameters, template
// counts out of this world. Each has its code, and nothing crashes.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

constexpr CK_SESSION_HANDLE no_session = 0x7FFFFFF1;

/// A parameter structure that is cut short by a byte.
Mechanism cut(Mechanism mechanism) {
    mechanism.get()->ulParameterLen -= 1;
    return mechanism;
}

/// A mechanism whose parameter pointer is NULL while its length is not.
Mechanism without_pointer(Mechanism mechanism) {
    mechanism.get()->pParameter = nullptr;
    return mechanism;
}

void expect_bad_parameter(CK_RV code) { EXPECT_RV_IN(code, CKR_MECHANISM_PARAM_INVALID, CKR_ARGUMENTS_BAD); }

}  // namespace

CONFORMANCE(misuse, an_unknown_session_is_refused_by_every_function) {
    const CK_FUNCTION_LIST* f = subject.f();
    const CK_RV wanted = CKR_SESSION_HANDLE_INVALID;
    Mechanism mechanism = CKM_SHA256;
    Template object = aes_key(pattern(16));
    CK_BYTE bytes[64] = {};
    CK_ULONG size = 64;
    CK_OBJECT_HANDLE made = 0;
    CK_SESSION_INFO info{};
    EXPECT_RV(f->C_GetSessionInfo(no_session, &info), wanted);
    EXPECT_RV(f->C_CloseSession(no_session), wanted);
    EXPECT_RV(f->C_InitPIN(no_session, bytes, 8), wanted);
    EXPECT_RV(f->C_SetPIN(no_session, bytes, 8, bytes, 8), wanted);
    EXPECT_RV(f->C_Login(no_session, CKU_USER, bytes, 8), wanted);
    EXPECT_RV(f->C_Logout(no_session), wanted);
    EXPECT_RV(f->C_CreateObject(no_session, object.data(), object.size(), &made), wanted);
    EXPECT_RV(f->C_CopyObject(no_session, 1, object.data(), object.size(), &made), wanted);
    EXPECT_RV(f->C_DestroyObject(no_session, 1), wanted);
    EXPECT_RV(f->C_GetObjectSize(no_session, 1, &size), wanted);
    EXPECT_RV(f->C_GetAttributeValue(no_session, 1, object.data(), object.size()), wanted);
    EXPECT_RV(f->C_SetAttributeValue(no_session, 1, object.data(), object.size()), wanted);
    EXPECT_RV(f->C_FindObjectsInit(no_session, object.data(), object.size()), wanted);
    EXPECT_RV(f->C_FindObjects(no_session, &made, 1, &size), wanted);
    EXPECT_RV(f->C_FindObjectsFinal(no_session), wanted);
    EXPECT_RV(f->C_EncryptInit(no_session, mechanism.get(), 1), wanted);
    EXPECT_RV(f->C_Encrypt(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_EncryptUpdate(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_EncryptFinal(no_session, bytes, &size), wanted);
    EXPECT_RV(f->C_DecryptInit(no_session, mechanism.get(), 1), wanted);
    EXPECT_RV(f->C_Decrypt(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_DecryptUpdate(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_DecryptFinal(no_session, bytes, &size), wanted);
    EXPECT_RV(f->C_DigestInit(no_session, mechanism.get()), wanted);
    EXPECT_RV(f->C_Digest(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_DigestUpdate(no_session, bytes, 16), wanted);
    EXPECT_RV(f->C_DigestFinal(no_session, bytes, &size), wanted);
    EXPECT_RV(f->C_SignInit(no_session, mechanism.get(), 1), wanted);
    EXPECT_RV(f->C_Sign(no_session, bytes, 16, bytes, &size), wanted);
    EXPECT_RV(f->C_SignUpdate(no_session, bytes, 16), wanted);
    EXPECT_RV(f->C_SignFinal(no_session, bytes, &size), wanted);
    EXPECT_RV(f->C_VerifyInit(no_session, mechanism.get(), 1), wanted);
    EXPECT_RV(f->C_Verify(no_session, bytes, 16, bytes, 16), wanted);
    EXPECT_RV(f->C_VerifyUpdate(no_session, bytes, 16), wanted);
    EXPECT_RV(f->C_VerifyFinal(no_session, bytes, 16), wanted);
    EXPECT_RV(f->C_GenerateKey(no_session, mechanism.get(), object.data(), object.size(), &made), wanted);
    EXPECT_RV(f->C_GenerateKeyPair(no_session, mechanism.get(), object.data(), object.size(), object.data(),
                                   object.size(), &made, &made),
              wanted);
    EXPECT_RV(f->C_WrapKey(no_session, mechanism.get(), 1, 1, bytes, &size), wanted);
    EXPECT_RV(f->C_UnwrapKey(no_session, mechanism.get(), 1, bytes, 16, object.data(), object.size(), &made), wanted);
    EXPECT_RV(f->C_DeriveKey(no_session, mechanism.get(), 1, object.data(), object.size(), &made), wanted);
    EXPECT_RV(f->C_SeedRandom(no_session, bytes, 16), wanted);
    EXPECT_RV(f->C_GenerateRandom(no_session, bytes, 16), wanted);
}

CONFORMANCE(misuse, null_data_is_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE secret = session.create(generic_secret(pattern(32)));
    CK_BYTE out[64];
    CK_ULONG size = sizeof out;
    const CK_FUNCTION_LIST* f = session.f();
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    EXPECT_RV(f->C_Digest(session.handle(), nullptr, 16, out, &size), CKR_ARGUMENTS_BAD);
    Session second(subject);
    MUST(f->C_SignInit(second.handle(), Mechanism(CKM_SHA256_HMAC).get(), secret));
    EXPECT_RV(f->C_Sign(second.handle(), nullptr, 16, out, &size), CKR_ARGUMENTS_BAD);
    Session third(subject);
    MUST(f->C_EncryptInit(third.handle(), Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_Encrypt(third.handle(), nullptr, 16, out, &size), CKR_ARGUMENTS_BAD);
    Session sixth(subject);
    MUST(f->C_DecryptInit(sixth.handle(), Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(f->C_Decrypt(sixth.handle(), nullptr, 16, out, &size), CKR_ARGUMENTS_BAD);
    Session fourth(subject);
    MUST(f->C_VerifyInit(fourth.handle(), Mechanism(CKM_SHA256_HMAC).get(), secret));
    EXPECT_RV(f->C_Verify(fourth.handle(), nullptr, 16, out, 32), CKR_ARGUMENTS_BAD);
    Session fifth(subject);
    MUST(f->C_VerifyInit(fifth.handle(), Mechanism(CKM_SHA256_HMAC).get(), secret));
    EXPECT_RV(f->C_Verify(fifth.handle(), out, 16, nullptr, 32), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(misuse, null_places_for_keys_are_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    Template into = aes_key({}).without(CKA_VALUE);
    Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, aes, aes);
    Mechanism kw = CKM_AES_KEY_WRAP;
    Mechanism agreement = ecdh(ec_numbers(Curve::P256).point);
    CK_OBJECT_HANDLE made = 0;
    const CK_FUNCTION_LIST* f = session.f();
    const CK_SESSION_HANDLE handle = session.handle();
    const auto size = length(wrapped);
    EXPECT_RV(f->C_UnwrapKey(handle, kw.get(), aes, wrapped.data(), size, into.data(), into.size(), nullptr),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_UnwrapKey(handle, kw.get(), aes, nullptr, size, into.data(), into.size(), &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_UnwrapKey(handle, kw.get(), aes, wrapped.data(), size, nullptr, 3, &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_UnwrapKey(handle, nullptr, aes, wrapped.data(), size, into.data(), into.size(), &made),
              CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_DeriveKey(handle, nullptr, ec, into.data(), into.size(), &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_DeriveKey(handle, agreement.get(), ec, nullptr, 3, &made), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_CopyObject(handle, aes, into.data(), 1, nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(misuse, derive_without_a_place_for_the_key_is_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32);
    Mechanism agreement = ecdh(ec_numbers(Curve::P256).point);
    EXPECT_RV(session.f()->C_DeriveKey(session.handle(), agreement.get(), ec, into.data(), into.size(), nullptr),
              CKR_ARGUMENTS_BAD);
}

CONFORMANCE(misuse, parameters_of_wrong_length_are_refused, reference_defect("answers other codes")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    const Template into = generic_secret({}).without(CKA_VALUE).set(CKA_VALUE_LEN, 32);
    for (Mechanism (*spoil)(Mechanism) : {&cut, &without_pointer}) {
        expect_bad_parameter(session.try_encrypt(spoil(gcm(pattern(12))), aes, pattern(16)));
        expect_bad_parameter(session.try_encrypt(spoil(ctr(pattern(16))), aes, pattern(16)));
        expect_bad_parameter(session.try_encrypt(spoil(Mechanism(CKM_AES_CBC, pattern(16))), aes, pattern(16)));
        expect_bad_parameter(session.try_encrypt(spoil(Mechanism(CKM_AES_CBC_PAD, pattern(16))), aes, pattern(16)));
        expect_bad_parameter(session.try_encrypt(spoil(oaep(CKM_SHA_1, CKM_SHA_1)), rsa_open, pattern(16)));
        expect_bad_parameter(session.try_decrypt(spoil(oaep(CKM_SHA_1, CKM_SHA_1)), rsa, pattern(256)));
        expect_bad_parameter(session.try_sign(spoil(pss(CKM_RSA_PKCS_PSS, CKM_SHA256, 32)), rsa, pattern(32)));
        expect_bad_parameter(session.try_sign(spoil(pss(CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, 32)), rsa, pattern(9)));
        expect_bad_parameter(session.try_wrap(spoil(oaep(CKM_SHA_1, CKM_SHA_1)), rsa_open, aes));
        expect_bad_parameter(session.try_wrap(spoil(rsa_aes_key_wrap(256, CKM_SHA256)), rsa_open, aes));
        expect_bad_parameter(session.try_derive(spoil(ecdh(ec_numbers(Curve::P256).point)), ec, into));
    }
}

CONFORMANCE(misuse, missing_parameters_are_refused, reference_defect("answers other codes")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    for (CK_MECHANISM_TYPE type : {CKM_AES_CBC, CKM_AES_CBC_PAD, CKM_AES_CTR, CKM_AES_GCM}) {
        expect_bad_parameter(session.try_encrypt(type, aes, pattern(16)));
        expect_bad_parameter(session.try_decrypt(type, aes, pattern(16)));
    }
    expect_bad_parameter(session.try_encrypt(CKM_RSA_PKCS_OAEP, rsa_open, pattern(16)));
    expect_bad_parameter(session.try_sign(CKM_RSA_PKCS_PSS, rsa, pattern(32)));
    expect_bad_parameter(session.try_sign(CKM_SHA256_RSA_PKCS_PSS, rsa, pattern(32)));
    expect_bad_parameter(session.try_wrap(CKM_RSA_AES_KEY_WRAP, rsa_open, aes));
}

CONFORMANCE(misuse, parameters_where_none_belongs_are_refused, reference_defect("ignores them")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const Bytes stray = pattern(7);
    expect_bad_parameter(session.try_encrypt(Mechanism(CKM_AES_ECB, stray), aes, pattern(16)));
    expect_bad_parameter(session.try_sign(Mechanism(CKM_SHA256_RSA_PKCS, stray), rsa, pattern(16)));
    Mechanism digest(CKM_SHA256, stray);
    expect_bad_parameter(session.f()->C_DigestInit(session.handle(), digest.get()));
}

CONFORMANCE(misuse, parameters_with_pointers_to_nowhere_are_refused, reference_defect("crashes on a NULL IV")) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    Bytes iv = pattern(12);
    const auto gcm_of = [](CK_BYTE_PTR iv_at, CK_ULONG iv_size, CK_BYTE_PTR aad, CK_ULONG aad_size, CK_ULONG bits) {
        return Mechanism::with(CKM_AES_GCM, CK_GCM_PARAMS{iv_at, iv_size, 8 * iv_size, aad, aad_size, bits});
    };
    expect_bad_parameter(session.try_encrypt(gcm_of(nullptr, 12, nullptr, 0, 128), aes, pattern(16)));
    expect_bad_parameter(session.try_encrypt(gcm_of(iv.data(), 12, nullptr, 16, 128), aes, pattern(16)));
    expect_bad_parameter(session.try_encrypt(gcm_of(iv.data(), 0, nullptr, 0, 128), aes, pattern(16)));
    for (CK_ULONG bits : {1ul, 127ul, 129ul, 0x7FFFFFFFul, ~0ul}) {
        expect_bad_parameter(session.try_encrypt(gcm_of(iv.data(), 12, nullptr, 0, bits), aes, pattern(16)));
    }
    const auto label_of = [](CK_VOID_PTR label, CK_ULONG size, CK_ULONG source) {
        return Mechanism::with(CKM_RSA_PKCS_OAEP,
                               CK_RSA_PKCS_OAEP_PARAMS{CKM_SHA256, CKG_MGF1_SHA256, source, label, size});
    };
    expect_bad_parameter(session.try_encrypt(label_of(nullptr, 16, CKZ_DATA_SPECIFIED), rsa_open, pattern(16)));
    expect_bad_parameter(session.try_encrypt(label_of(nullptr, 0, 77), rsa_open, pattern(16)));
    expect_bad_parameter(session.try_wrap(
        Mechanism::with(CKM_RSA_AES_KEY_WRAP, CK_RSA_AES_KEY_WRAP_PARAMS{256, nullptr}), rsa_open, aes));
    CK_RSA_PKCS_OAEP_PARAMS inner{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0};
    for (CK_ULONG bits : {0ul, 64ul, 255ul, 512ul}) {
        expect_bad_parameter(session.try_wrap(
            Mechanism::with(CKM_RSA_AES_KEY_WRAP, CK_RSA_AES_KEY_WRAP_PARAMS{bits, &inner}), rsa_open, aes));
    }
}

CONFORMANCE(misuse, digests_and_salts_that_do_not_fit_are_refused, reference_defect("answers other codes")) {
    Session session(subject);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    const CK_OBJECT_HANDLE rsa_open = session.create(rsa_public());
    const auto pss_of = [](CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE digest, CK_ULONG mgf, CK_ULONG salt) {
        return Mechanism::with(type, CK_RSA_PKCS_PSS_PARAMS{digest, mgf, salt});
    };
    expect_bad_parameter(
        session.try_sign(pss_of(CKM_SHA256_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512, 32), rsa, pattern(32)));
    expect_bad_parameter(session.try_sign(pss_of(CKM_RSA_PKCS_PSS, 0x7FFFFFF1, CKG_MGF1_SHA256, 32), rsa, pattern(32)));
    expect_bad_parameter(session.try_sign(pss_of(CKM_RSA_PKCS_PSS, CKM_SHA256, 99, 32), rsa, pattern(32)));
    for (CK_ULONG salt : {223ul, 100000ul, ~0ul}) {
        EXPECT_RV_IN(session.try_sign(pss_of(CKM_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256, salt), rsa, pattern(32)),
                     CKR_MECHANISM_PARAM_INVALID, CKR_KEY_SIZE_RANGE);
    }
    const auto oaep_of = [](CK_MECHANISM_TYPE digest, CK_ULONG mgf) {
        return Mechanism::with(CKM_RSA_PKCS_OAEP, CK_RSA_PKCS_OAEP_PARAMS{digest, mgf, CKZ_DATA_SPECIFIED, nullptr, 0});
    };
    expect_bad_parameter(session.try_encrypt(oaep_of(0x7FFFFFF1, CKG_MGF1_SHA256), rsa_open, pattern(16)));
    expect_bad_parameter(session.try_encrypt(oaep_of(CKM_SHA256, 99), rsa_open, pattern(16)));
}

CONFORMANCE(misuse, counter_bits_out_of_range_are_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    for (CK_ULONG bits : {0ul, 129ul, 0x7FFFFFFFul}) {
        expect_bad_parameter(session.try_encrypt(ctr(pattern(16), bits), aes, pattern(16)));
    }
}

CONFORMANCE(misuse, a_counter_is_not_used_beyond_its_bits) {
    Session session(subject);
    const CK_OBJECT_HANDLE aes = session.create(aes_key(pattern(16)));
    Bytes start(16, 0);
    start[15] = 1;
    // Two counter bits that begin with 1 are good for three blocks.
    EXPECT_RV(session.try_encrypt(ctr(start, 2), aes, pattern(48)), CKR_OK);
    EXPECT_RV(session.try_encrypt(ctr(start, 2), aes, pattern(49)), CKR_DATA_LEN_RANGE);
}

CONFORMANCE(misuse, huge_template_counts_do_not_crash, reference_defect("crashes")) {
    Session session(subject);
    Template object = aes_key(pattern(16));
    CK_OBJECT_HANDLE made = 0;
    const CK_FUNCTION_LIST* f = session.f();
    const CK_SESSION_HANDLE handle = session.handle();
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    Mechanism generation = CKM_AES_KEY_GEN;
    for (CK_ULONG count : {~0ul, ~0ul / sizeof(CK_ATTRIBUTE) + 2, 0x100000000ul}) {
        const std::vector<CK_RV> wanted{CKR_ARGUMENTS_BAD, CKR_TEMPLATE_INCONSISTENT, CKR_HOST_MEMORY};
        BOOST_CHECK(rv_is_one_of(f->C_CreateObject(handle, object.data(), count, &made), wanted));
        BOOST_CHECK(rv_is_one_of(f->C_CopyObject(handle, key, object.data(), count, &made), wanted));
        BOOST_CHECK(rv_is_one_of(f->C_FindObjectsInit(handle, object.data(), count), wanted));
        BOOST_CHECK(rv_is_one_of(f->C_SetAttributeValue(handle, key, object.data(), count), wanted));
        BOOST_CHECK(rv_is_one_of(f->C_GetAttributeValue(handle, key, object.data(), count), wanted));
        BOOST_CHECK(rv_is_one_of(f->C_GenerateKey(handle, generation.get(), object.data(), count, &made), wanted));
    }
}

CONFORMANCE(misuse, nested_templates_that_lie_about_their_size_do_not_crash, reference_defect("believes them")) {
    Session session(subject);
    CK_ATTRIBUTE inner{CKA_SENSITIVE, nullptr, 1};
    Template lying = aes_key(pattern(32));
    const auto* first = reinterpret_cast<const CK_BYTE*>(&inner);
    EXPECT_RV_IN(session.try_create(Template(lying).bytes(CKA_UNWRAP_TEMPLATE, Bytes(first, first + 23))),
                 CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT, CKR_ARGUMENTS_BAD);
    EXPECT_RV_IN(session.try_create(Template(lying).bytes(CKA_UNWRAP_TEMPLATE, Bytes(first, first + sizeof inner))),
                 CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT, CKR_ARGUMENTS_BAD);
}

CONFORMANCE(misuse, attribute_lengths_out_of_this_world_do_not_crash,
            reference_defect("crashes or runs out of memory")) {
    Session session(subject);
    CK_OBJECT_CLASS object_class = CKO_DATA;
    CK_BYTE value = 1;
    CK_OBJECT_HANDLE made = 0;
    for (CK_ULONG size : {~0ul, ~0ul / 2 + 1}) {
        CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &object_class, sizeof object_class}, {CKA_VALUE, &value, size}};
        EXPECT_RV_IN(session.f()->C_CreateObject(session.handle(), attributes, 2, &made), CKR_ATTRIBUTE_VALUE_INVALID,
                     CKR_HOST_MEMORY, CKR_ARGUMENTS_BAD, CKR_TEMPLATE_INCONSISTENT);
        CK_ATTRIBUTE label{CKA_LABEL, &value, size};
        EXPECT_RV_IN(session.f()->C_FindObjectsInit(session.handle(), &label, 1), CKR_ATTRIBUTE_VALUE_INVALID,
                     CKR_HOST_MEMORY, CKR_ARGUMENTS_BAD, CKR_TEMPLATE_INCONSISTENT);
    }
}

CONFORMANCE(misuse, functions_of_two_operations_want_both) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    CK_BYTE bytes[64] = {};
    CK_ULONG size = 64;
    const std::vector<CK_RV> wanted{CKR_OPERATION_NOT_INITIALIZED, CKR_SAVED_STATE_INVALID, CKR_FUNCTION_NOT_SUPPORTED};
    BOOST_CHECK(rv_is_one_of(f->C_GetOperationState(session.handle(), nullptr, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_SetOperationState(session.handle(), bytes, 8, 0, 0), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_DigestEncryptUpdate(session.handle(), bytes, 8, bytes, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_DecryptDigestUpdate(session.handle(), bytes, 8, bytes, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_SignEncryptUpdate(session.handle(), bytes, 8, bytes, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_DecryptVerifyUpdate(session.handle(), bytes, 8, bytes, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_SignRecover(session.handle(), bytes, 8, bytes, &size), wanted));
    BOOST_CHECK(rv_is_one_of(f->C_VerifyRecover(session.handle(), bytes, 8, bytes, &size), wanted));
}

KVP11_CASES_END
