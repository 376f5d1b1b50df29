// kvp11 hsm states.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/states_text.hpp"

namespace kvp11::tools {
namespace {

class States final : public Command {
public:
    std::string words() const override { return "hsm states"; }
    std::string summary() const override { return "Show the states of a partition, or of a key, and what leads where"; }

    void declare(Options& options) override {
        options.flag("--key", of_key_, "Those of a key");
        options.flag("--dot", as_dot_, "As a graph for graphviz (tools/draw-states draws it)");
    }

    Result<void> run(std::ostream& out) override {
        if (of_key_) {
            out << (as_dot_ ? key_states_dot() : key_states_table());
        } else {
            out << (as_dot_ ? partition_states_dot() : partition_states_table());
        }
        return {};
    }

private:
    bool of_key_ = false;
    bool as_dot_ = false;
};

}  // namespace

std::unique_ptr<Command> make_hsm_states() { return std::make_unique<States>(); }

}  // namespace kvp11::tools
