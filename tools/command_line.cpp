#include "tools/command_line.hpp"

#include <algorithm>
#include <iterator>
#include <ostream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "tools/exit_code.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

struct Group {
    std::string_view words;
    const char* summary;
};
constexpr Group groups[] = {
    {"hsm", "Partitions of the simulated HSM: make, look at, set up, back up, restore, destroy"},
    {"keys", "The keys of a partition: make, look at, use up, rotate, delete, recover, carry over"},
    {"keys rotation-policy", "When a key gets a new version by itself"},
    {"role", "Who may do what in a partition"},
    {"role definition", "Roles: the data actions that they allow"},
    {"role assignment", "Who has which role, and where"},
    {"audit", "What was done in a partition, and by whom: look, check, export"},
    {"security-domain", "The ceremony that lets a quorum of officers recover a partition"},
};

const char* group_summary(std::string_view words) {
    for (const Group& group : groups) {
        if (group.words == words) return group.summary;
    }
    return "";
}

std::vector<std::string> split(const std::string& words) {
    std::istringstream stream(words);
    return {std::istream_iterator<std::string>(stream), {}};
}

bool begins_with(const std::vector<std::string>& words, const std::vector<std::string>& beginning) {
    return words.size() >= beginning.size() && std::equal(beginning.begin(), beginning.end(), words.begin());
}

/// The parser of the command's words; makes the groups that it is the first of.
CLI::App& parser_for(CLI::App& root, const Command& command) {
    const std::vector<std::string> words = split(command.words());
    CLI::App* parent = &root;
    std::string named;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        named += (named.empty() ? "" : " ") + words[i];
        const auto known = parent->get_subcommands([&](const CLI::App* app) { return app->get_name() == words[i]; });
        parent = known.empty() ? parent->add_subcommand(words[i], group_summary(named)) : known.front();
        parent->require_subcommand(1);
    }
    return *parent->add_subcommand(words.back(), command.summary());
}

int report(const Error& error, std::ostream& err) {
    err << "kvp11: " << error.message << '\n';
    if (const std::string_view hint = advice(error.code); !hint.empty()) err << "what to do: " << hint << '\n';
    return static_cast<int>(exit_code(error.code));
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// The commands of the group that `named` begins with; all of them when it begins with none.
std::string candidates(const std::vector<std::unique_ptr<Command>>& commands, const std::vector<std::string>& named) {
    std::string all;
    std::string of_group;
    for (const auto& command : commands) {
        const std::vector<std::string> words = split(command->words());
        all += (all.empty() ? "" : ", ") + command->words();
        if (named.empty() || words.front() != named.front()) continue;
        of_group += (of_group.empty() ? "" : ", ") + command->words();
    }
    return of_group.empty() ? all : of_group;
}

/// The sentence on words that name no command; empty when they name one or ask a group for something.
std::string unknown_command(const std::vector<std::unique_ptr<Command>>& commands,
                            const std::vector<std::string>& words) {
    if (!words.empty() && words.front().starts_with('-')) return {};
    const auto option =
        std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
    std::vector<std::string> named(words.begin(), option);
    std::size_t longest = 1;
    for (const auto& command : commands) {
        const std::vector<std::string> candidate = split(command->words());
        if (begins_with(named, candidate)) return {};
        if (option != words.end() && begins_with(candidate, named)) return {};
        longest = std::max(longest, candidate.size());
    }
    const std::string wanted = ", want one of: " + candidates(commands, named);
    if (named.empty()) return "no command was given" + wanted;
    named.resize(std::min(named.size(), longest));
    return "there is no command '" + joined(named) + "'" + wanted;
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
    CLI::App root("kvp11: partitions of a simulated HSM, their keys and their security domains", "kvp11");
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
        return result ? command->code_of_result() : report(result.error(), err);
    }
    return static_cast<int>(ExitCode::Usage);
}

}  // namespace kvp11::tools
