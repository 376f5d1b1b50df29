// The options of a command, bound to its members. Hides the parser (CLI11), which only options.cpp
// and command_line.cpp know.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kvp11::tools {

enum class Need : bool { Optional, Required };

class Options {
public:
    explicit Options(CLI::App& parser) : parser_(parser) {}

    void flag(const std::string& name, bool& target, const std::string& help);
    void text(const std::string& name, std::string& target, const std::string& help, Need need = Need::Optional);
    /// The same, where an empty word says something else than none.
    void text(const std::string& name, std::optional<std::string>& target, const std::string& help);
    /// Several words after one option: --name a b c.
    void texts(const std::string& name, std::vector<std::string>& target, const std::string& help,
               Need need = Need::Optional);
    /// The same, also with commas: --name a,b,c.
    void comma_texts(const std::string& name, std::vector<std::string>& target, const std::string& help,
                     Need need = Need::Optional);
    void number(const std::string& name, std::optional<unsigned>& target, const std::string& help,
                Need need = Need::Optional);
    /// One of these must be given, and only one.
    void exactly_one(std::initializer_list<std::string> names);

private:
    CLI::App& parser_;
};

}  // namespace kvp11::tools
