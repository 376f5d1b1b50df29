// PKCS#11 2.40 section 5.6, session management, and the session states of section 2.6 of the guide.
#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(sessions, a_session_must_be_serial) {
    CK_SESSION_HANDLE session = 0;
    EXPECT_RV(subject.f()->C_OpenSession(subject.slot(), 0, nullptr, nullptr, &session),
              CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    EXPECT_RV(subject.f()->C_OpenSession(subject.slot(), CKF_RW_SESSION, nullptr, nullptr, &session),
              CKR_SESSION_PARALLEL_NOT_SUPPORTED);
    EXPECT_RV(subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, nullptr),
              CKR_ARGUMENTS_BAD);
}

CONFORMANCE(sessions, the_state_follows_access_and_login, remote_lacks(Lack::Officer)) {
    Session reading(subject, Login::None, Session::Access::ReadOnly);
    Session writing(subject, Login::None);
    BOOST_TEST(reading.state() == CKS_RO_PUBLIC_SESSION);
    BOOST_TEST(writing.state() == CKS_RW_PUBLIC_SESSION);
    reading.login(Login::User);
    BOOST_TEST(reading.state() == CKS_RO_USER_FUNCTIONS);
    BOOST_TEST(writing.state() == CKS_RW_USER_FUNCTIONS);
    writing.logout();
    BOOST_TEST(reading.state() == CKS_RO_PUBLIC_SESSION);
    BOOST_TEST(writing.state() == CKS_RW_PUBLIC_SESSION);
    MUST(reading.close());
    writing.login(Login::Officer);
    BOOST_TEST(writing.state() == CKS_RW_SO_FUNCTIONS);
}

