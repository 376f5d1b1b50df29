#include "tools/summary_text.hpp"

#include <algorithm>
#include <ctime>

#include <boost/json.hpp>

namespace kvp11::tools {
namespace {

namespace json = boost::json;
using partition::PartitionSummary;

struct KeyKind {
    KeyType type;
    const char* text;
    const char* member;
};
constexpr KeyKind key_kinds[] = {{KeyType::Rsa, "RSA", "rsa"},
                                 {KeyType::Ec, "EC", "ec"},
                                 {KeyType::Aes, "AES", "aes"},
                                 {KeyType::GenericSecret, "generic secret", "generic_secret"}};

const char* state_word(LifeCycle state) {
    switch (state) {
        case LifeCycle::Uninitialised: return "uninitialised";
        case LifeCycle::Provisioned: return "provisioned";
        case LifeCycle::Active: return "active";
        case LifeCycle::Recovery: return "recovery";
        case LifeCycle::Error: return "error";
    }
    return "unknown";
}

std::string state_text(LifeCycle state) {
    const std::string word = state_word(state);
    switch (state) {
        case LifeCycle::Uninitialised: return word + " (there is no partition in this folder yet)";
        case LifeCycle::Provisioned: return word + " (waits for its security domain; no key operation works)";
        case LifeCycle::Recovery: return word + " (waits for the upload of a security domain)";
        case LifeCycle::Error: return word + " (a self-test failed; no key operation works)";
        default: return word;
    }
}

/// Names come from certificates and callers; control characters have no business on a terminal.
std::string printable(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }, '?');
    return text;
}

std::string utc(std::int64_t seconds) {
    const std::time_t time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    char text[32] = "";
    if (gmtime_r(&time, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string pin_text(const PinStatus& pin) {
    if (!pin.initialised) return "no PIN set";
    if (pin.failures >= pin.limit) return "locked after " + std::to_string(pin.failures) + " wrong PINs";
    return "PIN set, " + std::to_string(pin.failures) + " of " + std::to_string(pin.limit) + " wrong PINs";
}

std::string protection_text(const PartitionSummary& summary) {
    if (summary.token.has_security_domain) {
        return "recoverable by " + std::to_string(summary.facts.quorum) + " of " +
               std::to_string(summary.facts.officers.size()) + " officers";
    }
    return "none: no security domain protects this partition yet; if its folder is lost, its keys "
           "are";
}

std::string keys_text(const PartitionSummary& summary) {
    std::string parts;
    for (const KeyKind& kind : key_kinds) {
        const std::uint64_t count = summary.keys_of(kind.type);
        if (count == 0) continue;
        parts += (parts.empty() ? "" : ", ") + std::to_string(count) + " " + kind.text;
    }
    return std::to_string(summary.keys()) + (parts.empty() ? "" : " (" + parts + ")");
}

std::string self_tests_text(const PartitionSummary& summary) {
    std::string failed;
    std::size_t passed = 0;
    for (const auto& test : summary.self_tests) {
        if (test.passed) {
            ++passed;
        } else {
            failed += (failed.empty() ? "" : ", ") + test.algorithm;
        }
    }
    const std::string count = std::to_string(passed) + " of " + std::to_string(summary.self_tests.size()) + " passed";
    return failed.empty() ? count : count + ", failed: " + failed;
}

std::string joined(const std::vector<std::string>& names) {
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + printable(name);
    return all.empty() ? "none named" : all;
}

std::string row(const std::string& name, const std::string& value) {
    constexpr std::size_t width = 18;
    return name + std::string(width - std::min(width, name.size()), ' ') + value + '\n';
}

json::object pin_json(const PinStatus& pin) {
    return {{"pin_set", pin.initialised}, {"wrong_pins", pin.failures}, {"limit", pin.limit}};
}

json::object protection_json(const PartitionSummary& summary) {
    json::array officers;
    for (const auto& officer : summary.facts.officers) {
        officers.push_back(json::object{{"subject", officer.subject}, {"sha256", officer.thumbprint}});
    }
    return {{"present", summary.token.has_security_domain},
            {"quorum", summary.facts.quorum},
            {"officers", std::move(officers)}};
}

json::object keys_json(const PartitionSummary& summary) {
    json::object keys{{"total", summary.keys()}};
    for (const KeyKind& kind : key_kinds) keys[kind.member] = summary.keys_of(kind.type);
    return keys;
}

json::array self_tests_json(const PartitionSummary& summary) {
    json::array tests;
    for (const auto& test : summary.self_tests) {
        tests.push_back(json::object{{"algorithm", test.algorithm}, {"passed", test.passed}});
    }
    return tests;
}

}  // namespace

std::string summary_table(const PartitionSummary& summary) {
    std::string text = summary.token.label.empty() ? "" : row("name", printable(summary.token.label));
    text += row("state", state_text(summary.token.life_cycle));
    text += row("store", printable(summary.path));
    if (summary.token.life_cycle != LifeCycle::Uninitialised) {
        text += row("serial", summary.token.serial);
        text += row("created", utc(summary.facts.created));
        if (!summary.facts.group.empty()) text += row("shared with", "group " + printable(summary.facts.group));
        text += row("security domain", protection_text(summary));
        for (const auto& officer : summary.facts.officers) {
            text += row("  officer", printable(officer.subject) + "  sha256 " + officer.thumbprint);
        }
        text += row("administrators", joined(summary.facts.administrators));
        text += row("security officer", pin_text(summary.token.security_officer));
        text += row("user", pin_text(summary.token.user));
        text += row("keys", keys_text(summary));
        text += row("other objects", std::to_string(summary.records()));
    }
    return text + row("self-tests", self_tests_text(summary));
}

std::string summary_json(const PartitionSummary& summary) {
    json::array administrators(summary.facts.administrators.begin(), summary.facts.administrators.end());
    const json::object root{{"name", summary.token.label},
                            {"state", state_word(summary.token.life_cycle)},
                            {"store", summary.path},
                            {"serial", summary.token.serial},
                            {"created", utc(summary.facts.created)},
                            {"group", summary.facts.group},
                            {"security_domain", protection_json(summary)},
                            {"roles", json::object{{"administrators", std::move(administrators)},
                                                   {"security_officer", pin_json(summary.token.security_officer)},
                                                   {"user", pin_json(summary.token.user)}}},
                            {"keys", keys_json(summary)},
                            {"other_objects", summary.records()},
                            {"self_tests", self_tests_json(summary)}};
    return json::serialize(root) + '\n';
}

}  // namespace kvp11::tools
