// kvp11 keys show.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Show final : public Command {
public:
    std::string words() const override { return "keys show"; }
    std::string summary() const override { return "Show a key, its latest version or another one"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyGet);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--version", version_, "Its version, 32 hexadecimal digits (left out: the latest)");
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->key_record({name_, version_}));
        return output_.one(out, *partition, *key);
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string version_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_show() { return std::make_unique<Show>(); }

}  // namespace kvp11::tools
