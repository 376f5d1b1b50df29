// kvp11 hsm update.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Update final : public Command {
public:
    std::string words() const override { return "hsm update"; }
    std::string summary() const override { return "Change how long deleted keys are kept, or forbid purging them"; }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::SettingsUpdate);
        options.number("--retention-days", retention_days_, "How long keys deleted from now on are kept, 7 to 90 days");
        options.flag("--enable-purge-protection", purge_protection_,
                     "Deleted keys cannot be purged while they are kept; there is no way back");
    }

    Result<void> run(std::ostream& out) override {
        if (!retention_days_ && !purge_protection_) {
            return fail(Errc::ArgumentsBad, "want --retention-days or --enable-purge-protection");
        }
        partition::SettingsChange change;
        change.retention_days = retention_days_;
        if (purge_protection_) change.purge_protection = true;
        const auto partition = TRY(access_.open_logged_in());
        TRY(partition->configure(change));
        const RecoverySettings now = TRY(partition->recovery_settings());
        out << "deleted keys are kept for " << now.retention_days << " days and "
            << (now.purge_protection ? "cannot be purged before" : "can be purged before") << '\n';
        return {};
    }

private:
    PartitionAccess access_;
    std::optional<unsigned> retention_days_;
    bool purge_protection_ = false;
};

}  // namespace

std::unique_ptr<Command> make_hsm_update() { return std::make_unique<Update>(); }

}  // namespace kvp11::tools
