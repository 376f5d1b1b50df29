// kvp11 hsm restore.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

constexpr std::size_t largest_backup = std::size_t{1} << 30;

class Restore final : public Command {
public:
    std::string words() const override { return "hsm restore"; }
    std::string summary() const override { return "Bring the keys of a backup into an active partition"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--file", file_, "The file that backup wrote", Need::Required);
        options.text("--key-name", wanted_.key_name, "Only the key of this name, with all its versions");
        options.flag("--replace", wanted_.replace, "Everything that is in the partition goes first");
    }

    Result<void> run(std::ostream& out) override {
        const std::string backup = TRY(read_text(file_, largest_backup));
        const auto partition = TRY(access_.open_as_officer());
        const partition::RestoreReport report = TRY(partition->restore(backup, wanted_));
        out << "restored " << report.keys << " keys and " << report.records << " other objects of "
            << report.partition_name << " from " << file_ << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::string file_;
    partition::RestoreOptions wanted_;
};

}  // namespace

std::unique_ptr<Command> make_hsm_restore() { return std::make_unique<Restore>(); }

}  // namespace kvp11::tools
