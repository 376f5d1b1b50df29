// PKCS#11 2.40 sections 5.5 and 5.6: C_InitPIN, C_SetPIN and what C_Login says to wrong PINs.
#include <cstring>

#include "conformance/conformance_case.hpp"

KVP11_CASES

static CK_UTF8CHAR_PTR utf8(const char* text) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text)); }

static CK_RV init_pin(Session& session, const char* pin) {
    return session.f()->C_InitPIN(session.handle(), utf8(pin), std::strlen(pin));
}

static CK_RV set_pin(Session& session, const char* old_pin, const char* new_pin) {
    return session.f()->C_SetPIN(session.handle(), utf8(old_pin), std::strlen(old_pin), utf8(new_pin),
                                 std::strlen(new_pin));
}

CONFORMANCE(pins, only_the_officer_sets_the_users_first_pin, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    EXPECT_RV(init_pin(session, "another-1"), CKR_USER_NOT_LOGGED_IN);
    session.login(Login::User);
    EXPECT_RV(init_pin(session, "another-1"), CKR_USER_NOT_LOGGED_IN);
    session.logout();
    session.login(Login::Officer);
    EXPECT_RV(init_pin(session, "another-1"), CKR_OK);
    session.logout();
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_USER, "another-1"), CKR_OK);
}

CONFORMANCE(pins, a_new_users_pin_keeps_the_private_objects, remote_lacks(Lack::Officer)) {
    const Bytes value = pattern(32);
    {
        Session session(subject);
        session.create(aes_key(value).flag(CKA_TOKEN, true).text(CKA_LABEL, "kept"));
        session.logout();
        session.login(Login::Officer);
        MUST(init_pin(session, "another-2"));
    }
    Session session(subject, Login::None);
    MUST(session.try_login(CKU_USER, "another-2"));
    const auto found = session.find(Template().text(CKA_LABEL, "kept"));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(to_hex(session.attribute(found[0], CKA_VALUE)) == to_hex(value));
}

CONFORMANCE(pins, the_user_changes_his_pin, remote_lacks(Lack::Officer)) {
    Session session(subject);
    session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true).text(CKA_LABEL, "kept"));
    EXPECT_RV(set_pin(session, "not-the-pin", "another-3"), CKR_PIN_INCORRECT);
    EXPECT_RV(set_pin(session, user_pin, "another-3"), CKR_OK);
    session.logout();
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_USER, "another-3"), CKR_OK);
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "kept")).size() == 1u);
}

CONFORMANCE(pins, the_officer_changes_his_pin, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::Officer);
    EXPECT_RV(set_pin(session, user_pin, "officer-2"), CKR_PIN_INCORRECT);
    EXPECT_RV(set_pin(session, so_pin, "officer-2"), CKR_OK);
    session.logout();
    EXPECT_RV(session.try_login(CKU_SO, so_pin), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_SO, "officer-2"), CKR_OK);
}

CONFORMANCE(pins, without_a_login_set_pin_changes_the_users_pin, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    EXPECT_RV(set_pin(session, so_pin, "another-4"), CKR_PIN_INCORRECT);
    EXPECT_RV(set_pin(session, user_pin, "another-4"), CKR_OK);
    EXPECT_RV(session.try_login(CKU_USER, "another-4"), CKR_OK);
}

CONFORMANCE(pins, a_read_only_session_cannot_change_a_pin) {
    Session session(subject, Login::User, Session::Access::ReadOnly);
    EXPECT_RV(set_pin(session, user_pin, "another-5"), CKR_SESSION_READ_ONLY);
}

CONFORMANCE(pins, a_pin_of_a_wrong_length_is_refused, remote_lacks(Lack::Officer)) {
    const CK_TOKEN_INFO info = subject.token_info();
    const std::string too_short(info.ulMinPinLen - 1, '1');
    const std::string too_long(info.ulMaxPinLen + 1, '1');
    Session session(subject);
    EXPECT_RV(set_pin(session, user_pin, too_short.c_str()), CKR_PIN_LEN_RANGE);
    EXPECT_RV(set_pin(session, user_pin, too_long.c_str()), CKR_PIN_LEN_RANGE);
    session.logout();
    session.login(Login::Officer);
    EXPECT_RV(init_pin(session, too_short.c_str()), CKR_PIN_LEN_RANGE);
    EXPECT_RV(init_pin(session, too_long.c_str()), CKR_PIN_LEN_RANGE);
    session.logout();
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_OK);
}

CONFORMANCE(pins, null_pins_are_refused, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    EXPECT_RV(session.f()->C_Login(session.handle(), CKU_USER, nullptr, 8), CKR_ARGUMENTS_BAD);
    session.login(Login::User);
    EXPECT_RV(session.f()->C_SetPIN(session.handle(), nullptr, 8, utf8("another-6"), 9), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_SetPIN(session.handle(), utf8(user_pin), std::strlen(user_pin), nullptr, 9),
              CKR_ARGUMENTS_BAD);
    session.logout();
    session.login(Login::Officer);
    EXPECT_RV(session.f()->C_InitPIN(session.handle(), nullptr, 8), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(pins, a_wrong_pin_is_counted_and_a_right_one_forgives, remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    EXPECT_RV(session.try_login(CKU_USER, "wrong-pin"), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_USER, "wrong-pin"), CKR_PIN_INCORRECT);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_COUNT_LOW) != 0u);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_LOCKED) == 0u);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_OK);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_COUNT_LOW) == 0u);
    session.logout();
    EXPECT_RV(session.try_login(CKU_SO, "wrong-officer"), CKR_PIN_INCORRECT);
    BOOST_TEST((subject.token_info().flags & CKF_SO_PIN_COUNT_LOW) != 0u);
    EXPECT_RV(session.try_login(CKU_SO, so_pin), CKR_OK);
}

CONFORMANCE(pins, ten_wrong_pins_lock_the_user_out_until_the_officer_sets_a_new_one,
            reference_defect("never locks a PIN"), remote_lacks(Lack::Officer)) {
    Session session(subject, Login::None);
    for (int i = 0; i < 9; ++i) {
        EXPECT_RV(session.try_login(CKU_USER, "wrong-pin"), CKR_PIN_INCORRECT);
    }
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_FINAL_TRY) != 0u);
    EXPECT_RV_IN(session.try_login(CKU_USER, "wrong-pin"), CKR_PIN_INCORRECT, CKR_PIN_LOCKED);
    BOOST_TEST((subject.token_info().flags & CKF_USER_PIN_LOCKED) != 0u);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_PIN_LOCKED);
    session.login(Login::Officer);
    MUST(init_pin(session, "unlocked-1"));
    session.logout();
    EXPECT_RV(session.try_login(CKU_USER, "unlocked-1"), CKR_OK);
}

KVP11_CASES_END
