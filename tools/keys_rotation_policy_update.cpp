// kvp11 keys rotation-policy update.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/rotation_policy_text.hpp"

namespace kvp11::tools {
namespace {

class UpdatePolicy final : public Command {
public:
    std::string words() const override { return "keys rotation-policy update"; }
    std::string summary() const override { return "Give a key the rotation policy of a file"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyRotationPolicySet);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--value", file_, "File with the policy (JSON): lifetimeActions and attributes.expiryTime",
                     Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const std::string text = TRY(read_text(file_));
        const RotationPolicy wanted = TRY(parse_rotation_policy(text));
        const auto partition = TRY(access_.open_logged_in());
        const RotationPolicy kept = TRY(partition->set_rotation_policy(name_, wanted));
        out << rotation_policy_json(kept, name_);
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_keys_rotation_policy_update() { return std::make_unique<UpdatePolicy>(); }

}  // namespace kvp11::tools
