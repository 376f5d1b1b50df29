// The keys of a slot with backend = "managed-hsm".
#include <array>

#include "config/remote_rules.hpp"
#include "config/slot_rows.hpp"
#include "config/value_rules.hpp"

namespace kvp11::config {

namespace {

using std::filesystem::path;
using Hsm = ManagedHsmSettings;

// Each in the order of its enumeration.
constexpr std::array<std::string_view, 7> credentials{"default",       "managed-identity",   "workload-identity",
                                                      "client-secret", "client-certificate", "azure-cli",
                                                      "token-file"};
constexpr std::array<std::string_view, 2> logins{"none", "pin"};
constexpr std::array<std::string_view, 3> paces{"auto", "none", "vault"};
constexpr std::array<std::string_view, 2> imports{"plain", "byok"};
// false and true.
constexpr std::array<std::string_view, 2> versions{"latest", "all"};
constexpr std::array<std::string_view, 2> caches{"memory", "disk"};

using Rule = Problem (*)(std::string_view);

template <std::string Hsm::*member, Rule rule>
Problem store_text(SlotDraft& slot, const Node& value, const path&) {
    slot.managed_hsm.*member = value.text;
    return rule(value.text);
}

template <std::string Hsm::*member>
Problem store_path(SlotDraft& slot, const Node& value, const path& file) {
    slot.managed_hsm.*member = beside(file, value.text).string();
    return problem_with_path(value.text);
}

template <std::string Hsm::*member, Rule rule>
Problem store_url(SlotDraft& slot, const Node& value, const path&) {
    slot.managed_hsm.*member = without_last_slash(value.text);
    return rule(value.text);
}

template <std::optional<std::uint32_t> Hsm::*member>
Problem store_integer(SlotDraft& slot, const Node& value, const path&) {
    slot.managed_hsm.*member = static_cast<std::uint32_t>(value.integer);
    return std::nullopt;
}

template <auto member, const auto& names>
Problem store_choice(SlotDraft& slot, const Node& value, const path&) {
    using Enumeration = std::remove_reference_t<decltype(slot.managed_hsm.*member)>;
    slot.managed_hsm.*member = position<Enumeration>(names, value.text);
    return std::nullopt;
}

Problem store_members(SlotDraft& slot, const Node& value, const path&) {
    for (const auto& item : value.items) {
        if (auto problem = problem_with_url(item.text)) return problem;
        slot.managed_hsm.members.push_back(without_last_slash(item.text));
    }
    return std::nullopt;
}

Problem store_pins(SlotDraft& slot, const Node& value, const path&) {
    for (const auto& item : value.items) {
        if (auto problem = problem_with_pin(item.text)) return problem;
        slot.managed_hsm.pins.push_back(item.text.substr(pin_prefix.size()));
    }
    return std::nullopt;
}

Problem store_addresses(SlotDraft& slot, const Node& value, const path&) {
    for (const auto& item : value.items) {
        if (auto problem = problem_with_host_address(item.text)) return problem;
        const auto equals = item.text.find('=');
        const auto [other, fresh] =
            slot.managed_hsm.addresses.emplace(item.text.substr(0, equals), item.text.substr(equals + 1));
        if (!fresh) return "names an address of " + other->first + " twice";
    }
    return std::nullopt;
}

Problem store_pace_share(SlotDraft& slot, const Node& value, const path&) {
    slot.managed_hsm.pace_share = value.number;
    if (value.number >= 0.01 && value.number <= 1) return std::nullopt;
    return "must be between 0.01 and 1: the share of the service's limits that this host may use";
}

Problem store_software_keys(SlotDraft& slot, const Node& value, const path&) {
    slot.managed_hsm.software_keys = value.truth;
    return std::nullopt;
}

/// Of a key that is refused: never called.
Problem store_nothing(SlotDraft&, const Node&, const path&) { return std::nullopt; }

constexpr KeyFacts text(std::string_view key, std::string_view example) {
    return {.key = key, .type = ValueType::Text, .example = example, .only_for = managed_hsm_kind};
}

constexpr KeyFacts texts(std::string_view key, std::string_view example) {
    return {.key = key, .type = ValueType::Texts, .example = example, .only_for = managed_hsm_kind};
}

constexpr KeyFacts choice(std::string_view key, std::string_view example, std::span<const std::string_view> choices) {
    KeyFacts facts = text(key, example);
    facts.choices = choices;
    return facts;
}

constexpr KeyFacts integer(std::string_view key, std::string_view example, std::int64_t least, std::int64_t most) {
    KeyFacts facts = text(key, example);
    facts.type = ValueType::Integer;
    facts.least = least;
    facts.most = most;
    return facts;
}

constexpr KeyFacts of_type(ValueType type, std::string_view key, std::string_view example) {
    KeyFacts facts = text(key, example);
    facts.type = type;
    return facts;
}

constexpr KeyFacts required(KeyFacts facts) {
    facts.required = true;
    return facts;
}

constexpr KeyFacts refused(std::string_view key, std::string_view why) {
    KeyFacts facts = text(key, {});
    facts.refusal = why;
    return facts;
}

using Row = KeyRow<SlotDraft>;

constexpr std::array rows_of_service{
    Row{required(text("url", "\"https://contoso.managedhsm.azure.net\"")), store_url<&Hsm::url, problem_with_url>},
    Row{texts("members", "[\"https://contoso-west.managedhsm.azure.net\"]"), store_members},
    Row{text("api_version", "\"7.6\""), store_text<&Hsm::api_version, problem_with_api_version>},

    Row{choice("credential", "\"default\"", credentials), store_choice<&Hsm::credential, credentials>},
    Row{text("tenant", "\"72f988bf-0000-0000-0000-000000000000\""), store_text<&Hsm::tenant, problem_with_tenant>},
    Row{text("client_id", "\"11111111-0000-0000-0000-000000000000\""), store_text<&Hsm::client_id, problem_with_guid>},
    Row{text("object_id", "\"22222222-0000-0000-0000-000000000000\""), store_text<&Hsm::object_id, problem_with_guid>},
    Row{text("resource_id", "\"/subscriptions/…/userAssignedIdentities/web\""),
        store_text<&Hsm::resource_id, problem_with_resource_id>},
    Row{text("client_secret_file", "\"/etc/kvp11/client-secret\""), store_path<&Hsm::client_secret_file>},
    Row{text("client_certificate", "\"/etc/kvp11/client.pem\""), store_path<&Hsm::client_certificate>},
    Row{text("federated_token_file", "\"/var/run/secrets/azure/tokens/azure-identity-token\""),
        store_path<&Hsm::federated_token_file>},
    Row{text("token_file", "\"/run/kvp11/token\""), store_path<&Hsm::token_file>},
    Row{text("authority_host", "\"https://login.microsoftonline.us\""),
        store_url<&Hsm::authority_host, problem_with_url>},
    Row{text("imds_host", "\"http://169.254.169.254\""), store_url<&Hsm::imds_host, problem_with_plain_url>},
    Row{choice("login", "\"none\"", logins), store_choice<&Hsm::login, logins>},
    Row{refused("client_secret", "secrets do not stand in this file; write the secret into a file that only the "
                                 "program may read, and name that file with client_secret_file"),
        store_nothing},
    Row{refused("token", "tokens do not stand in this file; name a file that holds one with token_file"),
        store_nothing},
    Row{refused("pin", "PINs do not stand in this file; the program gives its PIN in C_Login"), store_nothing},

    Row{text("ca_file", "\"/etc/kvp11/ca.pem\""), store_path<&Hsm::ca_file>},
    Row{texts("pins", "[\"sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"]"), store_pins},
    Row{texts("addresses", "[\"contoso.managedhsm.azure.net=10.0.0.4\"]"), store_addresses},
    Row{text("proxy", "\"http://proxy.example:3128\""), store_url<&Hsm::proxy, problem_with_proxy>},
    Row{integer("connect_timeout", "5000", 100, 60'000), store_integer<&Hsm::connect_timeout>},
    Row{integer("timeout", "30000", 1'000, 600'000), store_integer<&Hsm::timeout>},
    Row{integer("retries", "4", 0, 20), store_integer<&Hsm::retries>},
    Row{integer("max_connections", "64", 1, 1'024), store_integer<&Hsm::max_connections>},
    Row{choice("pace", "\"auto\"", paces), store_choice<&Hsm::pace, paces>},
    Row{of_type(ValueType::Number, "pace_share", "0.5"), store_pace_share},

    Row{choice("versions", "\"latest\"", versions), store_choice<&Hsm::all_versions, versions>},
    Row{choice("import", "\"plain\"", imports), store_choice<&Hsm::import_way, imports>},
    Row{text("exchange_key", "\"exchange\""), store_text<&Hsm::exchange_key, problem_with_key_name>},
    Row{of_type(ValueType::Boolean, "software_keys", "true"), store_software_keys},
    Row{choice("cache", "\"disk\"", caches), store_choice<&Hsm::cache_on_disk, caches>},
    Row{text("cache_folder", "\"/var/cache/kvp11\""), store_path<&Hsm::cache_folder>},
    Row{integer("cache_age", "300", 0, 86'400), store_integer<&Hsm::cache_age>},
    Row{text("records", "\"/var/lib/kvp11/contoso.db\""), store_path<&Hsm::records>},
};

}  // namespace

std::span<const KeyRow<SlotDraft>> managed_hsm_rows() { return rows_of_service; }

}  // namespace kvp11::config
