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
        options.number("--kdf-cost", kdf_cost_, "Cost of trying a PIN: scrypt's log2 N, 10 to 20");
    }

    Result<void> run(std::ostream& out) override {
        const partition::PartitionSettings settings = TRY(access_.settings());
        partition::CreateOptions wanted;
        wanted.name = name_;
        wanted.administrators = administrators_;
        wanted.group = group_.empty() ? settings.group : group_;
        wanted.kdf_cost = kdf_cost_.value_or(settings.kdf_cost);
        wanted.so_pin = TRY(access_.officer_pin(Entry::Twice));
        wanted.user_pin = TRY(user_pin());
        const auto partition = TRY(access_.open());
        TRY(partition->create(wanted));
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
    std::string name_;
    std::vector<std::string> administrators_;
    std::string pin_file_;
    std::string group_;
    std::optional<unsigned> kdf_cost_;
};

}  // namespace

std::unique_ptr<Command> make_hsm_create() { return std::make_unique<Create>(); }

}  // namespace kvp11::tools
