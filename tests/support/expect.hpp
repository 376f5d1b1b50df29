// Checks of return values that print both sides by name.
//
//   EXPECT_RV(f->C_Sign(…), CKR_OPERATION_NOT_INITIALIZED);   goes on after a failure
//   EXPECT_RV_IN(f->C_Sign(…), CKR_DATA_LEN_RANGE, CKR_DATA_INVALID);
//   MUST(f->C_OpenSession(…));                                 wants CKR_OK, ends the case otherwise
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "support/names.hpp"

namespace kvp11::test {

inline boost::test_tools::predicate_result rv_is_one_of(CK_RV got, const std::vector<CK_RV>& wanted) {
    if (std::find(wanted.begin(), wanted.end(), got) != wanted.end()) {
        return true;
    }
    boost::test_tools::predicate_result refused(false);
    refused.message() << "got " << ckr_name(got) << ", want";
    const char* separator = " ";
    for (CK_RV code : wanted) {
        refused.message() << separator << ckr_name(code);
        separator = " or ";
    }
    return refused;
}

}  // namespace kvp11::test

#define EXPECT_RV_IN(call, ...) BOOST_CHECK(::kvp11::test::rv_is_one_of((call), {__VA_ARGS__}))
#define EXPECT_RV(call, wanted) EXPECT_RV_IN(call, wanted)
#define MUST(call) BOOST_REQUIRE(::kvp11::test::rv_is_one_of((call), {CKR_OK}))
