// kvp11 doctor.
#include <filesystem>
#include <ostream>

#include "log/log.hpp"
#include "tools/commands.hpp"
#include "tools/doctor_partition.hpp"
#include "tools/doctor_remote.hpp"
#include "tools/doctor_report.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

std::string place_of(const config::Configuration& configuration) {
    return configuration.file.empty() ? "no file: one slot on a partition" : configuration.file.string();
}

std::string title_of(const config::SlotConfiguration& slot) {
    const auto* remote = std::get_if<config::ManagedHsmSettings>(&slot.backend);
    const std::string where =
        remote != nullptr ? remote->url : std::get<config::PartitionSettings>(slot.backend).path.string();
    return "slot " + std::to_string(slot.id) + (slot.label.empty() ? "" : " " + slot.label) + ": " + where;
}

class Doctor final : public Command {
public:
    std::string words() const override { return "doctor"; }
    std::string summary() const override {
        return "Look for what is wrong with a slot, from the configuration to a key";
    }

    void declare(Options& options) override {
        options.text("--slot", slot_, "Only the slot of this id; left out, all of them");
        options.text("--key", wishes_.key.key, "A key to look at and to sign with once: its name, or name/version");
        options.text("--mechanism", wishes_.key.mechanism, "A mechanism that is to work, such as CKM_ECDSA_SHA256");
        options.text("--config", file_, "The configuration; left out, the one that the module would read");
        options.text("--pin-file", wishes_.pin_file, "File with the PIN, for slots that want one (else KVP11_PIN)");
        options.flag("--json", as_json_, "As one line of JSON");
    }

    Result<void> run(std::ostream& out) override {
        // What went wrong is a finding; the log would say it a second time. KVP11_LOG is above this.
        log::configure({log::Level::Error, "stderr"});
        const std::vector<SlotReport> reports = examine_all();
        out << (as_json_ ? report_json(reports) : report_text(reports));
        code_ = report_code(reports);
        return {};
    }

    int code_of_result() const override { return code_; }

private:
    [[nodiscard]] std::vector<SlotReport> examine_all() const {
        const auto configuration = file_.empty() ? config::load({}) : config::read(std::filesystem::absolute(file_));
        if (!configuration) {
            return {of_configuration(failed(Area::Configuration, configuration.error().message,
                                            "docs/configuration.md has every key of the file"))};
        }
        std::vector<SlotReport> reports;
        std::string known;
        for (const auto& slot : configuration->slots) {
            known += (known.empty() ? "" : ", ") + std::to_string(slot.id);
            if (slot_.empty() || slot_ == std::to_string(slot.id)) reports.push_back(examined(*configuration, slot));
        }
        if (!reports.empty()) return reports;
        return {of_configuration(failed(Area::Configuration,
                                        place_of(*configuration) + " has no slot " + slot_ + ", only " + known,
                                        "name one of these with --slot"))};
    }

    [[nodiscard]] SlotReport examined(const config::Configuration& configuration,
                                      const config::SlotConfiguration& slot) const {
        DoctorWishes wishes = wishes_;
        wishes.place = place_of(configuration);
        SlotReport report =
            std::visit([&](const auto& settings) { return examine(slot, settings, wishes); }, slot.backend);
        report.title = title_of(slot);
        report.slot = slot.id;
        report.has_slot = true;
        return report;
    }

    static SlotReport of_configuration(Finding finding) {
        SlotReport report;
        report.title = "configuration";
        report.findings.push_back(std::move(finding));
        return report;
    }

    std::string slot_;
    std::string file_;
    DoctorWishes wishes_;
    bool as_json_ = false;
    int code_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_doctor() { return std::make_unique<Doctor>(); }

}  // namespace kvp11::tools
