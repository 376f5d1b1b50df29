// kvp11 keys rotate-due, for cron and timers: it ends with 0 when everything that was due is done.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"
#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

class RotateDue final : public Command {
public:
    std::string words() const override { return "keys rotate-due"; }
    std::string summary() const override {
        return "Rotate the keys whose policy says so, purge the deleted ones whose time has come";
    }

    void declare(Options& options) override { access_.declare_login(options, partition::Operation::KeyRotateIfDue); }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open_logged_in());
        const partition::DueReport report = TRY(partition->run_due());
        for (const KeyId& key : report.rotated) out << "rotated " << key.name << " to " << key.version << '\n';
        for (const std::string& name : report.purged) out << "purged " << name << '\n';
        if (report.rotated.empty() && report.purged.empty() && report.failed.empty()) out << "nothing was due\n";
        if (report.failed.empty()) return {};
        return fail(Errc::DeviceError,
                    std::to_string(report.failed.size()) + " could not be done: " + joined(report.failed, "; "));
    }

private:
    PartitionAccess access_;
};

}  // namespace

std::unique_ptr<Command> make_keys_rotate_due() { return std::make_unique<RotateDue>(); }

}  // namespace kvp11::tools
