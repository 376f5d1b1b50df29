// kvp11 keys show-deleted.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class ShowDeleted final : public Command {
public:
    std::string words() const override { return "keys show-deleted"; }
    std::string summary() const override { return "Show a deleted key"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyGetDeleted);
        options.text("--name", name_, "The key's name", Need::Required);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->deleted_key(name_));
        return output_.one(out, *partition, *key);
    }

private:
    PartitionAccess access_;
    std::string name_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_show_deleted() { return std::make_unique<ShowDeleted>(); }

}  // namespace kvp11::tools
