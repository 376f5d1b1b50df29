#include "tools/options.hpp"

#include <CLI/CLI.hpp>

namespace kvp11::tools {
namespace {

void set_need(CLI::Option* option, Need need) { option->required(need == Need::Required); }

}  // namespace

void Options::flag(const std::string& name, bool& target, const std::string& help) {
    parser_.add_flag(name, target, help);
}

void Options::text(const std::string& name, std::string& target, const std::string& help, Need need) {
    set_need(parser_.add_option(name, target, help), need);
}

void Options::text(const std::string& name, std::optional<std::string>& target, const std::string& help) {
    parser_.add_option(name, target, help);
}

void Options::texts(const std::string& name, std::vector<std::string>& target, const std::string& help, Need need) {
    set_need(parser_.add_option(name, target, help), need);
}

void Options::comma_texts(const std::string& name, std::vector<std::string>& target, const std::string& help,
                          Need need) {
    set_need(parser_.add_option(name, target, help)->delimiter(','), need);
}

void Options::number(const std::string& name, std::optional<unsigned>& target, const std::string& help, Need need) {
    set_need(parser_.add_option(name, target, help), need);
}

void Options::exactly_one(std::initializer_list<std::string> names) {
    for (const std::string& name : names) {
        for (const std::string& other : names) {
            if (name != other) parser_.get_option(name)->excludes(parser_.get_option(other));
        }
    }
    std::vector<const CLI::Option*> choices;
    std::string listed;
    for (const std::string& name : names) {
        choices.push_back(parser_.get_option(name));
        listed += (listed.empty() ? "" : " or ") + name;
    }
    parser_.callback([choices, listed] {
        for (const CLI::Option* choice : choices) {
            if (choice->count() > 0) return;
        }
        throw CLI::RequiredError(listed);
    });
}

}  // namespace kvp11::tools
