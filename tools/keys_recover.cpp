// kvp11 keys recover.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Recover final : public Command {
public:
    std::string words() const override { return "keys recover"; }
    std::string summary() const override { return "Bring a deleted key back, with all its versions"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyRecover);
        options.text("--name", name_, "The key's name", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const KeyRecordPtr key = TRY(partition->recover_key(name_));
        out << "recovered " << key->id.name << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keys_recover() { return std::make_unique<Recover>(); }

}  // namespace kvp11::tools
