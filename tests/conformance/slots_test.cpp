// PKCS#11 2.40 section 5.5, slot and token management, without the PINs.
#include <algorithm>
#include <cstring>
#include <set>

#include "conformance/conformance_case.hpp"

KVP11_CASES

static constexpr CK_SLOT_ID no_such_slot = 0x7FFFFFF1;

static CK_UTF8CHAR_PTR utf8(const char* text) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text)); }

CONFORMANCE(slots, the_slot_list_obeys_the_two_call_rule) {
    CK_ULONG count = 0;
    MUST(subject.f()->C_GetSlotList(CK_FALSE, nullptr, &count));
    BOOST_REQUIRE(count >= 1);
    std::vector<CK_SLOT_ID> slots(count + 3);
    CK_ULONG room = count + 3;
    MUST(subject.f()->C_GetSlotList(CK_FALSE, slots.data(), &room));
    BOOST_TEST(room == count);
    BOOST_TEST(std::count(slots.begin(), slots.begin() + static_cast<long>(count), subject.slot()) == 1);
    room = 0;
    EXPECT_RV(subject.f()->C_GetSlotList(CK_FALSE, slots.data(), &room), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(room == count);
    EXPECT_RV(subject.f()->C_GetSlotList(CK_FALSE, nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(slots, slot_info_is_blank_padded_and_says_that_a_token_is_there) {
    CK_SLOT_INFO info;
    std::memset(&info, 0, sizeof info);
    MUST(subject.f()->C_GetSlotInfo(subject.slot(), &info));
    BOOST_TEST((info.flags & CKF_TOKEN_PRESENT) != 0u);
    BOOST_TEST(std::count(std::begin(info.slotDescription), std::end(info.slotDescription), 0) == 0);
    BOOST_TEST(std::count(std::begin(info.manufacturerID), std::end(info.manufacturerID), 0) == 0);
    EXPECT_RV(subject.f()->C_GetSlotInfo(subject.slot(), nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(slots, an_unknown_slot_is_refused_everywhere) {
    CK_SLOT_INFO slot_info{};
    CK_TOKEN_INFO token_info{};
    CK_MECHANISM_INFO mechanism_info{};
    CK_ULONG number = 0;
    std::string label = padded_label("nowhere");
    EXPECT_RV(subject.f()->C_GetSlotInfo(no_such_slot, &slot_info), CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_GetTokenInfo(no_such_slot, &token_info), CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_GetMechanismList(no_such_slot, nullptr, &number), CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_GetMechanismInfo(no_such_slot, CKM_SHA256, &mechanism_info), CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_OpenSession(no_such_slot, CKF_SERIAL_SESSION, nullptr, nullptr, &number),
              CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_CloseAllSessions(no_such_slot), CKR_SLOT_ID_INVALID);
    EXPECT_RV(subject.f()->C_InitToken(no_such_slot, utf8(so_pin), std::strlen(so_pin), utf8(label.c_str())),
              CKR_SLOT_ID_INVALID);
}

CONFORMANCE(slots, token_info_of_a_ready_token_says_so) {
    const CK_TOKEN_INFO info = subject.token_info();
    BOOST_TEST((info.flags & CKF_TOKEN_INITIALIZED) != 0u);
    BOOST_TEST((info.flags & CKF_USER_PIN_INITIALIZED) != 0u);
    BOOST_TEST((info.flags & CKF_LOGIN_REQUIRED) != 0u);
    BOOST_TEST((info.flags & CKF_RNG) != 0u);
    BOOST_TEST((info.flags & (CKF_USER_PIN_LOCKED | CKF_SO_PIN_LOCKED | CKF_WRITE_PROTECTED)) == 0u);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(info.label), 32) == padded_label(token_label));
    BOOST_TEST(std::count(std::begin(info.serialNumber), std::end(info.serialNumber), 0) == 0);
    BOOST_TEST(info.ulMinPinLen <= std::strlen(user_pin));
    BOOST_TEST(info.ulMaxPinLen >= 64u);
    EXPECT_RV(subject.f()->C_GetTokenInfo(subject.slot(), nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(slots, token_info_counts_sessions_or_says_it_cannot) {
    Session reading(subject, Login::None, Session::Access::ReadOnly);
    Session writing(subject, Login::None);
    const CK_TOKEN_INFO info = subject.token_info();
    if (info.ulSessionCount != CK_UNAVAILABLE_INFORMATION) BOOST_TEST(info.ulSessionCount == 2u);
    if (info.ulRwSessionCount != CK_UNAVAILABLE_INFORMATION) BOOST_TEST(info.ulRwSessionCount == 1u);
}

CONFORMANCE(slots, initialising_again_with_a_session_open_reports_session_exists) {
    Session session(subject, Login::None);
    std::string label = padded_label("again");
    EXPECT_RV(subject.f()->C_InitToken(subject.slot(), utf8(so_pin), std::strlen(so_pin), utf8(label.c_str())),
              CKR_SESSION_EXISTS);
}

CONFORMANCE(slots, initialising_again_wants_the_officers_pin, remote_lacks(Lack::Officer)) {
    std::string label = padded_label("again");
    EXPECT_RV(subject.f()->C_InitToken(subject.slot(), utf8("wrong-officer"), 13, utf8(label.c_str())),
              CKR_PIN_INCORRECT);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(subject.token_info().label), 32) == padded_label(token_label));
}

CONFORMANCE(slots, initialising_again_removes_objects_and_the_users_pin, remote_lacks(Lack::Officer)) {
    {
        Session session(subject);
        session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true));
        session.create(rsa_public().flag(CKA_TOKEN, true));
    }
    std::string label = padded_label(token_label);
    MUST(subject.f()->C_InitToken(subject.slot(), utf8(so_pin), std::strlen(so_pin), utf8(label.c_str())));
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_INITIALIZED) == 0u);
    Session session(subject, Login::None);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_USER_PIN_NOT_INITIALIZED);
    BOOST_TEST(session.find(Template()).empty());
    session.login(Login::Officer);
    MUST(subject.f()->C_InitPIN(session.handle(), utf8(user_pin), std::strlen(user_pin)));
    session.logout();
    session.login(Login::User);
    BOOST_TEST(session.find(Template()).empty());
}

CONFORMANCE(slots, initialising_checks_its_arguments) {
    std::string label = padded_label("x");
    EXPECT_RV(subject.f()->C_InitToken(subject.slot(), utf8(so_pin), std::strlen(so_pin), nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(subject.f()->C_InitToken(subject.slot(), nullptr, 8, utf8(label.c_str())), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(slots, the_mechanism_list_obeys_the_two_call_rule_and_repeats_nothing) {
    CK_ULONG count = 0;
    MUST(subject.f()->C_GetMechanismList(subject.slot(), nullptr, &count));
    std::vector<CK_MECHANISM_TYPE> list(count);
    CK_ULONG room = count - 1;
    EXPECT_RV(subject.f()->C_GetMechanismList(subject.slot(), list.data(), &room), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(room == count);
    MUST(subject.f()->C_GetMechanismList(subject.slot(), list.data(), &room));
    BOOST_TEST(room == count);
    const std::set<CK_MECHANISM_TYPE> distinct(list.begin(), list.end());
    BOOST_TEST(distinct.size() == count);
    for (CK_MECHANISM_TYPE type : list) {
        BOOST_TEST(subject.supports(type), ckm_name(type));
    }
    EXPECT_RV(subject.f()->C_GetMechanismList(subject.slot(), nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(slots, an_unknown_mechanism_is_refused) {
    CK_MECHANISM_INFO info{};
    EXPECT_RV(subject.f()->C_GetMechanismInfo(subject.slot(), 0x7FFFFFF1, &info), CKR_MECHANISM_INVALID);
    EXPECT_RV(subject.f()->C_GetMechanismInfo(subject.slot(), CKM_SHA256, nullptr), CKR_ARGUMENTS_BAD);
}

namespace {

struct WantedMechanism {
    CK_MECHANISM_TYPE type;
    CK_FLAGS flags;
    CK_ULONG smallest;  // at least this is offered; the unit is the mechanism's
    CK_ULONG largest;
};

constexpr CK_FLAGS sign_verify = CKF_SIGN | CKF_VERIFY;
constexpr CK_FLAGS cipher = CKF_ENCRYPT | CKF_DECRYPT;
constexpr CK_FLAGS wrapping = CKF_WRAP | CKF_UNWRAP;

constexpr WantedMechanism wanted_mechanisms[] = {
    {CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, 2048, 4096},
    {CKM_RSA_PKCS, sign_verify | cipher, 2048, 4096},
    {CKM_RSA_X_509, sign_verify | cipher, 2048, 4096},
    {CKM_RSA_PKCS_OAEP, cipher | wrapping, 2048, 4096},
    {CKM_SHA1_RSA_PKCS, sign_verify, 2048, 4096},
    {CKM_SHA224_RSA_PKCS, sign_verify, 2048, 4096},
    {CKM_SHA256_RSA_PKCS, sign_verify, 2048, 4096},
    {CKM_SHA384_RSA_PKCS, sign_verify, 2048, 4096},
    {CKM_SHA512_RSA_PKCS, sign_verify, 2048, 4096},
    {CKM_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_SHA1_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_SHA224_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_SHA256_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_SHA384_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_SHA512_RSA_PKCS_PSS, sign_verify, 2048, 4096},
    {CKM_EC_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR, 256, 521},
    {CKM_ECDSA, sign_verify, 256, 521},
    {CKM_ECDSA_SHA1, sign_verify, 256, 521},
    {CKM_ECDSA_SHA224, sign_verify, 256, 521},
    {CKM_ECDSA_SHA256, sign_verify, 256, 521},
    {CKM_ECDSA_SHA384, sign_verify, 256, 521},
    {CKM_ECDSA_SHA512, sign_verify, 256, 521},
    {CKM_ECDH1_DERIVE, CKF_DERIVE, 256, 521},
    {CKM_AES_KEY_GEN, CKF_GENERATE, 16, 32},
    {CKM_AES_ECB, cipher, 16, 32},
    {CKM_AES_CBC, cipher, 16, 32},
    {CKM_AES_CBC_PAD, cipher, 16, 32},
    {CKM_AES_CTR, cipher, 16, 32},
    {CKM_AES_GCM, cipher, 16, 32},
    {CKM_AES_CMAC, sign_verify, 16, 32},
    {CKM_AES_KEY_WRAP, wrapping, 16, 32},
    {CKM_AES_KEY_WRAP_PAD, wrapping, 16, 32},
    {CKM_AES_KEY_WRAP_KWP, wrapping, 16, 32},
    {CKM_RSA_AES_KEY_WRAP, wrapping, 2048, 4096},
    {CKM_GENERIC_SECRET_KEY_GEN, CKF_GENERATE, 16, 64},
    {CKM_SHA_1_HMAC, sign_verify, 16, 64},
    {CKM_SHA224_HMAC, sign_verify, 16, 64},
    {CKM_SHA256_HMAC, sign_verify, 16, 64},
    {CKM_SHA384_HMAC, sign_verify, 16, 64},
    {CKM_SHA512_HMAC, sign_verify, 16, 64},
    {CKM_SHA_1, CKF_DIGEST, 0, 0},
    {CKM_SHA224, CKF_DIGEST, 0, 0},
    {CKM_SHA256, CKF_DIGEST, 0, 0},
    {CKM_SHA384, CKF_DIGEST, 0, 0},
    {CKM_SHA512, CKF_DIGEST, 0, 0},
};

}  // namespace

CONFORMANCE(slots, every_promised_mechanism_is_there_with_its_flags_and_sizes,
            reference_defect("lacks some and adds to the caller's flags")) {
    for (const WantedMechanism& wanted : wanted_mechanisms) {
        BOOST_TEST_CONTEXT(ckm_name(wanted.type)) {
            CK_MECHANISM_INFO info;
            std::memset(&info, 0xFF, sizeof info);  // every field must be assigned
            EXPECT_RV(subject.f()->C_GetMechanismInfo(subject.slot(), wanted.type, &info), CKR_OK);
            BOOST_TEST((info.flags & wanted.flags) == wanted.flags);
            BOOST_TEST((info.flags & 0x80000000u) == 0u, "flags not assigned");
            if (wanted.largest != 0) {
                BOOST_TEST(info.ulMinKeySize <= wanted.smallest);
                BOOST_TEST(info.ulMaxKeySize >= wanted.largest);
                BOOST_TEST(info.ulMaxKeySize != CK_UNAVAILABLE_INFORMATION);
            }
        }
    }
}

CONFORMANCE(slots, slot_ids_stay_the_same_after_initialising_again,
            reference_defect("moves a token to the slot of its serial number")) {
    const CK_SLOT_ID before = subject.slot();
    subject.restart();
    BOOST_TEST(subject.slot() == before);
    BOOST_TEST(subject.slot() <= 0x7FFFFFFFu);
}

KVP11_CASES_END
