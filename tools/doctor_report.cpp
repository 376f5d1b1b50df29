#include "tools/doctor_report.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "tools/table_text.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;

struct AreaRow {
    Area area;
    std::string_view name;
    std::string_view meaning;
};

constexpr AreaRow area_rows[] = {
    {Area::Configuration, "configuration", "the file, and the slot in it"},
    {Area::Name, "name", "DNS: the addresses of the service's host"},
    {Area::Proxy, "proxy", "the proxy between us and the service"},
    {Area::Connection, "connection", "TCP"},
    {Area::Tls, "tls", "TLS: version, certificate, pins"},
    {Area::Clock, "clock", "our time beside the service's"},
    {Area::Token, "token", "the credential, and the token that it gets"},
    {Area::Role, "role", "whether the service lets us read keys"},
    {Area::Key, "key", "the key of `--key`: there, enabled, in its time"},
    {Area::Mechanism, "mechanism", "the mechanism of `--mechanism`, and a trial signature"},
    {Area::Members, "members", "each further URL of the pool"},
    {Area::Cache, "cache", "the file that keeps the list of keys"},
    {Area::Pace, "pace", "the file that keeps the host's pace"},
    {Area::Records, "records", "certificates and data objects of the slot"},
    {Area::Folder, "folder", "a partition's folder: there, ours, closed to others"},
    {Area::LifeCycle, "life-cycle", "whether a partition can be used"},
    {Area::SelfTests, "self-tests", "self-tests, and the integrity of the program's file"},
    {Area::Pin, "pin", "a partition's PINs: set, not locked"},
    {Area::Audit, "audit", "a partition's audit log: whole"},
};

// In the order of Verdict.
constexpr std::string_view verdicts[] = {"ok", "warning", "failed", "skipped"};
std::string_view name_of(Verdict verdict) { return verdicts[static_cast<std::size_t>(verdict)]; }

const AreaRow& row_of(Area area) {
    return *std::find_if(std::begin(area_rows), std::end(area_rows),
                         [&](const AreaRow& row) { return row.area == area; });
}

constexpr std::size_t verdict_width = 9;
constexpr std::size_t area_width = 15;

std::string padded(std::string_view text, std::size_t width) {
    return std::string(text) + std::string(width - std::min(width, text.size()), ' ');
}

std::string finding_text(const Finding& finding) {
    const bool is_skipped = finding.verdict == Verdict::Skipped;
    std::string text = padded(is_skipped ? "skipped:" : name_of(finding.verdict), verdict_width) +
                       padded(name_of(finding.area), area_width) + (is_skipped ? "because " : "") +
                       printable(finding.text) + '\n';
    if (!finding.advice.empty())
        text += std::string(verdict_width, ' ') + "what to do: " + printable(finding.advice) + '\n';
    return text;
}

json::object finding_json(const Finding& finding) {
    json::object one{{"check", name_of(finding.area)}, {"verdict", name_of(finding.verdict)}, {"text", finding.text}};
    if (!finding.advice.empty()) one["advice"] = finding.advice;
    return one;
}

}  // namespace

std::string_view name_of(Area area) { return row_of(area).name; }

std::string report_text(const std::vector<SlotReport>& reports) {
    std::string text;
    for (const SlotReport& report : reports) {
        text += (text.empty() ? "" : "\n") + printable(report.title) + '\n';
        for (const Finding& finding : report.findings) text += finding_text(finding);
    }
    return text;
}

std::string report_json(const std::vector<SlotReport>& reports) {
    json::array slots;
    for (const SlotReport& report : reports) {
        json::array checks;
        for (const Finding& finding : report.findings) checks.push_back(finding_json(finding));
        slots.push_back(json::object{{"slot", report.has_slot ? json::value(report.slot) : json::value()},
                                     {"title", report.title},
                                     {"checks", std::move(checks)}});
    }
    return json::serialize(json::object{{"slots", std::move(slots)}, {"code", report_code(reports)}}) + '\n';
}

int report_code(const std::vector<SlotReport>& reports) {
    for (const SlotReport& report : reports)
        for (const Finding& finding : report.findings)
            if (finding.verdict == Verdict::Failed) return static_cast<int>(finding.area);
    return 0;
}

std::string areas_markdown() {
    std::string table = "| code | check | what it looks at |\n|---|---|---|\n";
    for (const AreaRow& row : area_rows) {
        table += "| " + std::to_string(static_cast<int>(row.area)) + " | " + std::string(row.name) + " | " +
                 std::string(row.meaning) + " |\n";
    }
    return table;
}

}  // namespace kvp11::tools
