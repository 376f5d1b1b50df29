// What the tests of roles share: GUIDs by number, roles and assignments in one line, conditions by number.
#pragma once

#include <cstdio>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <stdexcept>

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include "access/access_table.hpp"

namespace kvp11::test {

using access::AccessTable;
using access::DataAction;
using access::DataActions;
using access::RoleAssignment;
using access::RoleDefinition;

template <class T>
boost::test_tools::predicate_result fails_with(const Result<T>& result, Errc wanted) {
    boost::test_tools::predicate_result refused(false);
    if (result.ok()) {
        refused.message() << "succeeded, want the condition " << static_cast<int>(wanted);
        return refused;
    }
    if (result.code() == wanted && !result.error().message.empty()) return true;
    refused.message() << "got the condition " << static_cast<int>(result.code()) << " (" << result.error().message
                      << "), want " << static_cast<int>(wanted);
    return refused;
}

template <class T>
boost::test_tools::predicate_result succeeds(const Result<T>& result) {
    if (result.ok()) return true;
    boost::test_tools::predicate_result refused(false);
    refused.message() << "got the condition " << static_cast<int>(result.code()) << ": " << result.error().message;
    return refused;
}

/// A GUID for each number.
inline std::string guid(unsigned number) {
    char text[37];
    std::snprintf(text, sizeof text, "a0000000-0000-4000-8000-%012x", number);
    return text;
}

inline DataActions actions(std::initializer_list<DataAction> listed) {
    DataActions set;
    for (const DataAction action : listed) set.set(static_cast<std::size_t>(action));
    return set;
}

inline RoleDefinition custom_role(unsigned number, const DataActions& allowed = {}, const DataActions& denied = {}) {
    return {guid(number), "Custom " + std::to_string(number), "made by a test", false, allowed, denied};
}

inline RoleAssignment assignment(unsigned number, const std::string& principal, const std::string& role,
                                 const std::string& scope) {
    return {guid(1000 + number), principal, role, scope};
}

inline std::string vector_text(const std::string& name) {
    std::ifstream file(std::string(KVP11_VECTORS) + "/" + name, std::ios::binary);
    if (!file) throw std::runtime_error("cannot read the vector " + name);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kvp11::test

#define EXPECT_FAILURE(result, errc) BOOST_CHECK(::kvp11::test::fails_with((result), (errc)))
#define EXPECT_SUCCESS(result) BOOST_CHECK(::kvp11::test::succeeds((result)))
#define REQUIRE_SUCCESS(result) BOOST_REQUIRE(::kvp11::test::succeeds((result)))
