// kvp11 role assignment list.
#include <map>
#include <ostream>

#include "access/folded_map.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/role_text.hpp"

namespace kvp11::tools {
namespace {

class AssignmentList final : public Command {
public:
    std::string words() const override { return "role assignment list"; }
    std::string summary() const override { return "List who has which role, and where"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--scope", scope_, "Those at exactly /, /keys or /keys/NAME (else all)");
        options.text("--role", role_, "Those of the role with this id or name");
        options.text("--assignee-object-id,--assignee", assignee_,
                     "Those of this principal: an object id, or user, so, public");
        options.flag("--json", as_json_, "As one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_as_officer());
        std::map<std::string, std::string> names;
        for (const access::RoleDefinition& role : TRY(partition->role_definitions())) names[role.id] = role.name;
        const std::string role = role_.empty() ? "" : TRY(role_named(*partition, role_)).id;
        const std::string principal = assignee_.empty() ? "" : TRY(principal_named(*partition, assignee_));
        const std::string serial = TRY(partition->status()).serial;
        std::vector<NamedAssignment> found;
        for (const access::RoleAssignment& held : TRY(partition->role_assignments(scope_))) {
            if (!role.empty() && held.role != role) continue;
            if (!principal.empty() && !access::same_folded(held.principal, principal)) continue;
            found.push_back({held, names[held.role], word_of(held.principal, serial)});
        }
        out << (as_json_ ? assignments_json(found) : assignments_table(found));
        return {};
    }

private:
    PartitionAccess access_;
    std::string scope_;
    std::string role_;
    std::string assignee_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_role_assignment_list() { return std::make_unique<AssignmentList>(); }

}  // namespace kvp11::tools
