// C_GetInterfaceList and C_GetInterface (PKCS#11 3.0 section 5.4), as NSS, pkcs11-provider and JDK ask.
#include <dlfcn.h>

#include <cstring>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

struct Discovery {
    void* library = dlopen(module_path(Kind::Kvp11).c_str(), RTLD_NOW | RTLD_LOCAL);
    CK_C_GetInterfaceList list = reinterpret_cast<CK_C_GetInterfaceList>(dlsym(library, "C_GetInterfaceList"));
    CK_C_GetInterface get = reinterpret_cast<CK_C_GetInterface>(dlsym(library, "C_GetInterface"));

    Discovery() { BOOST_REQUIRE((list != nullptr && get != nullptr)); }
    ~Discovery() { dlclose(library); }
};

CK_UTF8CHAR_PTR utf8(const char* text) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text)); }

CK_VERSION version_of(const CK_INTERFACE* interface) {
    CK_VERSION version{};
    std::memcpy(&version, interface->pFunctionList, sizeof version);
    return version;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(interfaces, Discovery)

BOOST_AUTO_TEST_CASE(the_list_obeys_the_two_call_rule) {
    CK_ULONG count = 0;
    MUST(list(nullptr, &count));
    BOOST_REQUIRE(count >= 1);
    std::vector<CK_INTERFACE> interfaces(count);
    CK_ULONG room = count - 1;
    EXPECT_RV(list(interfaces.data(), &room), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(room == count);
    MUST(list(interfaces.data(), &room));
    for (const CK_INTERFACE& interface : interfaces) {
        BOOST_TEST(interface.pFunctionList != nullptr);
        BOOST_TEST(std::string(reinterpret_cast<const char*>(interface.pInterfaceName)) == "PKCS 11");
    }
    EXPECT_RV(list(nullptr, nullptr), CKR_ARGUMENTS_BAD);
}

BOOST_AUTO_TEST_CASE(any_name_gives_the_default_interface) {
    CK_INTERFACE_PTR interface = nullptr;
    MUST(get(nullptr, nullptr, &interface, 0));
    BOOST_REQUIRE(interface != nullptr);
    BOOST_TEST(std::string(reinterpret_cast<const char*>(interface->pInterfaceName)) == "PKCS 11");
    MUST(get(utf8("PKCS 11"), nullptr, &interface, 0));
    BOOST_TEST(interface->pFunctionList != nullptr);
}

BOOST_AUTO_TEST_CASE(every_version_of_the_list_can_be_asked_for_and_is_what_it_says) {
    CK_ULONG count = 0;
    MUST(list(nullptr, &count));
    std::vector<CK_INTERFACE> interfaces(count);
    MUST(list(interfaces.data(), &count));
    std::vector<std::pair<int, int>> versions;
    for (const CK_INTERFACE& listed : interfaces) {
        CK_VERSION version = version_of(&listed);
        versions.emplace_back(version.major, version.minor);
        CK_INTERFACE_PTR interface = nullptr;
        MUST(get(utf8("PKCS 11"), &version, &interface, 0));
        BOOST_TEST(interface->pFunctionList == listed.pFunctionList);
        MUST(get(nullptr, &version, &interface, 0));
        BOOST_TEST(interface->pFunctionList == listed.pFunctionList);
    }
    const std::vector<std::pair<int, int>> newest_first{{3, 2}, {3, 1}, {3, 0}, {2, 40}};
    BOOST_CHECK(versions == newest_first);
    // Who names no version gets the newest, C_GetFunctionList is of 2.40.
    CK_INTERFACE_PTR interface = nullptr;
    MUST(get(nullptr, nullptr, &interface, CKF_INTERFACE_FORK_SAFE));
    BOOST_TEST(version_of(interface).minor == 2);
    const auto list_of_2_40 = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
    CK_FUNCTION_LIST_PTR functions = nullptr;
    MUST(list_of_2_40(&functions));
    BOOST_TEST(functions->version.major == 2);
    BOOST_TEST(functions->version.minor == 40);
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_refused) {
    CK_INTERFACE_PTR interface = nullptr;
    CK_VERSION far_future{9, 9};
    EXPECT_RV(get(utf8("Vendor NSS FIPS Interface"), nullptr, &interface, 0), CKR_ARGUMENTS_BAD);
    EXPECT_RV(get(utf8(""), nullptr, &interface, 0), CKR_ARGUMENTS_BAD);
    EXPECT_RV(get(utf8("PKCS 11"), &far_future, &interface, 0), CKR_ARGUMENTS_BAD);
    EXPECT_RV(get(utf8("PKCS 11"), nullptr, nullptr, 0), CKR_ARGUMENTS_BAD);
    EXPECT_RV(get(utf8("PKCS 11"), nullptr, &interface, 0x7FFFFFF0), CKR_ARGUMENTS_BAD);
}

BOOST_AUTO_TEST_CASE(fork_safety_is_claimed_only_if_it_is_given) {
    CK_INTERFACE_PTR interface = nullptr;
    const CK_RV code = get(utf8("PKCS 11"), nullptr, &interface, CKF_INTERFACE_FORK_SAFE);
    EXPECT_RV_IN(code, CKR_OK, CKR_ARGUMENTS_BAD);
    if (code == CKR_OK) BOOST_TEST((interface->flags & CKF_INTERFACE_FORK_SAFE) != 0u);
}

BOOST_AUTO_TEST_CASE(a_3_0_table_works_like_the_2_40_table) {
    Subject subject(Kind::Kvp11);
    CK_VERSION version{3, 0};
    CK_INTERFACE_PTR interface = nullptr;
    if (get(utf8("PKCS 11"), &version, &interface, 0) != CKR_OK) return;
    const auto* functions = static_cast<CK_FUNCTION_LIST_3_0*>(interface->pFunctionList);
    CK_TOKEN_INFO info{};
    MUST(functions->C_GetTokenInfo(subject.slot(), &info));
    BOOST_TEST((info.flags & CKF_TOKEN_INITIALIZED) != 0u);
    Session session(subject);
    EXPECT_RV(functions->C_SessionCancel(session.handle(), CKF_SIGN), CKR_OK);
    EXPECT_RV(functions->C_MessageSignFinal(session.handle()), CKR_OPERATION_NOT_INITIALIZED);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
