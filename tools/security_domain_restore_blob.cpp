// kvp11 security-domain restore-blob: the offline step, at the officers' table, without any
// partition.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/officer_files.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

class RestoreBlob final : public Command {
public:
    std::string words() const override { return "security-domain restore-blob"; }
    std::string summary() const override {
        return "Open a security-domain file by a quorum, for one exchange key only (offline)";
    }

    void declare(Options& options) override {
        options.text("--sd-file", domain_file_, "The file that download wrote", Need::Required);
        options.text("--sd-exchange-key", exchange_file_, "The certificate that init-recovery wrote", Need::Required);
        options.texts("--sd-wrapping-keys", key_files_, "Private keys of officers (PEM), each with its .cer beside it",
                      Need::Required);
        options.texts("--passwords", passwords_, "Passwords of the keys, in their order (asked for when left out)");
        options.text("--sd-file-restore-blob", blob_file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(blob_file_));
        const std::string domain = TRY(read_text(domain_file_));
        const crypto::Certificate exchange = TRY(read_certificate(exchange_file_));
        const auto officers = TRY(read_officers(key_files_, passwords_));
        const std::string blob = TRY(partition::make_restore_blob(domain, exchange, officers));
        TRY(write_new_file(blob_file_, blob));
        out << "the quorum is met: " << blob_file_ << " opens only in the partition that made " << exchange_file_
            << '\n'
            << "next: kvp11 security-domain upload --restore-blob --sd-file " << blob_file_ << '\n';
        return {};
    }

private:
    std::string domain_file_;
    std::string exchange_file_;
    std::vector<std::string> key_files_;
    std::vector<std::string> passwords_;
    std::string blob_file_;
};

}  // namespace

std::unique_ptr<Command> make_security_domain_restore_blob() { return std::make_unique<RestoreBlob>(); }

}  // namespace kvp11::tools
