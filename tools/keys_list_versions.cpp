// kvp11 keys list-versions.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/key_output.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class ListVersions final : public Command {
public:
    std::string words() const override { return "keys list-versions"; }
    std::string summary() const override { return "List the versions of a key, from old to new"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::KeyListVersions);
        options.text("--name", name_, "The key's name", Need::Required);
        output_.declare(options);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const auto versions =
            TRY(all_pages([&](const PageRequest& page) { return partition->list_versions(name_, page); }));
        if (versions.empty()) return fail(Errc::KeyNotFound, "there is no key '" + name_ + "'");
        return output_.list(out, *partition, versions, version_list);
    }

private:
    PartitionAccess access_;
    std::string name_;
    KeyOutput output_;
};

}  // namespace

std::unique_ptr<Command> make_keys_list_versions() { return std::make_unique<ListVersions>(); }

}  // namespace kvp11::tools
