#include "access/guid.hpp"

#include <array>

#include "unit/access/checks.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::access;

BOOST_AUTO_TEST_SUITE(guid)

BOOST_AUTO_TEST_CASE(guids_are_36_characters_in_either_case) {
    BOOST_CHECK(is_guid("21dbd100-6940-42c2-9190-5d6cb909625b"));
    BOOST_CHECK(is_guid("21DBD100-6940-42C2-9190-5D6CB909625B"));
    BOOST_CHECK(is_guid("00000000-0000-0000-0000-000000000000"));
}

BOOST_AUTO_TEST_CASE(anything_else_is_none) {
    for (const char* text :
         {"", "21dbd100", "21dbd100694042c291905d6cb909625b", "{21dbd100-6940-42c2-9190-5d6cb909625b}",
          "21dbd100-6940-42c2-9190-5d6cb909625", "21dbd100-6940-42c2-9190-5d6cb909625b0",
          "21dbd100-6940-42c2-9190-5d6cb909625g", "21dbd1006-940-42c2-9190-5d6cb909625b",
          "21dbd100 6940-42c2-9190-5d6cb909625b", "----36-characters-that-are-no-guid--"}) {
        BOOST_CHECK_MESSAGE(!is_guid(text), text);
    }
}

BOOST_AUTO_TEST_CASE(random_bytes_make_a_guid_of_version_4) {
    std::array<std::uint8_t, 16> bytes{};
    bytes.fill(0xFF);
    BOOST_CHECK_EQUAL(guid_of(bytes), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    bytes.fill(0);
    BOOST_CHECK_EQUAL(guid_of(bytes), "00000000-0000-4000-8000-000000000000");
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(16 * i + i);
    BOOST_CHECK_EQUAL(guid_of(bytes), "00112233-4455-4677-8899-aabbccddeeff");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
