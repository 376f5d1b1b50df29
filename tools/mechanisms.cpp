// kvp11 mechanisms.
#include <ostream>

#include "mechanism/registry.hpp"
#include "tools/commands.hpp"

namespace kvp11::tools {
namespace {

class Mechanisms final : public Command {
public:
    std::string words() const override { return "mechanisms"; }
    std::string summary() const override { return "List the mechanisms of the PKCS#11 module"; }
    void declare(Options&) override {}
    Result<void> run(std::ostream& out) override {
        out << mechanism::markdown_table();
        return {};
    }
};

}  // namespace

std::unique_ptr<Command> make_mechanisms() { return std::make_unique<Mechanisms>(); }

}  // namespace kvp11::tools
