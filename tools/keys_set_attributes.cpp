// kvp11 keys set-attributes.
#include <ostream>

#include "tools/attribute_options.hpp"
#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class SetAttributes final : public Command {
public:
    std::string words() const override { return "keys set-attributes"; }
    std::string summary() const override { return "Change what a key may be used for, and when"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyUpdate);
        options.text("--name", name_, "The key's name", Need::Required);
        options.text("--version", version_, "Its version, 32 hexadecimal digits (left out: the latest)");
        attributes_.declare(options);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const KeyUpdate update = TRY(attributes_.update());
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->update({name_, version_}, update));
        return output_.one(out, *partition, *key);
    }

private:
    PartitionAccess access_;
    std::string name_;
    std::string version_;
    AttributeOptions attributes_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_set_attributes() { return std::make_unique<SetAttributes>(); }

}  // namespace kvp11::tools
