// kvp11 keys list-deleted.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class ListDeleted final : public Command {
public:
    std::string words() const override { return "keys list-deleted"; }
    std::string summary() const override { return "List the deleted keys, which can be recovered"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyListDeleted);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const auto keys = TRY(all_pages([&](const PageRequest& page) { return partition->list_deleted_keys(page); }));
        return output_.list(out, *partition, keys,
                            [](const auto& deleted, const Showing&) { return deleted_list(deleted); });
    }

private:
    PartitionAccess access_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_list_deleted() { return std::make_unique<ListDeleted>(); }

}  // namespace kvp11::tools
