// How operations begin: the mechanism, the parameter and the key that each Init refuses, and with which code.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

using List = CK_FUNCTION_LIST_3_2;
using Init = CK_RV (*List::*)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE);

Template aes() { return aes_key(pattern(16)); }
Template secret() { return generic_secret(pattern(32)); }
Template open_half() { return rsa_public().flag(CKA_VERIFY_RECOVER, true); }
Template private_half() { return rsa_private().flag(CKA_SIGN_RECOVER, true); }

/// C_VerifySignatureInit stands without its member: it takes a signature, too.
constexpr Init with_signature = nullptr;

struct Start {
    const char* name;
    Init init;
    CK_MECHANISM_TYPE mechanism;
    CK_MECHANISM_TYPE other;  // that cannot begin so
    Template (*key)();
    CK_ATTRIBUTE_TYPE usage;
    bool judges_parameter = true;
};

const Start starts[] = {
    {"C_EncryptInit", &List::C_EncryptInit, CKM_AES_ECB, CKM_SHA256, aes, CKA_ENCRYPT},
    {"C_DecryptInit", &List::C_DecryptInit, CKM_AES_ECB, CKM_SHA256, aes, CKA_DECRYPT},
    {"C_SignInit", &List::C_SignInit, CKM_SHA256_HMAC, CKM_AES_KEY_WRAP, secret, CKA_SIGN},
    {"C_VerifyInit", &List::C_VerifyInit, CKM_SHA256_HMAC, CKM_AES_KEY_WRAP, secret, CKA_VERIFY},
    {"C_SignRecoverInit", &List::C_SignRecoverInit, CKM_RSA_PKCS, CKM_RSA_PKCS_OAEP, private_half, CKA_SIGN_RECOVER},
    {"C_VerifyRecoverInit", &List::C_VerifyRecoverInit, CKM_RSA_PKCS, CKM_SHA256_RSA_PKCS, open_half,
     CKA_VERIFY_RECOVER},
    {"C_VerifySignatureInit", with_signature, CKM_SHA256_HMAC, CKM_AES_KEY_WRAP, secret, CKA_VERIFY},
    {"C_MessageEncryptInit", &List::C_MessageEncryptInit, CKM_AES_GCM, CKM_AES_ECB, aes, CKA_ENCRYPT, false},
    {"C_MessageDecryptInit", &List::C_MessageDecryptInit, CKM_AES_GCM, CKM_AES_ECB, aes, CKA_DECRYPT, false},
    {"C_MessageSignInit", &List::C_MessageSignInit, CKM_SHA256_HMAC, CKM_AES_KEY_WRAP, secret, CKA_SIGN},
    {"C_MessageVerifyInit", &List::C_MessageVerifyInit, CKM_SHA256_HMAC, CKM_AES_KEY_WRAP, secret, CKA_VERIFY},
};

CK_RV start_anew(Desk& desk, Init init, Mechanism mechanism, CK_OBJECT_HANDLE key, Bytes signature) {
    desk.right();
    if (init != with_signature) return (desk.f->*init)(desk.session, mechanism.get(), key);
    return desk.f->C_VerifySignatureInit(desk.session, mechanism.get(), key, signature.data(), length(signature));
}

CK_RV start_anew(Desk& desk, const Start& row, Mechanism mechanism, CK_OBJECT_HANDLE key) {
    return start_anew(desk, row.init, std::move(mechanism), key, desk.mac);
}

CK_OBJECT_HANDLE create(const Desk& desk, Template object) {
    CK_OBJECT_HANDLE made = 0;
    MUST(desk.f->C_CreateObject(desk.home, object.data(), object.size(), &made));
    return made;
}

