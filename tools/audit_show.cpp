// kvp11 audit show.
#include <deque>
#include <limits>
#include <ostream>

#include <boost/json.hpp>

#include "tools/audit_source.hpp"
#include "tools/commands.hpp"
#include "tools/options.hpp"
#include "tools/table_text.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;

struct Shown {
    std::uint64_t number;
    audit::AuditRecord record;
};

std::string who(const audit::AuditRecord& record) {
    return record.user_name.empty() ? record.principal : record.user_name;
}

std::vector<std::string> cells(const Shown& shown) {
    const audit::AuditRecord& record = shown.record;
    return {std::to_string(shown.number),
            utc_with_micros(record.time_us),
            record.operation,
            record.key.empty() ? "-" : record.key,
            record.result,
            who(record),
            record.client_info};
}

json::object record_json(const Shown& shown) {
    const audit::AuditRecord& record = shown.record;
    return {{"number", shown.number},
            {"time", utc_with_micros(record.time_us)},
            {"operation", record.operation},
            {"resource", record.key},
            {"result", record.result},
            {"duration_us", record.duration_us},
            {"principal", record.principal},
            {"user_name", record.user_name},
            {"caller_address", record.caller_address},
            {"client_info", record.client_info},
            {"correlation_id", record.correlation_id},
            {"approved", record.approved}};
}

class ShowAudit final : public Command {
public:
    std::string words() const override { return "audit show"; }
    std::string summary() const override { return "Show what was done in a partition, from old to new"; }

    void declare(Options& options) override {
        source_.declare(options);
        options.number("--last", last_, "Only the last so many records");
        options.flag("--json", as_json_, "As one line of JSON");
    }

    // What can be read of a damaged log is shown before the damage is reported.
    Result<void> run(std::ostream& out) override {
        std::deque<Shown> shown;
        const Result<void> read =
            source_.read([&](std::uint64_t number, const audit::AuditRecord& record) -> Result<void> {
                shown.push_back({number, record});
                if (shown.size() > last_.value_or(std::numeric_limits<unsigned>::max())) shown.pop_front();
                return {};
            });
        out << (as_json_ ? as_json(shown) : as_table(shown));
        return read;
    }

private:
    static std::string as_table(const std::deque<Shown>& shown) {
        if (shown.empty()) return "no records\n";
        std::vector<std::vector<std::string>> rows{
            {"NUMBER", "TIME", "OPERATION", "RESOURCE", "RESULT", "WHO", "FROM"}};
        for (const Shown& one : shown) rows.push_back(cells(one));
        return columns(rows);
    }
    static std::string as_json(const std::deque<Shown>& shown) {
        json::array all;
        for (const Shown& one : shown) all.push_back(record_json(one));
        return json::serialize(all) + '\n';
    }

    AuditSource source_;
    std::optional<unsigned> last_;
    bool as_json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_audit_show() { return std::make_unique<ShowAudit>(); }

}  // namespace kvp11::tools
