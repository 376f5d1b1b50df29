// kvp11 hsm status.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/summary_text.hpp"

namespace kvp11::tools {
namespace {

class Status final : public Command {
public:
    std::string words() const override { return "hsm status"; }
    std::string summary() const override { return "Show a partition's state, roles, officers, keys and self-tests"; }

    void declare(Options& options) override {
        access_.declare_place(options);
        options.flag("--json", as_json_, "As one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open());
        const partition::PartitionSummary summary = TRY(partition->summary());
        const partition::PartitionSettings settings = TRY(access_.settings());
        out << (as_json_ ? summary_json(summary, settings) : summary_table(summary, settings));
        return {};
    }

private:
    PartitionAccess access_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_hsm_status() { return std::make_unique<Status>(); }

}  // namespace kvp11::tools