CONFORMANCE(sessions, session_info_tells_slot_and_flags) {
    Session reading(subject, Login::None, Session::Access::ReadOnly);
    Session writing(subject, Login::None);
    CK_SESSION_INFO info{};
    MUST(subject.f()->C_GetSessionInfo(reading.handle(), &info));
    BOOST_TEST(info.slotID == subject.slot());
    BOOST_TEST(info.flags == CKF_SERIAL_SESSION);
    MUST(subject.f()->C_GetSessionInfo(writing.handle(), &info));
    BOOST_TEST(info.flags == (CKF_SERIAL_SESSION | CKF_RW_SESSION));
    EXPECT_RV(subject.f()->C_GetSessionInfo(writing.handle(), nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(sessions, a_new_session_shares_the_login) {
    Session first(subject);
    Session second(subject, Login::None, Session::Access::ReadOnly);
    BOOST_TEST(second.state() == CKS_RO_USER_FUNCTIONS);
}

CONFORMANCE(sessions, closing_the_last_session_logs_out) {
    {
        Session first(subject);
        Session second(subject, Login::None);
        MUST(first.close());
        BOOST_TEST(second.state() == CKS_RW_USER_FUNCTIONS);
    }
    Session third(subject, Login::None);
    BOOST_TEST(third.state() == CKS_RW_PUBLIC_SESSION);
}

CONFORMANCE(sessions, the_officer_and_read_only_sessions_exclude_each_other, remote_lacks(Lack::Officer)) {
    Session writing(subject, Login::None);
    {
        Session reading(subject, Login::None, Session::Access::ReadOnly);
        EXPECT_RV(writing.try_login(CKU_SO, so_pin), CKR_SESSION_READ_ONLY_EXISTS);
        EXPECT_RV_IN(reading.try_login(CKU_SO, so_pin), CKR_SESSION_READ_ONLY_EXISTS, CKR_SESSION_READ_ONLY);
    }
    writing.login(Login::Officer);
    CK_SESSION_HANDLE session = 0;
    EXPECT_RV(subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &session),
              CKR_SESSION_READ_WRITE_SO_EXISTS);
}

CONFORMANCE(sessions, one_user_at_a_time, remote_lacks(Lack::Officer)) {
    Session session(subject);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_USER_ALREADY_LOGGED_IN);
    EXPECT_RV(session.try_login(CKU_SO, so_pin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
    session.logout();
    session.login(Login::Officer);
    EXPECT_RV(session.try_login(CKU_SO, so_pin), CKR_USER_ALREADY_LOGGED_IN);
    EXPECT_RV(session.try_login(CKU_USER, user_pin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
}

CONFORMANCE(sessions, logins_that_cannot_be_are_refused) {
    Session session(subject, Login::None);
    EXPECT_RV(session.try_login(99, user_pin), CKR_USER_TYPE_INVALID);
    EXPECT_RV(session.try_login(CKU_USER, "not-the-pin"), CKR_PIN_INCORRECT);
    EXPECT_RV(session.try_login(CKU_USER, so_pin), CKR_PIN_INCORRECT);
    BOOST_TEST(session.state() == CKS_RW_PUBLIC_SESSION);
}

CONFORMANCE(sessions, logout_without_login_reports_user_not_logged_in, reference_defect("answers CKR_OK")) {
    Session session(subject, Login::None);
    EXPECT_RV(subject.f()->C_Logout(session.handle()), CKR_USER_NOT_LOGGED_IN);
    session.login(Login::User);
    MUST(subject.f()->C_Logout(session.handle()));
    EXPECT_RV(subject.f()->C_Logout(session.handle()), CKR_USER_NOT_LOGGED_IN);
}

CONFORMANCE(sessions, a_context_specific_login_needs_an_operation) {
    Session session(subject);
    EXPECT_RV(session.try_login(CKU_CONTEXT_SPECIFIC, user_pin), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(sessions, close_all_sessions_closes_them_and_logs_out) {
    Session first(subject);
    Session second(subject, Login::None, Session::Access::ReadOnly);
    MUST(subject.f()->C_CloseAllSessions(subject.slot()));
    EXPECT_RV(first.close(), CKR_SESSION_HANDLE_INVALID);
    EXPECT_RV(second.close(), CKR_SESSION_HANDLE_INVALID);
    Session third(subject, Login::None);
    BOOST_TEST(third.state() == CKS_RW_PUBLIC_SESSION);
}

CONFORMANCE(sessions, a_closed_session_is_unknown_and_its_handle_is_not_reused_at_once) {
    Session session(subject, Login::None);
    const CK_SESSION_HANDLE closed = session.handle();
    MUST(session.close());
    EXPECT_RV(subject.f()->C_CloseSession(closed), CKR_SESSION_HANDLE_INVALID);
    CK_SESSION_INFO info{};
    EXPECT_RV(subject.f()->C_GetSessionInfo(closed, &info), CKR_SESSION_HANDLE_INVALID);
    EXPECT_RV(subject.f()->C_GetSessionInfo(CK_INVALID_HANDLE, &info), CKR_SESSION_HANDLE_INVALID);
}

CONFORMANCE(sessions, many_sessions_can_be_open) {
    std::vector<CK_SESSION_HANDLE> handles;
    for (int i = 0; i < 200; ++i) {
        CK_SESSION_HANDLE handle = 0;
        MUST(subject.f()->C_OpenSession(subject.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &handle));
        BOOST_TEST(handle != CK_INVALID_HANDLE);
        handles.push_back(handle);
    }
    for (CK_SESSION_HANDLE handle : handles) {
        EXPECT_RV(subject.f()->C_CloseSession(handle), CKR_OK);
    }
}

CONFORMANCE(sessions, operations_of_two_sessions_do_not_meet) {
    Session first(subject);
    Session second(subject);
    Mechanism sha256 = CKM_SHA256;
    MUST(first.f()->C_DigestInit(first.handle(), sha256.get()));
    Bytes text = text_bytes("abc");
    EXPECT_RV(second.f()->C_DigestUpdate(second.handle(), text.data(), 3), CKR_OPERATION_NOT_INITIALIZED);
    MUST(first.f()->C_DigestUpdate(first.handle(), text.data(), 3));
    Bytes digest(32);
    CK_ULONG size = 32;
    MUST(first.f()->C_DigestFinal(first.handle(), digest.data(), &size));
    BOOST_TEST(to_hex(digest) == to_hex(second.digest(sha256, text)));
}

KVP11_CASES_END
