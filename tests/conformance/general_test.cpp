// PKCS#11 2.40 section 5.4, general-purpose functions, and 5.15 to 5.17, random numbers and the rest.
#include <cstring>

#include "conformance/conformance_case.hpp"

KVP11_CASES

static bool is_blank_padded(const CK_UTF8CHAR* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        if (text[i] == 0) return false;
    }
    return true;
}

CONFORMANCE(general, get_info_describes_the_library) {
    CK_INFO info;
    std::memset(&info, 0xA5, sizeof info);
    MUST(subject.f()->C_GetInfo(&info));
    BOOST_TEST(int{info.cryptokiVersion.major} >= 2);
    BOOST_TEST(info.flags == 0u);
    BOOST_TEST(is_blank_padded(info.manufacturerID, sizeof info.manufacturerID));
    BOOST_TEST(is_blank_padded(info.libraryDescription, sizeof info.libraryDescription));
}

CONFORMANCE(general, get_info_without_a_place_reports_arguments_bad) {
    EXPECT_RV(subject.f()->C_GetInfo(nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(general, the_function_list_is_complete) {
    const CK_FUNCTION_LIST* list = subject.f();
    BOOST_TEST(int{list->version.major} == 2);
    BOOST_TEST(int{list->version.minor} == 40);
    const auto* bytes = reinterpret_cast<const unsigned char*>(list);
    constexpr std::size_t functions = 68;
    constexpr std::size_t first = sizeof(CK_FUNCTION_LIST) - functions * sizeof(void*);
    for (std::size_t i = 0; i < functions; ++i) {
        void* function = nullptr;
        std::memcpy(&function, bytes + first + i * sizeof(void*), sizeof function);
        BOOST_TEST(function != nullptr, "function " << i << " is NULL");
    }
}

CONFORMANCE(general, get_function_list_gives_the_same_list) {
    CK_FUNCTION_LIST_PTR again = nullptr;
    MUST(subject.f()->C_GetFunctionList(&again));
    BOOST_TEST(again == subject.f());
    EXPECT_RV(subject.f()->C_GetFunctionList(nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(general, a_second_initialize_reports_already_initialized) {
    EXPECT_RV(subject.f()->C_Initialize(nullptr), CKR_CRYPTOKI_ALREADY_INITIALIZED);
}

CONFORMANCE(general, finalize_wants_a_null_pointer) {
    int something = 0;
    EXPECT_RV(subject.f()->C_Finalize(&something), CKR_ARGUMENTS_BAD);
    CK_INFO info{};
    EXPECT_RV(subject.f()->C_GetInfo(&info), CKR_OK);
}

CONFORMANCE(general, finalize_ends_it_and_initialize_begins_it_again) {
    Session session(subject);
    subject.finalise();
    EXPECT_RV(subject.f()->C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
    CK_SESSION_INFO info{};
    EXPECT_RV(subject.f()->C_GetSessionInfo(session.handle(), &info), CKR_CRYPTOKI_NOT_INITIALIZED);
    subject.initialise();
    EXPECT_RV(subject.f()->C_GetSessionInfo(session.handle(), &info), CKR_SESSION_HANDLE_INVALID);
}

static CK_RV make_mutex(void** mutex) {
    static int marker = 0;
    *mutex = &marker;
    return CKR_OK;
}
static CK_RV use_mutex(void*) { return CKR_OK; }

CONFORMANCE(general, initialize_takes_all_four_mutex_functions_or_none) {
    subject.finalise();
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.CreateMutex = make_mutex;
    EXPECT_RV(subject.f()->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
    arguments.DestroyMutex = use_mutex;
    arguments.LockMutex = use_mutex;
    EXPECT_RV(subject.f()->C_Initialize(&arguments), CKR_ARGUMENTS_BAD);
    arguments.UnlockMutex = use_mutex;
    arguments.flags = CKF_OS_LOCKING_OK;
    EXPECT_RV(subject.f()->C_Initialize(&arguments), CKR_OK);
    MUST(subject.f()->C_Finalize(nullptr));
    // The application's own mutexes alone: a library may say that it cannot work with them.
    arguments.flags = 0;
    const CK_RV code = subject.f()->C_Initialize(&arguments);
    EXPECT_RV_IN(code, CKR_OK, CKR_CANT_LOCK);
    if (code == CKR_OK) MUST(subject.f()->C_Finalize(nullptr));
    subject.initialise();
}

CONFORMANCE(general, initialize_without_arguments_works) {
    subject.finalise();
    MUST(subject.f()->C_Initialize(nullptr));
    CK_ULONG count = 0;
    EXPECT_RV(subject.f()->C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
    MUST(subject.f()->C_Finalize(nullptr));
    subject.initialise();
}

CONFORMANCE(general, nothing_but_the_function_list_works_before_initialize) {
    subject.finalise();
    const CK_FUNCTION_LIST* f = subject.f();
    const CK_RV wanted = CKR_CRYPTOKI_NOT_INITIALIZED;
    CK_ULONG number = 0;
    CK_BYTE byte = 0;
    CK_INFO info{};
    CK_SLOT_INFO slot_info{};
    CK_TOKEN_INFO token_info{};
    CK_SESSION_INFO session_info{};
    CK_MECHANISM_INFO mechanism_info{};
    CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
    CK_ATTRIBUTE attribute{CKA_LABEL, nullptr, 0};
    CK_UTF8CHAR pin[8] = {'1', '2', '3', '4', '5', '6', '7', '8'};
    CK_UTF8CHAR label[32] = {};
    EXPECT_RV(f->C_GetInfo(&info), wanted);
    EXPECT_RV(f->C_GetSlotList(CK_TRUE, nullptr, &number), wanted);
    EXPECT_RV(f->C_GetSlotInfo(0, &slot_info), wanted);
    EXPECT_RV(f->C_GetTokenInfo(0, &token_info), wanted);
    EXPECT_RV(f->C_GetMechanismList(0, nullptr, &number), wanted);
    EXPECT_RV(f->C_GetMechanismInfo(0, CKM_SHA256, &mechanism_info), wanted);
    EXPECT_RV(f->C_InitToken(0, pin, 8, label), wanted);
    EXPECT_RV(f->C_InitPIN(1, pin, 8), wanted);
    EXPECT_RV(f->C_SetPIN(1, pin, 8, pin, 8), wanted);
    EXPECT_RV(f->C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &number), wanted);
    EXPECT_RV(f->C_CloseSession(1), wanted);
    EXPECT_RV(f->C_CloseAllSessions(0), wanted);
    EXPECT_RV(f->C_GetSessionInfo(1, &session_info), wanted);
    EXPECT_RV(f->C_Login(1, CKU_USER, pin, 8), wanted);
    EXPECT_RV(f->C_Logout(1), wanted);
    EXPECT_RV(f->C_CreateObject(1, &attribute, 1, &number), wanted);
    EXPECT_RV(f->C_CopyObject(1, 1, &attribute, 1, &number), wanted);
    EXPECT_RV(f->C_DestroyObject(1, 1), wanted);
    EXPECT_RV(f->C_GetAttributeValue(1, 1, &attribute, 1), wanted);
    EXPECT_RV(f->C_SetAttributeValue(1, 1, &attribute, 1), wanted);
    EXPECT_RV(f->C_FindObjectsInit(1, nullptr, 0), wanted);
    EXPECT_RV(f->C_FindObjects(1, &number, 1, &number), wanted);
    EXPECT_RV(f->C_FindObjectsFinal(1), wanted);
    EXPECT_RV(f->C_EncryptInit(1, &mechanism, 1), wanted);
    EXPECT_RV(f->C_Encrypt(1, &byte, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_EncryptUpdate(1, &byte, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_EncryptFinal(1, &byte, &number), wanted);
    EXPECT_RV(f->C_DecryptInit(1, &mechanism, 1), wanted);
    EXPECT_RV(f->C_Decrypt(1, &byte, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_DigestInit(1, &mechanism), wanted);
    EXPECT_RV(f->C_Digest(1, &byte, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_DigestUpdate(1, &byte, 1), wanted);
    EXPECT_RV(f->C_DigestFinal(1, &byte, &number), wanted);
    EXPECT_RV(f->C_SignInit(1, &mechanism, 1), wanted);
    EXPECT_RV(f->C_Sign(1, &byte, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_SignUpdate(1, &byte, 1), wanted);
    EXPECT_RV(f->C_SignFinal(1, &byte, &number), wanted);
    EXPECT_RV(f->C_VerifyInit(1, &mechanism, 1), wanted);
    EXPECT_RV(f->C_Verify(1, &byte, 1, &byte, 1), wanted);
    EXPECT_RV(f->C_VerifyUpdate(1, &byte, 1), wanted);
    EXPECT_RV(f->C_VerifyFinal(1, &byte, 1), wanted);
    EXPECT_RV(f->C_GenerateKey(1, &mechanism, &attribute, 1, &number), wanted);
    EXPECT_RV(f->C_GenerateKeyPair(1, &mechanism, &attribute, 1, &attribute, 1, &number, &number), wanted);
    EXPECT_RV(f->C_WrapKey(1, &mechanism, 1, 1, &byte, &number), wanted);
    EXPECT_RV(f->C_UnwrapKey(1, &mechanism, 1, &byte, 1, &attribute, 1, &number), wanted);
    EXPECT_RV(f->C_DeriveKey(1, &mechanism, 1, &attribute, 1, &number), wanted);
    EXPECT_RV(f->C_SeedRandom(1, &byte, 1), wanted);
    EXPECT_RV(f->C_GenerateRandom(1, &byte, 1), wanted);
    EXPECT_RV(f->C_Finalize(nullptr), wanted);
    subject.initialise();
}

CONFORMANCE(general, the_functions_of_parallel_sessions_report_function_not_parallel) {
    Session session(subject, Login::None);
    EXPECT_RV(subject.f()->C_GetFunctionStatus(session.handle()), CKR_FUNCTION_NOT_PARALLEL);
    EXPECT_RV(subject.f()->C_CancelFunction(session.handle()), CKR_FUNCTION_NOT_PARALLEL);
}

CONFORMANCE(general, random_bytes_differ_and_fill_the_buffer, remote_lacks(Lack::BeforeLogin)) {
    Session session(subject, Login::None);
    Bytes first(64, 0);
    Bytes second(64, 0);
    MUST(subject.f()->C_GenerateRandom(session.handle(), first.data(), 64));
    MUST(subject.f()->C_GenerateRandom(session.handle(), second.data(), 64));
    BOOST_TEST(to_hex(first) != to_hex(second));
    BOOST_TEST(to_hex({first.data() + 48, 16}) != std::string(32, '0'));
    EXPECT_RV(subject.f()->C_GenerateRandom(session.handle(), nullptr, 16), CKR_ARGUMENTS_BAD);
    EXPECT_RV(subject.f()->C_GenerateRandom(session.handle() + 1000, first.data(), 16), CKR_SESSION_HANDLE_INVALID);
}

CONFORMANCE(general, seeding_is_taken_or_refused_by_name) {
    Session session(subject, Login::None);
    Bytes seed = pattern(32);
    EXPECT_RV_IN(subject.f()->C_SeedRandom(session.handle(), seed.data(), 32), CKR_OK, CKR_RANDOM_SEED_NOT_SUPPORTED);
    EXPECT_RV(subject.f()->C_SeedRandom(session.handle(), nullptr, 32), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(general, polling_for_a_slot_event_finds_none) {
    CK_SLOT_ID slot = 0;
    EXPECT_RV(subject.f()->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr), CKR_NO_EVENT);
}

KVP11_CASES_END
