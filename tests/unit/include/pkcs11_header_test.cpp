#include <boost/test/unit_test.hpp>

#include <set>

#include "kvp11/pkcs11.h"
#include "pkcs11_table.hpp"

// The header promises C: this file sees it as C++; pkcs11_header.c sees it as C11.
extern "C" int pkcs11_header_is_c(void);

namespace {

using Names = std::set<std::string>;

/// Every name that both have stands for the same; `differences` are known, and must be some.
template <class Value>
void compare(const std::map<std::string, Value>& ours, const std::map<std::string, Value>& theirs,
             const Names& differences, std::size_t at_least) {
    std::size_t compared = 0;
    for (const auto& [name, value] : theirs) {
        const auto found = ours.find(name);
        BOOST_TEST_CONTEXT(name) {
            BOOST_REQUIRE(found != ours.end());
            if (differences.contains(name)) {
                BOOST_TEST(found->second != value, "no longer a difference");
            } else {
                BOOST_TEST(found->second == value);
            }
        }
        ++compared;
    }
    BOOST_TEST(compared >= at_least);
}

std::string structure_of(const std::string& member) { return member.substr(0, member.find('.')); }

/// Of a structure that both have, the other header has no member less: what it calls otherwise is in `renamed`.
void same_members(const HeaderTable& ours, const HeaderTable& theirs, const Names& renamed) {
    for (const auto& [member, offset] : ours.offsets) {
        if (!theirs.sizes.contains(structure_of(member))) continue;
        BOOST_TEST(theirs.offsets.contains(member) != renamed.contains(member), member);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pkcs11_header)

BOOST_AUTO_TEST_CASE(header_matches_p11_kit) {
    const HeaderTable ours = our_header();
    const HeaderTable theirs = p11_kit_header();
    // p11-kit numbers these five from 0x1C0; the standard's own header and NSS from 0x1B5.
    compare(ours.constants, theirs.constants,
            {"CKR_EXCEEDED_MAX_ITERATIONS", "CKR_FIPS_SELF_TEST_FAILED", "CKR_LIBRARY_LOAD_FAILED", "CKR_PIN_TOO_WEAK",
             "CKR_PUBLIC_KEY_INVALID"},
            600);
    compare(ours.sizes, theirs.sizes, {}, 22);
    compare(ours.offsets, theirs.offsets, {}, 155);
    compare(ours.signatures, theirs.signatures, {}, 68);
    same_members(ours, theirs, {});
}

BOOST_AUTO_TEST_CASE(header_matches_nss) {
    const HeaderTable ours = our_header();
    const HeaderTable theirs = nss_header();
    // NSS has its own trust attributes, older than those of 3.2 and in its vendor range.
    compare(ours.constants, theirs.constants,
            {"CKA_TRUST_SERVER_AUTH", "CKA_TRUST_CLIENT_AUTH", "CKA_TRUST_CODE_SIGNING", "CKA_TRUST_EMAIL_PROTECTION",
             "CKA_TRUST_TIME_STAMPING"},
            700);
    // NSS puts LibraryParameters, a string for its own modules, in front of pReserved.
    compare(ours.sizes, theirs.sizes, {"CK_C_INITIALIZE_ARGS"}, 86);
    compare(ours.offsets, theirs.offsets, {"CK_C_INITIALIZE_ARGS.pReserved"}, 560);
    compare(ours.signatures, theirs.signatures, {}, 92);
    same_members(ours, theirs, {});
}

// Read from a 3.2 header by a survey and noted in facts/dependencies.md section 1.
BOOST_AUTO_TEST_CASE(values_of_3_2_are_those_of_the_survey) {
    BOOST_TEST(CKM_ML_KEM_KEY_PAIR_GEN == 0x0FUL);
    BOOST_TEST(CKM_ML_KEM == 0x17UL);
    BOOST_TEST(CKM_ML_DSA_KEY_PAIR_GEN == 0x1CUL);
    BOOST_TEST(CKM_ML_DSA == 0x1DUL);
    BOOST_TEST(CKM_HASH_ML_DSA == 0x1FUL);
    BOOST_TEST(CKM_SLH_DSA == 0x2EUL);
    BOOST_TEST(CKM_PUB_KEY_FROM_PRIV_KEY == 0x403AUL);
    BOOST_TEST(CKM_AES_KEY_WRAP_KWP == 0x210BUL);
    BOOST_TEST(CKM_AES_XTS == 0x1071UL);
    BOOST_TEST(CKK_ML_KEM == 0x49UL);
    BOOST_TEST(CKK_ML_DSA == 0x4AUL);
    BOOST_TEST(CKK_SLH_DSA == 0x4BUL);
    BOOST_TEST(CKA_UNIQUE_ID == 0x04UL);
    BOOST_TEST(CKA_PARAMETER_SET == 0x61DUL);
    BOOST_TEST(CKA_ENCAPSULATE == 0x633UL);
    BOOST_TEST(CKA_DECAPSULATE == 0x634UL);
    BOOST_TEST(CKA_SEED == 0x637UL);
    BOOST_TEST(CKO_VALIDATION == 0x0AUL);
    BOOST_TEST(CKO_TRUST == 0x0BUL);
    BOOST_TEST(CKF_ENCAPSULATE == 0x10000000UL);
    BOOST_TEST(CKR_AEAD_DECRYPT_FAILED == 0x42UL);
}

BOOST_AUTO_TEST_CASE(function_lists_extend_each_other) {
    constexpr std::size_t pointer = sizeof(void*);
    BOOST_TEST(sizeof(CK_FUNCTION_LIST) == pointer + 68 * pointer);
    BOOST_TEST(sizeof(CK_FUNCTION_LIST_3_0) == sizeof(CK_FUNCTION_LIST) + 24 * pointer);
    BOOST_TEST(sizeof(CK_FUNCTION_LIST_3_2) == sizeof(CK_FUNCTION_LIST_3_0) + 12 * pointer);
    BOOST_TEST(offsetof(CK_FUNCTION_LIST_3_2, C_WaitForSlotEvent) == offsetof(CK_FUNCTION_LIST, C_WaitForSlotEvent));
    BOOST_TEST(offsetof(CK_FUNCTION_LIST_3_2, C_MessageVerifyFinal) ==
               offsetof(CK_FUNCTION_LIST_3_0, C_MessageVerifyFinal));
}

BOOST_AUTO_TEST_CASE(gcm_parameters_have_the_48_bytes_of_the_standards_header) {
    BOOST_TEST(sizeof(CK_GCM_PARAMS) == 48U);
    BOOST_TEST(sizeof(CK_C_INITIALIZE_ARGS) == 48U);
}

BOOST_AUTO_TEST_CASE(header_compiles_as_c11) { BOOST_TEST(pkcs11_header_is_c() == 1); }

BOOST_AUTO_TEST_SUITE_END()
