// kvp11 hsm create.
#include <cstdlib>
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

constexpr const char* user_pin_variable = "KVP11_PIN";

class Create final : public Command {
public:
    std::string words() const override { return "hsm create"; }
    std::string summary() const override { return "Make a partition that waits for its security domain"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--name", name_, "Its name, also the token's label (at most 32 bytes)", Need::Required);
        options.comma_texts("--administrators", administrators_, "Who may administrate it, with commas",
                            Need::Required);
        options.text("--pin-file", pin_file_,
                     "File with the user's PIN (else KVP11_PIN, else set later by the officer)");
        options.text("--group", group_, "The group of users that shares it");
        options.number("--retention-days", retention_days_, "How long deleted keys are kept, 7 to 90 (left out) days");
        options.flag("--enable-purge-protection", wanted_.purge_protection,
                     "Deleted keys cannot be purged while they are kept; there is no way back");
        options.number("--kdf-cost", kdf_cost_, "Cost of trying a PIN: scrypt's log2 N, 10 to 20");
    }

    Result<void> run(std::ostream& out) override {
        const partition::PartitionSettings settings = TRY(access_.settings());
        wanted_.name = name_;
        wanted_.administrators = administrators_;
        wanted_.group = group_.empty() ? settings.group : group_;
        wanted_.kdf_cost = kdf_cost_.value_or(settings.kdf_cost);
        wanted_.retention_days = retention_days_.value_or(wanted_.retention_days);
        wanted_.so_pin = TRY(access_.officer_pin(Entry::Twice));
        wanted_.user_pin = TRY(user_pin());
        const auto partition = TRY(access_.open());
        TRY(partition->create(wanted_));
        out << "the partition " << name_ << " is in " << settings.path << " and waits for its security domain\n"
            << "next: `kvp11 security-domain download` with the certificates of 3 to 10 officers "
               "makes it active\n";
        return {};
    }

private:
    Result<SecretBytes> user_pin() const {
        if (pin_file_.empty() && std::getenv(user_pin_variable) == nullptr) return SecretBytes();
        return enter_pin({.file = pin_file_, .environment = user_pin_variable, .prompt = "user's PIN"});
    }

    PartitionAccess access_;
    partition::CreateOptions wanted_;
    std::string name_;
    std::vector<std::string> administrators_;
    std::string pin_file_;
    std::string group_;
    std::optional<unsigned> kdf_cost_;
    std::optional<unsigned> retention_days_;
};

}  // namespace

std::unique_ptr<Command> make_hsm_create() { return std::make_unique<Create>(); }

}  // namespace kvp11::tools
