// kvp11 hsm backup.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Backup final : public Command {
public:
    std::string words() const override { return "hsm backup"; }
    std::string summary() const override { return "Write all keys to a file that only this security domain opens"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--file", file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(file_));
        const auto partition = TRY(access_.open_as_officer());
        const std::string backup = TRY(partition->backup());
        TRY(write_new_file(file_, backup));
        out << "backed up to " << file_ << ": it opens only where this security domain is\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_hsm_backup() { return std::make_unique<Backup>(); }

}  // namespace kvp11::tools
