// kvp11 role definition create.
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

class DefinitionCreate final : public Command {
public:
    std::string words() const override { return "role definition create"; }
    std::string summary() const override { return "Make a role of your own"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--role-definition", source_, "JSON as az has it, or a file with it", Need::Required);
        options.flag("--json", as_json_, "What was made, as one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        access::RoleDefinition role = TRY(read_role_definition(source_));
        const auto partition = TRY(access_.open_as_officer());
        if (role.id.empty()) {
            role.id = TRY(new_guid());
        } else if (role_named(*partition, role.id)) {
            return fail(Errc::RoleDefinitionInvalid,
                        "there is a role " + role.id + " already: leave out 'name', or use role definition update");
        }
        const access::RoleDefinition made = TRY(partition->put_role_definition(role));
        if (as_json_) {
            out << definition_json(made);
        } else {
            out << "made the role " << printable(made.name) << ", id " << made.id << '\n';
        }
        return {};
    }

private:
    PartitionAccess access_;
    std::string source_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_definition_create() { return std::make_unique<DefinitionCreate>(); }

}  // namespace kvp11::tools
