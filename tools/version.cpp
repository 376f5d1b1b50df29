// kvp11 version.
#include <ostream>

#include "tools/commands.hpp"

namespace kvp11::tools {
namespace {

class Version final : public Command {
public:
    std::string words() const override { return "version"; }
    std::string summary() const override { return "Say which release this is"; }
    void declare(Options&) override {}
    Result<void> run(std::ostream& out) override {
        out << "kvp11 " << KVP11_VERSION << '\n';
        return {};
    }
};

}  // namespace

std::unique_ptr<Command> make_version() { return std::make_unique<Version>(); }

}  // namespace kvp11::tools
