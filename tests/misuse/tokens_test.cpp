// Codes of PINs, logins and sessions, on partitions and on a slot whose token is a service.
#include "misuse/desk.hpp"
#include "misuse/failing_memory.hpp"

namespace kvp11::test {
namespace {

CK_UTF8CHAR_PTR chars(std::string_view text) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text.data()));
}

/// C_Login and C_LoginUser without a name, which are one thing.
using Login = CK_RV (*)(Desk&, CK_USER_TYPE, std::string_view);
struct LoginRow {
    const char* name;
    Login log_in;
};
const LoginRow logins_of_both_kinds[] = {
    {"C_Login", [](Desk& desk, CK_USER_TYPE user,
                   std::string_view pin) { return desk.f->C_Login(desk.session, user, chars(pin), pin.size()); }},
    {"C_LoginUser",
     [](Desk& desk, CK_USER_TYPE user, std::string_view pin) {
         return desk.f->C_LoginUser(desk.session, user, chars(pin), pin.size(), nullptr, 0);
     }},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tokens)

BOOST_AUTO_TEST_CASE(logins_have_their_conditions) {
    for (const LoginRow& row : logins_of_both_kinds) {
        Desk desk;
        BOOST_TEST_CONTEXT(row.name) {
            EXPECT_RV(row.log_in(desk, CKU_USER, user_pin), CKR_USER_ALREADY_LOGGED_IN);
            EXPECT_RV(row.log_in(desk, CKU_SO, so_pin), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
            EXPECT_RV(row.log_in(desk, 99, user_pin), CKR_USER_TYPE_INVALID);
            EXPECT_RV(row.log_in(desk, CKU_CONTEXT_SPECIFIC, user_pin), CKR_OPERATION_NOT_INITIALIZED);
            MUST(desk.f->C_Logout(desk.session));
            CK_SESSION_HANDLE reading = 0;
            MUST(desk.f->C_OpenSession(desk.slot, CKF_SERIAL_SESSION, nullptr, nullptr, &reading));
            EXPECT_RV(row.log_in(desk, CKU_SO, so_pin), CKR_SESSION_READ_ONLY_EXISTS);
            for (int i = 0; i < 10; ++i) EXPECT_RV(row.log_in(desk, CKU_USER, "wrong"), CKR_PIN_INCORRECT);
            EXPECT_RV(row.log_in(desk, CKU_USER, user_pin), CKR_PIN_LOCKED);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_user_without_a_pin_cannot_log_in) {
    const Subject fresh(Kind::Kvp11, Subject::Token::Uninitialised);
    Desk desk{Desk::Blank()};
    CK_UTF8CHAR label[32];
    std::fill(std::begin(label), std::end(label), ' ');
    MUST(desk.f->C_InitToken(fresh.slot(), chars(so_pin), std::string_view(so_pin).size(), label));
    CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_RW_SESSION;
    MUST(desk.f->C_OpenSession(fresh.slot(), flags, nullptr, nullptr, &desk.session));
    for (const LoginRow& row : logins_of_both_kinds) BOOST_TEST_CONTEXT(row.name)
    EXPECT_RV(row.log_in(desk, CKU_USER, user_pin), CKR_USER_PIN_NOT_INITIALIZED);
    MUST(desk.f->C_CloseSession(desk.session));
}

// The officer has no read-only session, for none can be opened beside him and he cannot log in beside one.
BOOST_FIXTURE_TEST_CASE(pins_of_users_have_a_length_and_are_the_officers_to_give, Desk) {
    MUST(f->C_Logout(session));
    MUST(log_in(CKU_SO, so_pin));
    EXPECT_RV(f->C_InitPIN(session, chars("abc"), 3), CKR_PIN_LEN_RANGE);
    CK_SESSION_HANDLE reading = 0;
    EXPECT_RV(f->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &reading), CKR_SESSION_READ_WRITE_SO_EXISTS);
    MUST(f->C_Logout(session));
    MUST(f->C_OpenSession(slot, CKF_SERIAL_SESSION, nullptr, nullptr, &reading));
    EXPECT_RV(f->C_InitPIN(reading, chars(user_pin), 9), CKR_USER_NOT_LOGGED_IN);
}

BOOST_FIXTURE_TEST_CASE(no_session_is_asynchronous, Desk) {
    const CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_ASYNC_SESSION;
    EXPECT_RV(f->C_OpenSession(slot, flags, nullptr, nullptr, &made), CKR_SESSION_ASYNC_NOT_SUPPORTED);
}

BOOST_AUTO_TEST_CASE(a_service_knows_its_clients_and_is_not_made_anew_by_them) {
    const Subject remote(Kind::ManagedHsm);
    Desk desk{Desk::Blank()};
    CK_UTF8CHAR label[32] = {'x'};
    MUST(desk.f->C_OpenSession(remote.slot(), CKF_SERIAL_SESSION, nullptr, nullptr, &desk.session));
    // A PIN without a secret in it is a wrong one. (CKR_PIN_INVALID is for those that set PINs.)
    for (const char* pin : {"somebody:", "not-the-secret", "  "})
        BOOST_TEST_CONTEXT(pin) EXPECT_RV(desk.log_in(CKU_USER, pin), CKR_PIN_INCORRECT);
    MUST(desk.log_in(CKU_USER, user_pin));
    MUST(desk.f->C_CloseSession(desk.session));
    EXPECT_RV(functions_3_2()->C_InitToken(remote.slot(), chars(so_pin), 12, label), CKR_TOKEN_WRITE_PROTECTED);
}

BOOST_AUTO_TEST_CASE(interfaces_are_listed_with_memory_alone) {
    if (!can_fail_allocations()) {
        std::puts("SKIPPED: allocations are the sanitizer's");
        return;
    }
    CK_INTERFACE interfaces[8];
    CK_ULONG count = 8;
    auto* const f = plain_functions_3_2();  // which allocates the first time
    fail_allocation(0);
    const CK_RV code = f->C_GetInterfaceList(interfaces, &count);
    BOOST_TEST(allocation_has_failed());
    record("C_GetInterfaceList", code);
    EXPECT_RV(code, CKR_HOST_MEMORY);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
