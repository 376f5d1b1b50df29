// kvp11 keys backup.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class BackupKey final : public Command {
public:
    std::string words() const override { return "keys backup"; }
    std::string summary() const override {
        return "Write a key with all its versions to a file that only this security domain opens";
    }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyBackup);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--file", file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(file_));
        const auto partition = TRY(access_.open_logged_in());
        const std::string backup = TRY(partition->backup_key(name_));
        TRY(write_new_file(file_, backup));
        out << "backed up " << name_ << " to " << file_ << ": it opens only where this security domain is\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_keys_backup() { return std::make_unique<BackupKey>(); }

}  // namespace kvp11::tools
