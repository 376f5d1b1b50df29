// kvp11 security-domain download.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/officer_files.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class Download final : public Command {
public:
    std::string words() const override { return "security-domain download"; }
    std::string summary() const override {
        return "Write the file that a quorum of officers can recover the partition from";
    }

    void declare(Options& options) override {
        access_.declare_officer(options);
        options.texts("--sd-wrapping-keys", certificate_files_, "RSA certificates of 3 to 10 officers", Need::Required);
        options.number("--sd-quorum", quorum_, "How many of them open the file together, 2 or more", Need::Required);
        options.text("--security-domain-file", domain_file_, "The file to write", Need::Required);
    }

    Result<void> run(std::ostream& out) override {
        TRY(check_new_file(domain_file_));
        const auto certificates = TRY(read_certificates(certificate_files_));
        const auto partition = TRY(access_.open_as_officer());
        const std::string domain = TRY(partition->download_security_domain(certificates, quorum_.value_or(0)));
        TRY(write_new_file(domain_file_, domain));
        out << "the security domain is in " << domain_file_ << ": any " << *quorum_ << " of the " << certificates.size()
            << " officers can recover the partition from it\n"
            << "next: keep it where the officers can get at it, and run `kvp11 hsm backup` when "
               "keys have changed\n";
        return {};
    }

private:
    PartitionAccess access_;
    std::vector<std::string> certificate_files_;
    std::optional<unsigned> quorum_;
    std::string domain_file_;
};

}  // namespace

std::unique_ptr<Command> make_security_domain_download() { return std::make_unique<Download>(); }

}  // namespace kvp11::tools
