#include "abi/ck_rv.hpp"

#include <boost/test/unit_test.hpp>

using namespace kvp11;
using namespace kvp11::abi;

BOOST_AUTO_TEST_SUITE(ck_rv_table)

BOOST_AUTO_TEST_CASE(every_condition_has_its_row) {
    std::size_t index = 0;
    for (const ConditionRow& row : condition_rows()) {
        BOOST_TEST(static_cast<std::size_t>(row.condition) == index++);
        BOOST_TEST(row.value != CKR_OK);
        BOOST_TEST(row.name.substr(0, 4) == "CKR_");
        BOOST_TEST(&row_of(row.condition) == &row);
    }
    BOOST_TEST(index == static_cast<std::size_t>(Errc::AuditBroken) + 1);
}

BOOST_AUTO_TEST_CASE(only_the_impossible_is_a_general_error) {
    for (const ConditionRow& row : condition_rows()) {
        BOOST_TEST((row.value == CKR_GENERAL_ERROR) == (row.condition == Errc::Internal));
    }
}

BOOST_AUTO_TEST_CASE(conditions_of_a_partition_have_the_documented_codes) {
    BOOST_TEST(ck_rv(Errc::PartitionNotActive) == CKR_FUNCTION_REJECTED);
    // A configuration that is missing is as wrong as one that does not parse; a store that others keep
    // changing is as busy as one that they keep locked.
    BOOST_TEST(ck_rv(Errc::FileUnreadable) == ck_rv(Errc::ConfigurationInvalid));
    BOOST_TEST(ck_rv(Errc::StoreConflict) == ck_rv(Errc::StoreBusy));
    BOOST_TEST(ck_rv(Errc::PartitionErrorState) == CKR_DEVICE_ERROR);
    BOOST_TEST(ck_rv(Errc::StoreFull) == CKR_DEVICE_MEMORY);
    BOOST_TEST(ck_rv(Errc::StoreReadOnly) == CKR_TOKEN_WRITE_PROTECTED);
    BOOST_TEST(ck_rv(Errc::KeyNotFound) == CKR_OBJECT_HANDLE_INVALID);
    BOOST_TEST(ck_rv(static_cast<Errc>(60000)) == CKR_GENERAL_ERROR);
}

BOOST_AUTO_TEST_SUITE_END()
