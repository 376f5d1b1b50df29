// One step of the property test, as a line of text that a worker is sent, and its answer. Values.
#pragma once

#include <cstdint>
#include <string>

namespace kvp11::test {

enum class Verb : std::uint8_t {
    Create,   // a new key of this name
    Version,  // one more version, or a new key
    Rotate,
    Policy,   // sets a rotation policy
    Tag,      // `value` becomes the tag "t" of the latest version
    Disable,  // the latest version
    Enable,
    Remove,   // as KeyLifeCycle does
    Destroy,  // as C_DestroyObject does
    Recover,
    Purge,
    Get,
    Sign,     // with the version number `value`, counted from the oldest
    BackUp,   // into the slot `value`
    Restore,  // from the slot `value`
    Grant,    // Crypto User on this key to the principal of the test
    Revoke,
    SignAsPrincipal,
    Note,  // a record with the label `value` is made
    EraseNote,
    Relogin,
    Dump,     // the state of this name
    DumpAll,  // names of live and of deleted keys, and labels of records
};
inline constexpr int action_verbs = static_cast<int>(Verb::Relogin) + 1;

struct Action {
    Verb verb = Verb::Dump;
    std::string name;
    int value = 0;
    std::int64_t now = 0;  // the clock of all workers
};

std::string to_line(const Action& action);
Action from_line(const std::string& line);
std::string describe(const Action& action);

}  // namespace kvp11::test
