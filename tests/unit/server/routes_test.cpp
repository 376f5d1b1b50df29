#include "server/routes_text.hpp"

#include <fstream>
#include <sstream>

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(routes)

BOOST_AUTO_TEST_CASE(the_page_on_the_api_has_the_table_of_routes) {
    std::ifstream file(KVP11_DOCS "/hsm-sim-api.md");
    std::ostringstream page;
    page << file.rdbuf();
    const std::string table = kvp11::server::routes_markdown();
    BOOST_TEST((page.str().find(table) != std::string::npos),
               "docs/hsm-sim-api.md has another table; this one is right (`hsm-sim routes --markdown`):\n" + table);
}

BOOST_AUTO_TEST_SUITE_END()
