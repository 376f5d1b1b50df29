// kvp11 keys delete.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

class DeleteKey final : public Command {
public:
    std::string words() const override { return "keys delete"; }
    std::string summary() const override { return "Delete a key with all its versions; it can be recovered"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyDelete);
        options.text("--name", name_, "The key's name", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->remove_key(name_));
        out << "deleted " << key->id.name;
        if (key->deletion) {
            out << ": `kvp11 keys recover` brings it back until " << utc(key->deletion->scheduled_purge) << ", "
                << "`kvp11 keys purge` ends it";
        }
        out << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keys_delete() { return std::make_unique<DeleteKey>(); }

}  // namespace kvp11::tools
