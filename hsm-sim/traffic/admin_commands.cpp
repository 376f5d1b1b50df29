#include "traffic/admin_commands.hpp"

#include <algorithm>
#include <iterator>

#include <boost/json.hpp>

#include "host/nearest.hpp"

namespace kvp11::traffic {
namespace {

namespace json = boost::json;
using Lines = std::vector<std::string>;

struct Command {
    std::string_view name;
    std::string_view argument;  // how help shows it; empty: none
    std::string_view help;
    Result<Lines> (*run)(std::string_view argument, Traffic& traffic);
};

Result<Lines> show_help(std::string_view, Traffic&);

Result<Lines> show_rules(std::string_view, Traffic& traffic) { return Lines{traffic.rules()}; }

Result<Lines> set_rules(std::string_view document, Traffic& traffic) {
    TRY(traffic.set_rules(document));
    return Lines{};
}

Result<Lines> clear_rules(std::string_view, Traffic& traffic) {
    TRY(traffic.set_rules("{}"));
    return Lines{};
}

Result<Lines> add_fault(std::string_view fault, Traffic& traffic) {
    TRY(traffic.add_fault(fault));
    return Lines{};
}

std::string text_of_operation(const json::object& fault) {
    const json::value* operation = fault.if_contains("operation");
    return operation ? std::string(operation->get_string()) : "*";
}

// "faults[0] KeySign 3", "throttled 12".
Result<Lines> show_counters(std::string_view, Traffic& traffic) {
    const json::value document = json::parse(traffic.rules());
    Lines lines;
    if (const json::value* happened = document.get_object().if_contains("happened")) {
        for (const auto& [name, count] : happened->get_object()) {
            lines.push_back(std::string(name) + " " + json::serialize(count));
        }
    }
    const json::value* faults = document.get_object().if_contains("faults");
    for (std::size_t i = 0; faults && i < faults->get_array().size(); ++i) {
        const json::object& fault = faults->get_array()[i].get_object();
        lines.push_back("faults[" + std::to_string(i) + "] " + text_of_operation(fault) + " " +
                        json::serialize(fault.at("happened")));
    }
    return lines;
}

constexpr Command commands[] = {
    {"rules", "", "prints the rules and how often each thing happened", show_rules},
    {"set", "{json}", "replaces all rules; counters begin anew", set_rules},
    {"clear", "", "removes all rules", clear_rules},
    {"fault", "{json}", "adds one fault; the other rules and their counters go on", add_fault},
    {"counters", "", "prints how often each thing happened, one in a line", show_counters},
    {"help", "", "prints this", show_help},
};

Result<Lines> show_help(std::string_view, Traffic&) {
    Lines lines;
    for (const Command& command : commands) {
        std::string usage(command.name);
        if (!command.argument.empty()) usage += " " + std::string(command.argument);
        usage.resize(std::max<std::size_t>(usage.size(), 14), ' ');
        lines.push_back(usage + std::string(command.help));
    }
    return lines;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

Result<Lines> run(std::string_view line, Traffic& traffic) {
    line = trimmed(line);
    const std::string_view name = line.substr(0, line.find_first_of(" \t{"));
    const std::string_view argument = trimmed(line.substr(name.size()));
    std::vector<std::string_view> names;
    for (const Command& command : commands) {
        names.push_back(command.name);
        if (command.name != name) continue;
        if (command.argument.empty() == argument.empty()) return command.run(argument, traffic);
        return fail(Errc::ArgumentsBad, std::string(name) + (argument.empty() ? " needs " : " takes no ") +
                                            (argument.empty() ? std::string(command.argument) : "argument"));
    }
    return fail(Errc::ArgumentsBad, "there is no command '" + std::string(name.substr(0, 64)) + "'" +
                                        host::did_you_mean(name, names) + "; try help");
}

// What a caller typed comes back in messages: it must not begin a line of its own.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    return text;
}

}  // namespace

std::vector<std::string> answer_admin(std::string_view line, Traffic& traffic) {
    auto result = run(line, traffic);
    if (!result.ok()) return {"error: " + one_line(result.error().message)};
    Lines lines = std::move(result).value();
    lines.emplace_back("ok");
    return lines;
}

}  // namespace kvp11::traffic
