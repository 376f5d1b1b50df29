// kvp11 role definition show.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/role_text.hpp"

namespace kvp11::tools {
namespace {

class DefinitionShow final : public Command {
public:
    std::string words() const override { return "role definition show"; }
    std::string summary() const override { return "Show a role and its data actions"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--name", role_, "The role's id or name", Need::Required);
        options.flag("--json", as_json_, "As one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_as_officer());
        const access::RoleDefinition role = TRY(role_named(*partition, role_));
        out << (as_json_ ? definition_json(role) : definition_text(role));
        return {};
    }

private:
    PartitionAccess access_;
    std::string role_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_definition_show() { return std::make_unique<DefinitionShow>(); }

}  // namespace kvp11::tools
