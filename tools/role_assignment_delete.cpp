// kvp11 role assignment delete.
#include <algorithm>
#include <ostream>

#include "access/folded_map.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/role_choice.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

class AssignmentDelete final : public Command {
public:
    std::string words() const override { return "role assignment delete"; }
    std::string summary() const override { return "Take a role from a principal at a scope"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--name", name_, "The assignment's id; else --role, --assignee-object-id and --scope");
        options.text("--role", role_, "The role's id or name");
        options.text("--assignee-object-id,--assignee", assignee_, "Who has it: an object id, or user, so, public");
        options.text("--scope", scope_, "Where: /, /keys or /keys/NAME");
    }

    Result<void> run(std::ostream& out) override {
        const bool by_name = !name_.empty() && role_.empty() && assignee_.empty();
        const bool by_bond = name_.empty() && !role_.empty() && !assignee_.empty() && !scope_.empty();
        if (!by_name && !by_bond) {
            return fail(Errc::ArgumentsBad, "want --name alone, or --role, --assignee-object-id and --scope");
        }
        const auto partition = TRY(access_.open_as_officer());
        const access::RoleAssignment held = TRY(by_name ? named(*partition) : bond(*partition));
        TRY(partition->remove_role_assignment(held.scope, held.id));
        out << "removed the role assignment " << held.id << " of " << printable(held.principal) << " at " << held.scope
            << '\n';
        return {};
    }

private:
    template <class Wanted>
    Result<access::RoleAssignment> found(const partition::Partition& partition, Wanted wanted) const {
        const std::vector<access::RoleAssignment> all = TRY(partition.role_assignments(scope_));
        const auto first = std::find_if(all.begin(), all.end(), wanted);
        if (first == all.end()) return fail(Errc::RoleAssignmentNotFound, "there is no such role assignment");
        return *first;
    }

    Result<access::RoleAssignment> named(const partition::Partition& partition) const {
        return found(partition, [&](const auto& held) { return access::same_folded(held.id, name_); });
    }

    Result<access::RoleAssignment> bond(const partition::Partition& partition) const {
        const std::string role = TRY(role_named(partition, role_)).id;
        const std::string principal = TRY(principal_named(partition, assignee_));
        return found(partition, [&](const auto& held) {
            return held.role == role && access::same_folded(held.principal, principal);
        });
    }

    PartitionAccess access_;
    std::string name_;
    std::string role_;
    std::string assignee_;
    std::string scope_;
};

}  // namespace

std::unique_ptr<Command> make_role_assignment_delete() { return std::make_unique<AssignmentDelete>(); }

}  // namespace kvp11::tools
