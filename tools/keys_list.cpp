// kvp11 keys list.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class List final : public Command {
public:
    std::string words() const override { return "keys list"; }
    std::string summary() const override { return "List the keys"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyList);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const auto keys = TRY(all_pages([&](const PageRequest& page) { return partition->list_keys(page); }));
        return output_.list(out, *partition, keys, key_list);
    }

private:
    PartitionAccess access_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_list() { return std::make_unique<List>(); }

}  // namespace kvp11::tools
