// docs/configuration.md has a row for each key that the file may hold, of the right type, and for no other.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "config/slot_rows.hpp"

using namespace kvp11::config;

namespace {

constexpr const char* types[] = {"string", "integer", "number", "boolean", "array of strings"};

std::map<std::string, std::string> types_on_the_page() {
    std::ifstream page(KVP11_DOCS "/configuration.md");
    const std::regex row(R"(^\| `([a-z]+\.[a-z_]+)` \| ([a-z ]+) \|.*)");
    std::map<std::string, std::string> all;
    for (std::string line; std::getline(page, line);) {
        std::smatch match;
        if (!std::regex_match(line, match, row)) continue;
        BOOST_TEST(all.emplace(match[1], match[2]).second, match[1] << " has two rows");
    }
    return all;
}

template <class Rows>
void add(std::map<std::string, std::string>& all, const std::string& table, const Rows& rows) {
    for (const auto& row : rows)
        if (row.facts.refusal.empty())
            all[table + '.' + std::string(row.facts.key)] = types[static_cast<std::size_t>(row.facts.type)];
}

std::string listed(const std::map<std::string, std::string>& all) {
    std::ostringstream text;
    for (const auto& [key, type] : all) text << key << ": " << type << '\n';
    return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(configuration_page)

BOOST_AUTO_TEST_CASE(the_page_has_every_key_and_its_type) {
    std::map<std::string, std::string> wanted;
    add(wanted, "log", log_rows());
    add(wanted, "slot", slot_rows());
    BOOST_TEST(wanted.size() > 40U);
    BOOST_TEST(listed(types_on_the_page()) == listed(wanted));
}

BOOST_AUTO_TEST_SUITE_END()
