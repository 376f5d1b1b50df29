#include "trace/call.hpp"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "log/log.hpp"

using namespace kvp11::trace;
namespace fs = std::filesystem;
namespace klog = kvp11::log;

namespace {

#define ROW(name, parameters) {#name, #parameters},
constexpr Function functions[] = {KVP11_CK_FUNCTIONS_2_40(ROW) KVP11_CK_FUNCTIONS_3_0(ROW) KVP11_CK_FUNCTIONS_3_2(ROW)};
#undef ROW

const Function& function_named(std::string_view name) {
    for (const Function& function : functions) {
        if (function.name == name) return function;
    }
    throw std::runtime_error("no function " + std::string(name));
}

template <class Value>
Word word(Value* pointer) {
    return reinterpret_cast<Word>(pointer);
}

/// A log file whose lines are read without their time, process and level.
struct Log {
    Log() {
        std::string name = (fs::temp_directory_path() / "kvp11-trace-XXXXXX").string();
        BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
        path = name;
        klog::configure({klog::Level::Trace, (path / "log").string()});
    }
    ~Log() { fs::remove_all(path); }

    /// The two lines of the call: from behind its number on, and without the time that it took.
    std::vector<std::string> lines(
        std::string_view function, const std::vector<Word>& words, CK_RV value,
        const std::function<void()>& work = [] {}, bool follow = true) {
        fs::remove(path / "log");
        const Call call(function_named(function), words, follow);
        work();
        call.ended(value, std::chrono::microseconds(1500));
        std::ifstream file(path / "log");
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);)
            found.push_back(line.substr(line.find(' ', line.find('#')) + 1));
        BOOST_REQUIRE(found.size() == 2U);
        return found;
    }

    fs::path path;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(call, Log)

BOOST_AUTO_TEST_CASE(a_call_is_two_lines_with_one_number) {
    const std::vector<Word> words{7};
    const Call call(function_named("C_Logout"), words, true);
    call.ended(CKR_USER_NOT_LOGGED_IN, std::chrono::microseconds(1500));
    std::ifstream file(path / "log");
    std::string first;
    std::string second;
    std::getline(file, first);
    std::getline(file, second);
    const std::string number = first.substr(first.find('#'), first.find(' ', first.find('#')) - first.find('#'));
    BOOST_TEST(first.ends_with("trace: " + number + " C_Logout(hSession = 0x7)"));
    BOOST_TEST(second.ends_with("trace: " + number + " C_Logout = CKR_USER_NOT_LOGGED_IN in 1.500 ms"));
}

BOOST_AUTO_TEST_CASE(arguments_have_their_names) {
    CK_SESSION_HANDLE session = 0;
    const auto found = lines("C_OpenSession", {3, CKF_SERIAL_SESSION | CKF_RW_SESSION, 0, 0, word(&session)}, CKR_OK,
                             [&] { session = 0x11; });
    BOOST_TEST(found[0] == "C_OpenSession(slotID = 3, flags = CKF_RW_SESSION|CKF_SERIAL_SESSION, pApplication = NULL, "
                           "Notify = NULL, phSession = (out))");
    BOOST_TEST(found[1] == "C_OpenSession = CKR_OK in 1.500 ms, phSession = 0x11");
}

