// kvp11 keys restore.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

constexpr std::size_t largest_backup = std::size_t{1} << 26;

class RestoreKey final : public Command {
public:
    std::string words() const override { return "keys restore"; }
    std::string summary() const override { return "Bring a key back from its backup, under its name and versions"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyRestore);
        options.text("--file", file_, "The file that backup wrote", Need::Required);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const std::string backup = TRY(read_text(file_, largest_backup));
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->restore_key(backup));
        return output_.one(out, *partition, *key);
    }

private:
    PartitionAccess access_;
    std::string file_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_restore() { return std::make_unique<RestoreKey>(); }

}  // namespace kvp11::tools
