// kvp11 security-domain init-recovery.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class InitRecovery final : public Command {
public:
    std::string words() const override { return "security-domain init-recovery"; }
    std::string summary() const override { return "Let a new partition wait for the security domain of a lost one"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--sd-exchange-key", exchange_file_, "The certificate file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(exchange_file_));
        const auto partition = TRY(access_.open_as_officer());
        const crypto::Certificate exchange = TRY(partition->begin_recovery());
        TRY(write_new_file(exchange_file_, crypto::certificate_pem(exchange)));
        out << "the exchange certificate is in " << exchange_file_ << '\n'
            << "next: a quorum of officers runs `kvp11 security-domain restore-blob` with it\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::string exchange_file_;
};

}  // namespace

std::unique_ptr<Command> make_security_domain_init_recovery() { return std::make_unique<InitRecovery>(); }

}  // namespace kvp11::tools