BOOST_AUTO_TEST_CASE(pins_data_and_results_are_sizes) {
    CK_BYTE bytes[] = "1234";
    CK_BYTE out[64];
    CK_ULONG length = 64;
    BOOST_TEST(lines("C_Login", {1, CKU_USER, word(bytes), 4}, CKR_OK)[0] ==
               "C_Login(hSession = 0x1, userType = CKU_USER, pPin = [4 bytes])");
    BOOST_TEST(lines("C_SetPIN", {1, word(bytes), 4, 0, 0}, CKR_OK)[0] ==
               "C_SetPIN(hSession = 0x1, pOldPin = [4 bytes], pNewPin = NULL [0 bytes])");
    auto found = lines("C_Sign", {1, word(bytes), 4, word(out), word(&length)}, CKR_OK, [&] { length = 32; });
    BOOST_TEST(found[0] == "C_Sign(hSession = 0x1, pData = [4 bytes], pSignature = (out), pulSignatureLen = 64)");
    BOOST_TEST(found[1] == "C_Sign = CKR_OK in 1.500 ms, pulSignatureLen = 32");
    found = lines("C_Sign", {1, word(bytes), 4, 0, word(&length)}, CKR_OK);
    BOOST_TEST(found[0] == "C_Sign(hSession = 0x1, pData = [4 bytes], pSignature = NULL)");
    found = lines("C_Sign", {1, word(bytes), 4, word(out), word(&length)}, CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(found[1] == "C_Sign = CKR_BUFFER_TOO_SMALL in 1.500 ms, pulSignatureLen = 32");
    found = lines("C_Sign", {1, word(bytes), 4, word(out), 0}, CKR_ARGUMENTS_BAD);
    BOOST_TEST(found[0] == "C_Sign(hSession = 0x1, pData = [4 bytes], pSignature = (out), pulSignatureLen = NULL)");
    BOOST_TEST(found[1] == "C_Sign = CKR_ARGUMENTS_BAD in 1.500 ms");
    BOOST_TEST(lines("C_GenerateRandom", {1, word(out), 64}, CKR_OK)[0] ==
               "C_GenerateRandom(hSession = 0x1, RandomData = [64 bytes])");
}

BOOST_AUTO_TEST_CASE(a_question_for_attributes_shows_what_came) {
    char label[20];
    CK_BYTE value[4] = {9, 9, 9, 9};
    CK_ATTRIBUTE attributes[] = {{CKA_LABEL, label, 20}, {CKA_VALUE, value, 4}, {CKA_CLASS, nullptr, 0}};
    const auto found = lines("C_GetAttributeValue", {1, 2, word(attributes), 3}, CKR_ATTRIBUTE_SENSITIVE, [&] {
        attributes[0].ulValueLen = 3;
        std::copy_n("key", 3, label);
        attributes[1].ulValueLen = CK_UNAVAILABLE_INFORMATION;
        attributes[2].ulValueLen = 8;
    });
    BOOST_TEST(found[0] == "C_GetAttributeValue(hSession = 0x1, hObject = 0x2, pTemplate = {CKA_LABEL = [20 bytes], "
                           "CKA_VALUE = [4 bytes], CKA_CLASS = NULL})");
    BOOST_TEST(found[1] ==
               "C_GetAttributeValue = CKR_ATTRIBUTE_SENSITIVE in 1.500 ms, pTemplate = {CKA_LABEL = \"key\", "
               "CKA_VALUE = CK_UNAVAILABLE_INFORMATION, CKA_CLASS = NULL [8 bytes]}");
    BOOST_TEST(lines("C_GetAttributeValue", {1, 2, word(attributes), 3}, CKR_OBJECT_HANDLE_INVALID)[1] ==
               "C_GetAttributeValue = CKR_OBJECT_HANDLE_INVALID in 1.500 ms");
}

BOOST_AUTO_TEST_CASE(an_iv_that_was_made_for_a_key_is_written_when_it_is_there) {
    CK_BYTE iv[12] = {};
    CK_BYTE tag[16] = {};
    CK_BYTE wrapped[16] = {};
    CK_ULONG length = 16;
    CK_GCM_MESSAGE_PARAMS params{iv, 12, 0, CKG_GENERATE, tag, 128};
    CK_MECHANISM mechanism{CKM_AES_GCM, &params, sizeof params};
    const auto found = lines("C_WrapKeyAuthenticated", {1, word(&mechanism), 2, 3, 0, 0, word(wrapped), word(&length)},
                             CKR_OK, [&] { iv[11] = 7; });
    BOOST_TEST(found[0].starts_with("C_WrapKeyAuthenticated(hSession = 0x1, pMechanism = {CKM_AES_GCM, "
                                    "{pIv = 000000000000000000000000, "));
    BOOST_TEST(found[0].ends_with("pAssociatedData = NULL [0 bytes], pWrappedKey = (out), pulWrappedKeyLen = 16)"));
    BOOST_TEST(found[1].starts_with("C_WrapKeyAuthenticated = CKR_OK in 1.500 ms, pMechanism = {CKM_AES_GCM, "
                                    "{pIv = 000000000000000000000007, "));
    BOOST_TEST(found[1].ends_with("pulWrappedKeyLen = 16"));
}

BOOST_AUTO_TEST_CASE(lists_are_written_when_they_are_there) {
    CK_SLOT_ID slots[4] = {2, 5};
    CK_ULONG count = 2;
    BOOST_TEST(lines("C_GetSlotList", {CK_TRUE, 0, word(&count)}, CKR_OK)[1] ==
               "C_GetSlotList = CKR_OK in 1.500 ms, pulCount = 2");
    BOOST_TEST(lines("C_GetSlotList", {CK_TRUE, word(slots), word(&count)}, CKR_OK)[1] ==
               "C_GetSlotList = CKR_OK in 1.500 ms, pSlotList = {2, 5}");
    // More than there is room for was counted, not written.
    count = 99;
    BOOST_TEST(lines("C_GetSlotList", {CK_TRUE, word(slots), word(&count)}, CKR_BUFFER_TOO_SMALL)[1] ==
               "C_GetSlotList = CKR_BUFFER_TOO_SMALL in 1.500 ms, pulCount = 99");
    CK_MECHANISM_TYPE mechanisms[] = {CKM_AES_GCM, CKM_ECDSA};
    count = 2;
    BOOST_TEST(lines("C_GetMechanismList", {1, word(mechanisms), word(&count)}, CKR_OK)[1] ==
               "C_GetMechanismList = CKR_OK in 1.500 ms, pMechanismList = {CKM_AES_GCM, CKM_ECDSA}");
    CK_OBJECT_HANDLE objects[] = {16, 17, 18};
    const auto found = lines("C_FindObjects", {1, word(objects), 3, word(&count)}, CKR_OK);
    BOOST_TEST(found[0] == "C_FindObjects(hSession = 0x1, phObject = (out), ulMaxObjectCount = 3)");
    BOOST_TEST(found[1] == "C_FindObjects = CKR_OK in 1.500 ms, phObject = {0x10, 0x11}");
}

BOOST_AUTO_TEST_CASE(structures_are_written_with_their_flags) {
    CK_SESSION_INFO info{3, CKS_RW_USER_FUNCTIONS, CKF_SERIAL_SESSION, 0};
    BOOST_TEST(lines("C_GetSessionInfo", {1, word(&info)}, CKR_OK)[1] ==
               "C_GetSessionInfo = CKR_OK in 1.500 ms, pInfo = {slotID = 3, state = CKS_RW_USER_FUNCTIONS, "
               "flags = CKF_SERIAL_SESSION, ulDeviceError = 0}");
    CK_SLOT_INFO slot{};
    std::fill(std::begin(slot.slotDescription), std::end(slot.slotDescription), CK_UTF8CHAR{' '});
    std::fill(std::begin(slot.manufacturerID), std::end(slot.manufacturerID), CK_UTF8CHAR{' '});
    std::copy_n("dev", 3, slot.slotDescription);
    slot.flags = CKF_TOKEN_PRESENT;
    slot.firmwareVersion = {1, 2};
    BOOST_TEST(lines("C_GetSlotInfo", {1, word(&slot)}, CKR_OK)[1] ==
               "C_GetSlotInfo = CKR_OK in 1.500 ms, pInfo = {slotDescription = \"dev\", manufacturerID = \"\", "
               "flags = CKF_TOKEN_PRESENT, hardwareVersion = 0.0, firmwareVersion = 1.2}");
    CK_MECHANISM_INFO mechanism{16, 32, CKF_ENCRYPT | CKF_DECRYPT};
    BOOST_TEST(lines("C_GetMechanismInfo", {1, CKM_AES_GCM, word(&mechanism)}, CKR_OK)[1] ==
               "C_GetMechanismInfo = CKR_OK in 1.500 ms, pInfo = {ulMinKeySize = 16, ulMaxKeySize = 32, "
               "flags = CKF_ENCRYPT|CKF_DECRYPT}");
    CK_C_INITIALIZE_ARGS arguments{nullptr, nullptr, nullptr, nullptr, CKF_OS_LOCKING_OK, nullptr};
    BOOST_TEST(lines("C_Initialize", {word(&arguments)}, CKR_OK)[0] ==
               "C_Initialize(pInitArgs = {CreateMutex = NULL, DestroyMutex = NULL, LockMutex = NULL, "
               "UnlockMutex = NULL, flags = CKF_OS_LOCKING_OK, pReserved = NULL})");
}

BOOST_AUTO_TEST_CASE(interfaces_are_named_by_version) {
    CK_UTF8CHAR name[] = "PKCS 11";
    CK_VERSION version{3, 0};
    CK_FUNCTION_LIST list{};
    list.version = {2, 40};
    CK_INTERFACE interface { name, &list, CKF_INTERFACE_FORK_SAFE };
    CK_INTERFACE_PTR found = nullptr;
    const auto text =
        lines("C_GetInterface", {word(name), word(&version), word(&found), 0}, CKR_OK, [&] { found = &interface; });
    BOOST_TEST(text[0] ==
               "C_GetInterface(pInterfaceName = \"PKCS 11\", pVersion = 3.0, ppInterface = (out), flags = 0)");
    BOOST_TEST(text[1] ==
               "C_GetInterface = CKR_OK in 1.500 ms, ppInterface = {version = 2.40, flags = CKF_INTERFACE_FORK_SAFE}");
}

BOOST_AUTO_TEST_CASE(a_refused_call_has_addresses_that_nobody_read) {
    const auto found = lines(
        "C_CreateObject", {0x55, 8, 1, 0}, CKR_SESSION_HANDLE_INVALID, [] {}, false);
    BOOST_TEST(found[0] == "C_CreateObject(hSession = 0x55, pTemplate = 0x8, ulCount = 0x1, phObject = NULL)");
    BOOST_TEST(lines(
                   "C_SignInit", {0x55, 8, 1}, CKR_SESSION_HANDLE_INVALID, [] {}, false)[0] ==
               "C_SignInit(hSession = 0x55, pMechanism = 0x8, hKey = 0x1)");
}

BOOST_AUTO_TEST_SUITE_END()
