// kvp11 hsm zeroise.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Zeroise final : public Command {
public:
    std::string words() const override { return "hsm zeroise"; }
    std::string summary() const override {
        return "Destroy every key and secret of a partition at once, without a PIN";
    }

    void declare(Options& options) override {
        access_.declare_place(options);
        options.text("--confirm", label_, "The partition's name, so that no other one is meant", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(access_.open());
        const auto status = partition->status();
        // A partition whose store is damaged can say no name; what is in its folder must be destroyable all the same.
        if (status.ok() && status->life_cycle == LifeCycle::Uninitialised) {
            return fail(Errc::StoreNotFound, "there is no partition in " + TRY(access_.settings()).path);
        }
        if (status.ok() && status->label != label_) {
            return fail(Errc::ArgumentsBad,
                        "got --confirm '" + label_ + "', want the partition's name '" + status->label + "'");
        }
        TRY(partition->zeroise());
        out << "zeroised " << label_ << ": its keys are gone; only its security domain and a backup bring them back\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::string label_;
};

}  // namespace

std::unique_ptr<Command> make_hsm_zeroise() { return std::make_unique<Zeroise>(); }

}  // namespace kvp11::tools