/// 768 bits, made once with OpenSSL: it guards nothing.
const RsaNumbers& short_numbers() {
    static const RsaNumbers numbers{
        from_hex(
            "a505cfaf24cb52997b634edd1822957f07aa309e1080dc455aada60e670ae3b46d3ac80abf56852ab21161791db7c09eeb73e3"
            "78ccf8a3ee9fea5074513c4aa2fc14ab910ebbcc344306f1c78fc847e0ef9841877f221e8c6e95d363ca75f50b"),
        from_hex("010001"),
        from_hex(
            "79d57584a85498720a3fc25cc751d92f84f82896ba3678e9974df6f851291ffdf85ada8fdcbdc2e947b83f4f8d1a39d1ab205d"
            "38d7082c8387893368437d19c540928ecce073218850285c72412100d3665b08d7a171028844193628175bc881"),
        from_hex("cf33f8cf1d4e8b44cdb0f9200e002af72c810b62072cc1358d83f9496d7228b96740157b69e777fee7a1848808ca0d4b"),
        from_hex("cbe2d65daa4e0007d04e08bc587f3e1e4dd43b1aa88358498ce6814e860abf71fd8bc9fb7264a24d83baca1395559f41"),
        from_hex("2bdba45eb2a55d7542d4a2e6d60fd3085eb331e59dff2b265abe0496364463ba5ad085bb89bf24f71fb0608d2acf19e1"),
        from_hex("05e206b36f2d8efcaabb05af81923255a7833f2d56bd6b77bbd40ed9182f09351dcec1c63a97c2c31fd0ecf1c1b655c1"),
        from_hex("7200c387fd9316201f351e8e6aef4c11ff85d3e96d9be736504811553464d1615c5a77078393fba0fd6876ba1f1e135c"),
    };
    return numbers;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(operations, Desk)

BOOST_AUTO_TEST_CASE(mechanisms_that_do_something_else_are_invalid) {
    for (const Start& row : starts) {
        BOOST_TEST_CONTEXT(row.name) {
            const CK_OBJECT_HANDLE key = create(*this, row.key());
            EXPECT_RV(start_anew(*this, row, 0x7FFFFFF1, key), CKR_MECHANISM_INVALID);
            EXPECT_RV(start_anew(*this, row, row.other, key), CKR_MECHANISM_INVALID);
            // A key may allow fewer than there are.
            const CK_MECHANISM_TYPE allowed = CKM_AES_CBC;
            const auto* first = reinterpret_cast<const CK_BYTE*>(&allowed);
            const CK_OBJECT_HANDLE bound =
                create(*this, row.key().bytes(CKA_ALLOWED_MECHANISMS, Bytes(first, first + sizeof allowed)));
            EXPECT_RV(start_anew(*this, row, row.mechanism, bound), CKR_MECHANISM_INVALID);
            EXPECT_RV(start_anew(*this, row, row.mechanism, key), CKR_OK);
        }
    }
    right();
    EXPECT_RV(f->C_DigestInit(session, Mechanism(0x7FFFFFF1).get()), CKR_MECHANISM_INVALID);
    EXPECT_RV(f->C_DigestInit(session, Mechanism(CKM_AES_ECB).get()), CKR_MECHANISM_INVALID);
}

BOOST_AUTO_TEST_CASE(parameters_that_a_mechanism_has_not_are_invalid) {
    for (const Start& row : starts) {
        BOOST_TEST_CONTEXT(row.name) {
            const CK_OBJECT_HANDLE key = create(*this, row.key());
            EXPECT_RV(start_anew(*this, row, Mechanism(row.mechanism, Bytes(5)), key),
                      row.judges_parameter ? CKR_MECHANISM_PARAM_INVALID : CKR_OK);
            Mechanism nowhere = row.mechanism;
            nowhere.get()->ulParameterLen = 5;
            EXPECT_RV(start_anew(*this, row, nowhere, key), CKR_ARGUMENTS_BAD);
        }
    }
    right();
    EXPECT_RV(f->C_DigestInit(session, Mechanism(CKM_SHA256, Bytes(5)).get()), CKR_MECHANISM_PARAM_INVALID);
}

BOOST_AUTO_TEST_CASE(keys_that_are_none_or_of_another_type_are_refused) {
    Template data = Template().set(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, false);
    const CK_OBJECT_HANDLE no_key = create(*this, data);
    for (const Start& row : starts) {
        BOOST_TEST_CONTEXT(row.name) {
            for (const CK_OBJECT_HANDLE none : {CK_OBJECT_HANDLE{0}, CK_OBJECT_HANDLE{0x7FFFFFF1}, no_key})
                EXPECT_RV(start_anew(*this, row, row.mechanism, none), CKR_KEY_HANDLE_INVALID);
            EXPECT_RV(start_anew(*this, row, row.mechanism, ec_private), CKR_KEY_TYPE_INCONSISTENT);
        }
    }
}

BOOST_AUTO_TEST_CASE(keys_are_used_for_what_they_are_for) {
    for (const Start& row : starts) {
        BOOST_TEST_CONTEXT(row.name) {
            // That a key is of the wrong type comes first (5.1.6): ec_private may do as little, in the case above.
            const CK_OBJECT_HANDLE idle = create(*this, row.key().flag(row.usage, false));
            EXPECT_RV(start_anew(*this, row, row.mechanism, idle), CKR_KEY_FUNCTION_NOT_PERMITTED);
        }
    }
}

BOOST_AUTO_TEST_CASE(keys_of_a_size_that_no_mechanism_takes_are_refused) {
    const CK_OBJECT_HANDLE open = create(*this, test::rsa_public(short_numbers()).flag(CKA_VERIFY_RECOVER, true));
    const CK_OBJECT_HANDLE closed = create(*this, test::rsa_private(short_numbers()).flag(CKA_SIGN_RECOVER, true));
    const std::pair<Init, CK_OBJECT_HANDLE> rows[] = {
        {&List::C_EncryptInit, open},       {&List::C_DecryptInit, closed},     {&List::C_SignInit, closed},
        {&List::C_VerifyInit, open},        {&List::C_SignRecoverInit, closed}, {&List::C_VerifyRecoverInit, open},
        {&List::C_MessageSignInit, closed}, {&List::C_MessageVerifyInit, open}, {with_signature, open},
    };
    for (const auto& [init, key] : rows)
        EXPECT_RV(start_anew(*this, init, CKM_RSA_PKCS, key, Bytes(96)), CKR_KEY_SIZE_RANGE);
}

BOOST_AUTO_TEST_CASE(states_are_of_digests_without_keys) {
    right();
    MUST(f->C_SignInit(session, Mechanism(CKM_SHA256_HMAC).get(), secret));
    EXPECT_RV(f->C_GetOperationState(session, out.data(), &size), CKR_STATE_UNSAVEABLE);
    right();
    MUST(f->C_DigestInit(session, Mechanism(CKM_SHA256).get()));
    MUST(f->C_DigestKey(session, secret));
    EXPECT_RV(f->C_GetOperationState(session, out.data(), &size), CKR_STATE_UNSAVEABLE);
    const auto restore = [&](Bytes kept, CK_OBJECT_HANDLE cipher_key, CK_OBJECT_HANDLE signing_key) {
        right();
        return f->C_SetOperationState(session, kept.data(), length(kept), cipher_key, signing_key);
    };
    EXPECT_RV(restore(state, aes, 0), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(restore(state, 0, secret), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(restore(Bytes(state.begin(), state.end() - 1), 0, 0), CKR_SAVED_STATE_INVALID);
    Bytes changed = state;
    changed[0] ^= 1U;
    EXPECT_RV(restore(changed, 0, 0), CKR_SAVED_STATE_INVALID);
    EXPECT_RV(f->C_DigestFinal(session, out.data(), &size), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(restore(state, 0, 0), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
