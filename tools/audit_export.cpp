// kvp11 audit export.
#include <ostream>

#include "audit/audit_log.hpp"
#include "tools/audit_source.hpp"
#include "tools/commands.hpp"
#include "tools/files.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

class ExportAudit final : public Command {
public:
    std::string words() const override { return "audit export"; }
    std::string summary() const override { return "Write the records as Azure's logs have them, a line of JSON each"; }

    void declare(Options& options) override {
        source_.declare(options);
        options.text("--file", file_, "The file to write (left out: standard output)");
    }

    Result<void> run(std::ostream& out) override {
        const std::string pool = TRY(source_.pool());
        if (file_.empty()) {
            return source_.read([&](std::uint64_t, const audit::AuditRecord& record) -> Result<void> {
                out << audit::azure_json(record, pool) << '\n';
                return {};
            });
        }
        NewFile file = TRY(NewFile::create(file_));
        std::uint64_t count = 0;
        TRY(source_.read([&](std::uint64_t, const audit::AuditRecord& record) -> Result<void> {
            ++count;
            return file.write(audit::azure_json(record, pool) + '\n');
        }));
        TRY(file.finish());
        out << "exported " << count << " records to " << file_ << '\n';
        return {};
    }

private:
    AuditSource source_;
    std::string file_;
};

}  // namespace

std::unique_ptr<Command> make_audit_export() { return std::make_unique<ExportAudit>(); }

}  // namespace kvp11::tools
