#include "tools/summary_text.hpp"

#include <boost/json.hpp>

#include "partition/life_cycle.hpp"
#include "tools/table_text.hpp"
#include "tools/time_text.hpp"

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
                                 {KeyType::GenericSecret, "generic secret", "generic_secret"},
                                 {KeyType::EcEdwards, "Edwards", "edwards"},
                                 {KeyType::EcMontgomery, "Montgomery", "montgomery"},
                                 {KeyType::ChaCha20, "ChaCha20", "chacha20"},
                                 {KeyType::AesXts, "AES-XTS", "aes_xts"}};

std::string state_text(LifeCycle state) {
    const std::string word(partition::name_of(state));
    switch (state) {
        case LifeCycle::Uninitialised: return word + " (there is no partition in this folder yet)";
        case LifeCycle::Provisioned: return word + " (waits for its security domain; no key operation works)";
        case LifeCycle::Recovery: return word + " (waits for the upload of a security domain)";
        case LifeCycle::Error: return word + " (a self-test failed; no key operation works)";
        default: return word;
    }
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

constexpr const char* outcomes[] = {"matches", "not checked", "differs"};
const char* name_of(fips::Integrity outcome) { return outcomes[static_cast<std::size_t>(outcome)]; }

std::string integrity_text(const PartitionSummary& summary) {
    const std::string text = printable(summary.integrity.file) + " " + name_of(summary.integrity.outcome);
    return summary.integrity.reason.empty() ? text : text + ": " + summary.integrity.reason;
}

const char* mode_word(fips::Mode mode) { return mode == fips::Mode::Approved ? "approved" : "all"; }

std::string names_text(const std::vector<std::string>& names) { return names.empty() ? "none named" : joined(names); }

std::string deleted_keys_text(const PartitionSummary& summary) {
    return "kept for " + std::to_string(summary.facts.retention_days) +
           (summary.facts.purge_protection ? " days, cannot be purged before" : " days, can be purged before");
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
        tests.push_back(json::object{{"algorithm", test.algorithm}, {"passed", test.passed}, {"source", test.source}});
    }
    return tests;
}

}  // namespace

std::string summary_table(const PartitionSummary& summary, const partition::PartitionSettings& settings) {
    std::string text = summary.token.label.empty() ? "" : named_row("name", printable(summary.token.label));
    text += named_row("state", state_text(summary.token.life_cycle));
    text += named_row("store", printable(summary.path));
    if (summary.token.life_cycle != LifeCycle::Uninitialised) {
        text += named_row("serial", summary.token.serial);
        text += named_row("created", utc(summary.facts.created));
        if (!summary.facts.group.empty()) text += named_row("shared with", "group " + printable(summary.facts.group));
        text += named_row("security domain", protection_text(summary));
        for (const auto& officer : summary.facts.officers) {
            text += named_row("  officer", printable(officer.subject) + "  sha256 " + officer.thumbprint);
        }
        text += named_row("administrators", names_text(summary.facts.administrators));
        text += named_row("security officer", pin_text(summary.token.security_officer));
        text += named_row("user", pin_text(summary.token.user));
        text += named_row("keys", keys_text(summary));
        text += named_row("deleted keys", deleted_keys_text(summary));
        text += named_row("other objects", std::to_string(summary.records()));
    }
    text += named_row("mode", mode_word(settings.mode));
    text += named_row("audit", std::string(audit::name_of(settings.audit_level)));
    text += named_row("self-tests", self_tests_text(summary));
    return text + named_row("integrity", integrity_text(summary));
}

std::string summary_json(const PartitionSummary& summary, const partition::PartitionSettings& settings) {
    json::array administrators(summary.facts.administrators.begin(), summary.facts.administrators.end());
    const json::object root{{"name", summary.token.label},
                            {"state", partition::name_of(summary.token.life_cycle)},
                            {"store", summary.path},
                            {"serial", summary.token.serial},
                            {"created", utc(summary.facts.created)},
                            {"group", summary.facts.group},
                            {"security_domain", protection_json(summary)},
                            {"roles", json::object{{"administrators", std::move(administrators)},
                                                   {"security_officer", pin_json(summary.token.security_officer)},
                                                   {"user", pin_json(summary.token.user)}}},
                            {"keys", keys_json(summary)},
                            {"retention_days", summary.facts.retention_days},
                            {"purge_protection", summary.facts.purge_protection},
                            {"other_objects", summary.records()},
                            {"mode", mode_word(settings.mode)},
                            {"audit", audit::name_of(settings.audit_level)},
                            {"self_tests", self_tests_json(summary)},
                            {"integrity", json::object{{"file", summary.integrity.file},
                                                       {"outcome", name_of(summary.integrity.outcome)},
                                                       {"reason", summary.integrity.reason}}}};
    return json::serialize(root) + '\n';
}

}  // namespace kvp11::tools
