// kvp11 role definition delete.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

class DefinitionDelete final : public Command {
public:
    std::string words() const override { return "role definition delete"; }
    std::string summary() const override { return "Remove a role of your own that is assigned to nobody"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--name", role_, "The role's id or name", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_as_officer());
        const access::RoleDefinition role = TRY(role_named(*partition, role_));
        TRY(partition->remove_role_definition(role.id));
        out << "removed the role " << printable(role.name) << ", id " << role.id << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::string role_;
};

}  // namespace

std::unique_ptr<Command> make_role_definition_delete() { return std::make_unique<DefinitionDelete>(); }

}  // namespace kvp11::tools
