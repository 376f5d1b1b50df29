#include "action.hpp"

#include <sstream>

namespace kvp11::test {
namespace {

constexpr const char* words[] = {"create", "version",    "rotate",  "policy",  "tag",     "disable",
                                 "enable", "remove",     "destroy", "recover", "purge",   "get",
                                 "sign",   "back-up",    "restore", "grant",   "revoke",  "sign-as-principal",
                                 "note",   "erase-note", "relogin", "dump",    "dump-all"};

}  // namespace

std::string to_line(const Action& action) {
    std::ostringstream line;
    line << static_cast<int>(action.verb) << ' ' << (action.name.empty() ? "-" : action.name) << ' ' << action.value
         << ' ' << action.now;
    return line.str();
}

Action from_line(const std::string& line) {
    std::istringstream in(line);
    Action action;
    int verb = 0;
    in >> verb >> action.name >> action.value >> action.now;
    action.verb = static_cast<Verb>(verb);
    return action;
}

std::string describe(const Action& action) {
    return std::string(words[static_cast<int>(action.verb)]) + ' ' + action.name + ' ' + std::to_string(action.value) +
           " at " + std::to_string(action.now);
}

}  // namespace kvp11::test
