// Every function before C_Initialize, after C_Finalize, in children of fork.
#include "misuse/desk.hpp"
#include "support/process.hpp"

namespace kvp11::test {
namespace {

constexpr CK_RV not_initialized = CKR_CRYPTOKI_NOT_INITIALIZED;

/// The calls that do not answer CKR_CRYPTOKI_NOT_INITIALIZED.
std::string those_that_answer_otherwise(Desk& desk) {
    std::string others;
    for (const Call& call : calls()) {
        call.begin(desk);
        if (call.run(desk) != not_initialized) others += call.name + " ";
    }
    if (desk.f->C_CloseAllSessions(desk.slot) != not_initialized) others += "C_CloseAllSessions ";
    if (desk.f->C_Finalize(nullptr) != not_initialized) others += "C_Finalize ";
    CK_UTF8CHAR label[32] = {};
    if (desk.f->C_InitToken(desk.slot, label, 8, label) != not_initialized) others += "C_InitToken ";
    return others;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(life)

BOOST_AUTO_TEST_CASE(before_initialize_every_function_says_so) {
    Desk desk{Desk::Blank()};
    BOOST_TEST(those_that_answer_otherwise(desk) == "");
}

BOOST_AUTO_TEST_CASE(after_finalize_every_function_says_so) {
    Desk desk;
    desk.subject->finalise();
    BOOST_TEST(those_that_answer_otherwise(desk) == "");
}

BOOST_AUTO_TEST_CASE(a_child_forked_after_finalize_is_told_the_same) {
    Desk desk;
    desk.subject->finalise();
    const Ended ended = in_child([&] { return those_that_answer_otherwise(desk).empty() ? 0 : 1; });
    BOOST_TEST(ended.is_clean(), ended.output);
}

BOOST_AUTO_TEST_CASE(a_child_that_initialises_has_no_sessions_of_its_parent) {
    Desk desk;
    const Ended ended = in_child([&] {
        if (desk.f->C_Initialize(nullptr) != CKR_OK) return 1;
        for (const Call& call : calls()) {
            if (!call.of_session) continue;
            const CK_RV code = call.run(desk);
            if (code != CKR_SESSION_HANDLE_INVALID && code != CKR_FUNCTION_NOT_SUPPORTED) return 2;
        }
        return desk.f->C_Finalize(nullptr) == CKR_OK ? 0 : 3;
    });
    BOOST_TEST(ended.is_clean(), std::to_string(ended.exit_code) + ended.output);
    // The parent has lost nothing by it.
    EXPECT_RV(call_of("C_GenerateRandom").run(desk), CKR_OK);
}

BOOST_AUTO_TEST_CASE(initialize_and_finalize_have_their_own_conditions) {
    Desk desk;
    CK_C_INITIALIZE_ARGS arguments{};
    EXPECT_RV(desk.f->C_Initialize(nullptr), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    EXPECT_RV(desk.f->C_Finalize(&arguments), CKR_ARGUMENTS_BAD);
    // The refused call has ended nothing.
    EXPECT_RV(call_of("C_GetSessionInfo").run(desk), CKR_OK);
    desk.subject->finalise();
    arguments.pReserved = reinterpret_cast<void*>(1);
    EXPECT_RV(desk.f->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
    arguments = {};
    arguments.CreateMutex = [](CK_VOID_PTR_PTR) -> CK_RV { return CKR_OK; };
    EXPECT_RV(desk.f->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
    arguments = {};
    arguments.flags = CKF_LIBRARY_CANT_CREATE_OS_THREADS;
    EXPECT_RV(desk.f->C_Initialize(&arguments), CKR_OK);
    EXPECT_RV(desk.f->C_Finalize(nullptr), CKR_OK);
}

BOOST_AUTO_TEST_CASE(the_functions_that_find_lists_work_at_any_time) {
    CK_FUNCTION_LIST_3_2* f = functions_3_2();
    CK_FUNCTION_LIST_PTR list = nullptr;
    CK_INTERFACE interfaces[8];
    CK_INTERFACE_PTR interface = nullptr;
    CK_ULONG count = 0;
    EXPECT_RV(f->C_GetFunctionList(&list), CKR_OK);
    EXPECT_RV(f->C_GetFunctionList(nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GetInterfaceList(nullptr, nullptr), CKR_ARGUMENTS_BAD);
    EXPECT_RV(f->C_GetInterfaceList(interfaces, &count), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(count >= 3u);
    EXPECT_RV(f->C_GetInterfaceList(interfaces, &count), CKR_OK);
    EXPECT_RV(f->C_GetInterface(nullptr, nullptr, &interface, 0), CKR_OK);
    EXPECT_RV(f->C_GetInterface(nullptr, nullptr, nullptr, 0), CKR_ARGUMENTS_BAD);
    CK_VERSION version{9, 9};
    EXPECT_RV(f->C_GetInterface(nullptr, &version, &interface, 0), CKR_ARGUMENTS_BAD);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
