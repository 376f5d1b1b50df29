// kvp11 role assignment create.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/role_text.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

class AssignmentCreate final : public Command {
public:
    std::string words() const override { return "role assignment create"; }
    std::string summary() const override { return "Give a role to a principal at a scope"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--role", role_, "The role's id or name", Need::Required);
        options.text("--assignee-object-id,--assignee", assignee_,
                     "Who gets it: an object id, or user, so, public of the PKCS#11 token", Need::Required);
        options.text("--scope", scope_, "Where: /, /keys or /keys/NAME", Need::Required);
        options.text("--name", name_, "The assignment's id, a GUID (else a new one)");
        options.flag("--json", as_json_, "What was made, as one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_as_officer());
        const access::RoleDefinition role = TRY(role_named(*partition, role_));
        const std::string principal = TRY(principal_named(*partition, assignee_));
        const std::string id = name_.empty() ? TRY(new_guid()) : name_;
        const access::RoleAssignment made = TRY(partition->assign_role({id, principal, role.id, scope_}));
        if (as_json_) {
            out << assignment_json({made, role.name, word_of(principal, TRY(partition->status()).serial)});
        } else {
            out << printable(principal) << " has the role " << printable(role.name) << " at " << made.scope
                << ", assignment " << made.id << '\n';
        }
        return {};
    }

private:
    PartitionAccess access_;
    std::string role_;
    std::string assignee_;
    std::string scope_;
    std::string name_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_assignment_create() { return std::make_unique<AssignmentCreate>(); }

}  // namespace kvp11::tools
