// kvp11 keys rotation-policy show.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/rotation_policy_text.hpp"

namespace kvp11::tools {
namespace {

class ShowPolicy final : public Command {
public:
    std::string words() const override { return "keys rotation-policy show"; }
    std::string summary() const override { return "Show the rotation policy of a key, in the service's JSON"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyRotationPolicyGet);
        options.text("--name", name_, "The key's name", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const RotationPolicy policy = TRY(partition->rotation_policy(name_));
        out << rotation_policy_json(policy, name_);
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keys_rotation_policy_show() { return std::make_unique<ShowPolicy>(); }

}  // namespace kvp11::tools
