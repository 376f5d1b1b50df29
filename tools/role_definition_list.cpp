// kvp11 role definition list.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_text.hpp"

namespace kvp11::tools {
namespace {

class DefinitionList final : public Command {
public:
    std::string words() const override { return "role definition list"; }
    std::string summary() const override { return "List the roles that there are"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.flag("--custom-role-only", custom_only_, "Without the built-in ones");
        options.flag("--json", as_json_, "As one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_as_officer());
        std::vector<access::RoleDefinition> roles = TRY(partition->role_definitions());
        if (custom_only_) std::erase_if(roles, [](const access::RoleDefinition& role) { return role.built_in; });
        out << (as_json_ ? definitions_json(roles) : definitions_table(roles));
        return {};
    }

private:
    PartitionAccess access_;
    bool custom_only_ = false;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_definition_list() { return std::make_unique<DefinitionList>(); }

}  // namespace kvp11::tools
