// kvp11 keys purge.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Purge final : public Command {
public:
    std::string words() const override { return "keys purge"; }
    std::string summary() const override { return "End a deleted key for good"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyPurge);
        options.text("--name", name_, "The key's name", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        TRY(partition->purge_key(name_));
        out << "purged " << name_ << ": only a backup can bring it back\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keys_purge() { return std::make_unique<Purge>(); }

}  // namespace kvp11::tools
