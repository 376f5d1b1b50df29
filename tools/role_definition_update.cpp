// kvp11 role definition update.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/role_definition_file.hpp"
#include "tools/role_text.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

class DefinitionUpdate final : public Command {
public:
    std::string words() const override { return "role definition update"; }
    std::string summary() const override { return "Replace a role of your own; its assignments stay"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--role-definition", source_,
                     "JSON as az has it, or a file with it; 'name' is the role's id, or 'roleName' its name",
                     Need::Required);
        options.flag("--json", as_json_, "What it is now, as one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        access::RoleDefinition role = TRY(read_role_definition(source_));
        const auto partition = TRY(access_.open_as_officer());
        role.id = TRY(role_named(*partition, role.id.empty() ? role.name : role.id)).id;
        const access::RoleDefinition kept = TRY(partition->put_role_definition(role));
        if (as_json_) {
            out << definition_json(kept);
        } else {
            out << "replaced the role " << printable(kept.name) << ", id " << kept.id << '\n';
        }
        return {};
    }

private:
    PartitionAccess access_;
    std::string source_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_definition_update() { return std::make_unique<DefinitionUpdate>(); }

}  // namespace kvp11::tools
