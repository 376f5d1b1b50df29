// kvp11 security-domain upload, of a restore blob or with the offline step included.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/officer_files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Upload final : public Command {
public:
    std::string words() const override { return "security-domain upload"; }
    std::string summary() const override { return "Give a partition in recovery the security domain of the lost one"; }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.text("--sd-file", file_, "The file that restore-blob wrote, or the one that download wrote",
                     Need::Required);
        options.flag("--restore-blob", is_blob_, "The file is a restore blob");
        options.text("--sd-exchange-key", exchange_file_, "The certificate that init-recovery wrote");
        options.texts("--sd-wrapping-keys", key_files_, "Private keys of officers (PEM), each with its .cer beside it");
        options.texts("--passwords", passwords_, "Passwords of the keys, in their order (asked for when left out)");
    }

    Result<void> run(std::ostream& out) override {
        const std::string blob = TRY(restore_blob());
        const auto partition = TRY(access_.open_as_officer());
        TRY(partition->upload_security_domain(blob));
        out << "the security domain is recovered and the partition is active\n"
            << "next: `kvp11 hsm restore` brings the keys of a backup into it\n";
        return {};
    }

private:
    Result<std::string> restore_blob() const {
        const bool with_officers = !exchange_file_.empty() || !key_files_.empty();
        if (is_blob_ && with_officers) {
            return fail(Errc::ArgumentsBad, "--restore-blob says that the officers' step is done, so it goes without "
                                            "--sd-exchange-key and --sd-wrapping-keys");
        }
        const std::string file = TRY(read_text(file_));
        if (is_blob_) return file;
        if (exchange_file_.empty() || key_files_.empty()) {
            return fail(Errc::ArgumentsBad, "want either --restore-blob, or --sd-exchange-key and --sd-wrapping-keys");
        }
        const crypto::Certificate exchange = TRY(read_certificate(exchange_file_));
        const auto officers = TRY(read_officers(key_files_, passwords_));
        return partition::make_restore_blob(file, exchange, officers);
    }

    PartitionAccess access_;
    std::string file_;
    bool is_blob_ = false;
    std::string exchange_file_;
    std::vector<std::string> key_files_;
    std::vector<std::string> passwords_;
};

}  // namespace

std::unique_ptr<Command> make_security_domain_upload() { return std::make_unique<Upload>(); }

}  // namespace kvp11::tools
