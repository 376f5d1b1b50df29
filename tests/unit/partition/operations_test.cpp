#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "partition/operations.hpp"

using namespace kvp11::partition;

namespace {

// The table as docs/roles.md holds it, between its two marks.
std::string table_in(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    const std::string whole = text.str();
    const std::string begin = "<!-- operations -->\n";
    const std::size_t from = whole.find(begin);
    const std::size_t to = whole.find("<!-- end of operations -->");
    BOOST_REQUIRE(from != std::string::npos && to != std::string::npos);
    return whole.substr(from + begin.size(), to - from - begin.size());
}

std::string table_of_rows() {
    std::string table = "| operation | data action | at | recorded |\n|---|---|---|---|\n";
    for (const OperationRow& row : operation_rows()) {
        std::string action = row.needs ? std::string(kvp11::access::name_of(*row.needs)) : "";
        action.erase(0,
                     action.find('/') == std::string::npos ? 0 : std::string("Microsoft.KeyVault/managedHsm/").size());
        table += "| " + std::string(row.name) + " | " + (action.empty() ? "none" : action) + " | " +
                 (row.sphere == Sphere::Key ? "the key" : "/") + " | " +
                 (row.kind == OperationClass::Management ? "management" : "all") + " |\n";
    }
    return table;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(operations)

BOOST_AUTO_TEST_CASE(every_operation_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (const OperationRow& row : operation_rows()) BOOST_CHECK_MESSAGE(names.insert(row.name).second, row.name);
    BOOST_CHECK(row_of(Operation::KeySign).needs == kvp11::access::DataAction::KeysSign);
}

BOOST_AUTO_TEST_CASE(what_needs_no_data_action_is_authorised_otherwise) {
    const std::set<std::string_view> known = {"Authentication", "TokenLogout", "TokenInitialise",
                                              "PinInitialise",  "PinChange",   "KeyRotateIfDue",
                                              "KeyPurgeIfDue",  "Zeroise",     "AuditSeal"};
    for (const OperationRow& row : operation_rows()) {
        if (!row.needs) BOOST_CHECK_MESSAGE(known.contains(row.name), row.name << " needs no data action");
    }
}

BOOST_AUTO_TEST_CASE(the_page_on_roles_holds_the_table_of_the_code) {
    BOOST_CHECK_EQUAL(table_in(KVP11_DOCS "/roles.md"), table_of_rows());
}

BOOST_AUTO_TEST_SUITE_END()
