// What `kvp11 doctor` found: one Finding per check. Values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvp11::tools {

/// What is looked at. The number is the command's exit code when this is the first that failed; the table in
/// docs/remote.md is compared with it. Numbers stay as they are: scripts know them.
enum class Area : std::uint8_t {
    Configuration = 20,
    Name = 21,  // DNS
    Proxy = 22,
    Connection = 23,  // TCP
    Tls = 24,
    Clock = 25,
    Token = 26,
    Role = 27,
    Key = 28,
    Mechanism = 29,
    Members = 30,
    Cache = 31,
    Pace = 32,
    Records = 33,
    Folder = 40,
    LifeCycle = 41,
    SelfTests = 42,
    Pin = 43,
    Audit = 44,
};

/// "connection", as a finding's line begins.
std::string_view name_of(Area area);

enum class Verdict : std::uint8_t { Ok, Warning, Failed, Skipped };

struct Finding {
    Area area = Area::Configuration;
    Verdict verdict = Verdict::Ok;
    std::string text;    // what is; of a skipped check why
    std::string advice;  // what to do; empty when nothing is
};

inline Finding fine(Area area, std::string text) { return {area, Verdict::Ok, std::move(text), {}}; }
inline Finding warning(Area area, std::string text, std::string advice) {
    return {area, Verdict::Warning, std::move(text), std::move(advice)};
}
inline Finding failed(Area area, std::string text, std::string advice) {
    return {area, Verdict::Failed, std::move(text), std::move(advice)};
}
inline Finding skipped(Area area, std::string why) { return {area, Verdict::Skipped, std::move(why), {}}; }

/// Everything found about one slot, in the order of the checks.
struct SlotReport {
    std::string title;  // "slot 1 prod-signing: https://contoso.managedhsm.azure.net"
    std::uint32_t slot = 0;
    bool has_slot = false;  // false: of no slot, as a configuration that cannot be read
    std::vector<Finding> findings;
};

}  // namespace kvp11::tools
