// kvp11 audit verify. With a PIN it also seals a log in which it found nothing wrong.
#include <ostream>

#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/partition_access.hpp"

namespace kvp11::tools {
namespace {

class VerifyAudit final : public Command {
public:
    std::string words() const override { return "audit verify"; }
    std::string summary() const override {
        return "Find any record that was removed, changed, reordered or cut off; seal the log when there is none";
    }

    void declare(Options& options) override {
        access_.declare_login(options, partition::Operation::AuditSeal);
        options.flag("--chain-only", chain_only_, "Without a PIN: check the chain of records, not its seals");
    }

    Result<void> run(std::ostream& out) override {
        const auto partition = TRY(chain_only_ ? access_.open() : access_.open_logged_in());
        const audit::Verification found = TRY(partition->verify_audit());
        out << found.records << " records";
        if (found.seals_checked) out << ", " << found.sealed_records << " of them sealed";
        out << (found.findings.empty() ? ": none is missing, changed or out of order\n" : "\n");
        for (const audit::Finding& finding : found.findings) {
            out << "record " << finding.record << ": " << finding.what << ": " << finding.sentence << '\n';
        }
        // Sealed up to here, the next verification finds a log that is cut off behind what this one has seen.
        if (found.findings.empty()) return chain_only_ ? Result<void>{} : seal(*partition, out);
        const audit::Finding& first = found.findings.front();
        return fail(Errc::AuditBroken, "the audit log is not what was written: record " + std::to_string(first.record) +
                                           " (" + first.what + ")");
    }

private:
    static Result<void> seal(partition::Partition& partition, std::ostream& out) {
        TRY(partition.seal_audit());
        out << "sealed up to here\n";
        return {};
    }

    PartitionAccess access_;
    bool chain_only_ = false;
};

}  // namespace

std::unique_ptr<Command> make_audit_verify() { return std::make_unique<VerifyAudit>(); }

}  // namespace kvp11::tools
