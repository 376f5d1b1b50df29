#include <boost/test/unit_test.hpp>
#include <cstring>
#include <vector>

#include "kvp11/pkcs11.h"

namespace {

CK_UTF8CHAR standard[] = "PKCS 11";
CK_UTF8CHAR foreign[] = "Vendor NSS FIPS Interface";

/// Every entry of a table behind its version is a function.
template <class List>
bool is_complete(const List& list) {
    const char* first = reinterpret_cast<const char*>(&list.C_Initialize);
    for (const char* at = first; at < reinterpret_cast<const char*>(&list + 1); at += sizeof(void*)) {
        void* entry = nullptr;
        std::memcpy(&entry, at, sizeof entry);
        if (entry == nullptr) return false;
    }
    return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(interfaces)

BOOST_AUTO_TEST_CASE(the_list_names_four_versions_that_are_complete) {
    CK_ULONG count = 0;
    BOOST_TEST(C_GetInterfaceList(nullptr, &count) == CKR_OK);
    BOOST_TEST(count == 4U);
    std::vector<CK_INTERFACE> list(count);
    BOOST_TEST(C_GetInterfaceList(list.data(), &count) == CKR_OK);
    BOOST_TEST(is_complete(*static_cast<CK_FUNCTION_LIST_3_2*>(list[0].pFunctionList)));
    BOOST_TEST(is_complete(*static_cast<CK_FUNCTION_LIST_3_0*>(list[1].pFunctionList)));  // 3.1 has 3.0's functions
    BOOST_TEST(is_complete(*static_cast<CK_FUNCTION_LIST_3_0*>(list[2].pFunctionList)));
    BOOST_TEST(is_complete(*static_cast<CK_FUNCTION_LIST*>(list[3].pFunctionList)));
    count = 2;
    BOOST_TEST(C_GetInterfaceList(list.data(), &count) == CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(C_GetInterfaceList(list.data(), nullptr) == CKR_ARGUMENTS_BAD);
}

BOOST_AUTO_TEST_CASE(an_interface_is_given_by_name_version_and_flags) {
    CK_INTERFACE_PTR found = nullptr;
    BOOST_TEST(C_GetInterface(nullptr, nullptr, &found, 0) == CKR_OK);
    BOOST_TEST(C_GetInterface(standard, nullptr, &found, CKF_INTERFACE_FORK_SAFE) == CKR_OK);
    for (CK_VERSION version : {CK_VERSION{2, 40}, CK_VERSION{3, 0}, CK_VERSION{3, 1}, CK_VERSION{3, 2}}) {
        BOOST_TEST(C_GetInterface(standard, &version, &found, 0) == CKR_OK);
        BOOST_TEST(static_cast<CK_VERSION*>(found->pFunctionList)->minor == version.minor);
    }
}

BOOST_AUTO_TEST_CASE(unknown_interfaces_are_bad_arguments) {
    CK_INTERFACE_PTR found = nullptr;
    CK_VERSION future{4, 0};
    BOOST_TEST(C_GetInterface(foreign, nullptr, &found, 0) == CKR_ARGUMENTS_BAD);
    BOOST_TEST(C_GetInterface(standard, &future, &found, 0) == CKR_ARGUMENTS_BAD);
    BOOST_TEST(C_GetInterface(standard, nullptr, &found, 0x80) == CKR_ARGUMENTS_BAD);
    BOOST_TEST(C_GetInterface(standard, nullptr, nullptr, 0) == CKR_ARGUMENTS_BAD);
}

BOOST_AUTO_TEST_CASE(nothing_works_before_initialize) {
    CK_INTERFACE_PTR found = nullptr;
    CK_VERSION version{3, 2};
    BOOST_REQUIRE(C_GetInterface(standard, &version, &found, 0) == CKR_OK);
    const auto* functions = static_cast<CK_FUNCTION_LIST_3_2*>(found->pFunctionList);
    BOOST_TEST(functions->C_MessageSignFinal(1) == CKR_CRYPTOKI_NOT_INITIALIZED);
    BOOST_TEST(C_GetFunctionStatus(1) == CKR_CRYPTOKI_NOT_INITIALIZED);
    BOOST_TEST(C_Finalize(nullptr) == CKR_CRYPTOKI_NOT_INITIALIZED);
}

BOOST_AUTO_TEST_SUITE_END()
