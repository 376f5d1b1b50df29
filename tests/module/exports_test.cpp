// What the shared library shows to the dynamic linker.
#include <set>
#include <sstream>

#include "module/fixture.hpp"

namespace kvp11::test {
namespace {

constexpr const char* functions_of_2_40 =
    "C_CancelFunction C_CloseAllSessions C_CloseSession C_CopyObject C_CreateObject C_Decrypt "
    "C_DecryptDigestUpdate C_DecryptFinal C_DecryptInit C_DecryptUpdate C_DecryptVerifyUpdate C_DeriveKey "
    "C_DestroyObject C_Digest C_DigestEncryptUpdate C_DigestFinal C_DigestInit C_DigestKey C_DigestUpdate "
    "C_Encrypt C_EncryptFinal C_EncryptInit C_EncryptUpdate C_Finalize C_FindObjects C_FindObjectsFinal "
    "C_FindObjectsInit C_GenerateKey C_GenerateKeyPair C_GenerateRandom C_GetAttributeValue "
    "C_GetFunctionList C_GetFunctionStatus C_GetInfo C_GetMechanismInfo C_GetMechanismList "
    "C_GetObjectSize C_GetOperationState C_GetSessionInfo C_GetSlotInfo C_GetSlotList C_GetTokenInfo "
    "C_InitPIN C_InitToken C_Initialize C_Login C_Logout C_OpenSession C_SeedRandom C_SetAttributeValue "
    "C_SetOperationState C_SetPIN C_Sign C_SignEncryptUpdate C_SignFinal C_SignInit C_SignRecover "
    "C_SignRecoverInit C_SignUpdate C_UnwrapKey C_Verify C_VerifyFinal C_VerifyInit C_VerifyRecover "
    "C_VerifyRecoverInit C_VerifyUpdate C_WaitForSlotEvent C_WrapKey";

std::set<std::string> words_of(const std::string& text) {
    std::istringstream words(text);
    std::set<std::string> found;
    for (std::string word; words >> word;) found.insert(word);
    return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exports)

BOOST_AUTO_TEST_CASE(only_the_functions_of_pkcs11_are_exported) {
    const Ended nm = run({"nm", "-D", "--defined-only", "--format=just-symbols", module_path(Kind::Kvp11)});
    BOOST_REQUIRE(nm.is_clean());
    std::set<std::string> wanted = words_of(functions_of_2_40);
    wanted.insert("C_GetInterface");
    wanted.insert("C_GetInterfaceList");
    const std::set<std::string> found = words_of(nm.output);
    BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), wanted.begin(), wanted.end());
}

BOOST_AUTO_TEST_CASE(neither_openssl_nor_sqlite_is_needed_from_outside) {
    const Ended readelf = run({"readelf", "-d", module_path(Kind::Kvp11)});
    BOOST_REQUIRE(readelf.is_clean());
    const bool shared_openssl = KVP11_OPENSSL_SHARED;
    for (const char* library : {"libcrypto", "libssl", "libsqlite3", "libp11-kit", "libcurl", "libboost"}) {
        const bool allowed = shared_openssl && std::string(library) == "libcrypto";
        BOOST_TEST((allowed || readelf.output.find(library) == std::string::npos), library);
    }
}

BOOST_AUTO_TEST_CASE(the_library_is_bound_at_once_stays_loaded_and_has_a_read_only_table) {
    const Ended readelf = run({"readelf", "-d", "-l", module_path(Kind::Kvp11)});
    BOOST_REQUIRE(readelf.is_clean());
    BOOST_TEST(readelf.output.find("NODELETE") != std::string::npos);
    BOOST_TEST(readelf.output.find("NOW") != std::string::npos);
    BOOST_TEST(readelf.output.find("GNU_RELRO") != std::string::npos);
    BOOST_TEST(readelf.output.find("TEXTREL") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
