#include "tools/command_line.hpp"

#include <algorithm>
#include <ostream>

#include <CLI/CLI.hpp>

#include "tools/exit_code.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

const char* group_summary(const std::string& group) {
    if (group == "hsm") return "Partitions of the simulated HSM: make, look at, back up, restore";
    if (group == "security-domain") return "The ceremony that lets a quorum of officers recover a partition";
    return "";
}

/// The parser of the command's words; makes its group when it is the group's first.
CLI::App& parser_for(CLI::App& root, const Command& command) {
    const std::string words = command.words();
    const std::size_t space = words.find(' ');
    if (space == std::string::npos) return *root.add_subcommand(words, command.summary());
    const std::string group = words.substr(0, space);
    const auto known = root.get_subcommands([&](const CLI::App* app) { return app->get_name() == group; });
    CLI::App* parent = known.empty() ? root.add_subcommand(group, group_summary(group)) : known.front();
    parent->require_subcommand(1);
    return *parent->add_subcommand(words.substr(space + 1), command.summary());
}

int report(const Error& error, std::ostream& err) {
    err << "kvp11: " << error.message << '\n';
    if (const std::string_view hint = advice(error.code); !hint.empty()) err << "what to do: " << hint << '\n';
    return static_cast<int>(exit_code(error.code));
}

/// The sentence on words that name no command; empty when they name one or begin with an option.
std::string unknown_command(const std::vector<std::unique_ptr<Command>>& commands,
                            const std::vector<std::string>& words) {
    if (!words.empty() && words.front().starts_with('-')) return {};
    const std::string first = words.empty() ? "" : words.front();
    const std::string both = words.size() < 2 ? first : first + ' ' + words[1];
    std::string known;
    for (const auto& command : commands) {
        const std::string candidate = command->words();
        const bool option_follows = words.size() > 1 && words[1].starts_with('-') && candidate.starts_with(first + ' ');
        if (candidate == first || candidate == both || option_follows) return {};
        known += (known.empty() ? "" : ", ") + candidate;
    }
    return (first.empty() ? "no command was given" : "there is no command '" + both + "'") + ", want one of: " + known;
}

int report_usage(const CLI::App& root, const CLI::ParseError& problem, std::ostream& out, std::ostream& err) {
    if (problem.get_exit_code() == 0) return root.exit(problem, out, err);  // --help
    err << "kvp11: " << problem.what() << '\n' << "what to do: " << advice(Errc::ArgumentsBad) << '\n';
    return static_cast<int>(ExitCode::Usage);
}

}  // namespace

int run_command_line(const std::vector<std::unique_ptr<Command>>& commands, std::vector<std::string> words,
                     std::ostream& out, std::ostream& err) {
    if (const std::string unknown = unknown_command(commands, words); !unknown.empty()) {
        return report({Errc::ArgumentsBad, unknown}, err);
    }
    CLI::App root("kvp11: partitions of a simulated HSM and their security domains", "kvp11");
    root.require_subcommand(1);
    std::vector<std::pair<CLI::App*, Command*>> parsers;
    for (const auto& command : commands) {
        CLI::App& parser = parser_for(root, *command);
        Options options(parser);
        command->declare(options);
        parsers.emplace_back(&parser, command.get());
    }
    try {
        std::reverse(words.begin(), words.end());  // as CLI11 wants them
        root.parse(std::move(words));
    } catch (const CLI::ParseError& problem) {
        return report_usage(root, problem, out, err);
    }
    for (const auto& [parser, command] : parsers) {
        if (!parser->parsed()) continue;
        const Result<void> result = command->run(out);
        return result ? static_cast<int>(ExitCode::Success) : report(result.error(), err);
    }
    return static_cast<int>(ExitCode::Usage);
}

}  // namespace kvp11::tools
