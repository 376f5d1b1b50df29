// docs/partition.md shows commands and what they print. Here they run, in their order, on one partition.
#include <unistd.h>

#include <filesystem>
#include <regex>

#include "unit/tools/command_run.hpp"

namespace kvp11 {
namespace {

using namespace kvp11::test;

/// A line "$ command" of the page's console blocks and the lines after it.
struct Shown {
    std::string command;
    std::string output;
};

std::vector<Shown> shown_on(const std::string& page) {
    std::vector<Shown> all;
    std::istringstream lines(page);
    std::string line;
    bool inside = false;
    while (std::getline(lines, line)) {
        if (line.starts_with("```")) {
            inside = line == "```console";
        } else if (inside && line.starts_with("$ ")) {
            all.push_back({line.substr(2), {}});
        } else if (inside) {
            all.back().output += line + '\n';
        }
    }
    return all;
}

/// What differs from run to run, made the same without changing its width: versions, ids, times, process ids, counts.
std::string masked(std::string text) {
    const std::pair<const char*, const char*> masks[] = {
        {R"(\b[0-9a-f]{32}\b)", "VERSION"},
        {R"(\bid [0-9a-f]{16}\b)", "id ID"},
        {R"(20[2-5]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z)", "TIME"},
        {R"re(("(?:created|updated)":)\d+)re", "$1SECONDS"},
        {R"(\b(kvp11|tools_test) \d+\n)", "PROGRAM\n"},
        {R"(\b\d+ records, \d+ of them)", "N records, N of them"},
        {R"(\n\d+ +TIME)", "\nN TIME"},
    };
    for (const auto& [pattern, replacement] : masks) text = std::regex_replace(text, std::regex(pattern), replacement);
    return text;
}

/// The partition lies beside the files that the commands name.
class Page : public Desk {
public:
    Page() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder / ""); }
    ~Page() { std::filesystem::current_path(before_); }

    [[nodiscard]] std::string output_of(const Shown& shown) const {
        std::istringstream stream(shown.command);
        Words words{std::istream_iterator<std::string>(stream), {}};
        if (words.front() == "cat") {
            put(words.at(1), shown.output);
            return shown.output;
        }
        words.erase(words.begin());
        const bool needs_pin = words[0] != "audit" || words[1] == "verify";
        const Outcome outcome = needs_pin ? run(words) : run_without_pin(words);
        return outcome.out + outcome.err;
    }

private:
    std::filesystem::path before_;
};

BOOST_AUTO_TEST_SUITE(partition_page)

BOOST_AUTO_TEST_CASE(its_commands_print_what_it_shows) {
    const auto all = shown_on(content(std::string(KVP11_DOCS) + "/partition.md"));
    BOOST_REQUIRE_GT(all.size(), 15U);
    const Page page;
    for (const Shown& shown : all) {
        BOOST_CHECK_EQUAL(masked("$ " + shown.command + '\n' + page.output_of(shown)),
                          masked("$ " + shown.command + '\n' + shown.output));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kvp11
