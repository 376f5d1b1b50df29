#include "config/remote_together.hpp"

#include <algorithm>
#include <array>

namespace kvp11::config {

namespace {

/// Ways to log in, as bits; in the order of the enumeration Credential.
using Ways = unsigned;
constexpr Ways way(Credential credential) { return 1U << static_cast<unsigned>(credential); }
constexpr Ways chain = way(Credential::Default);
constexpr Ways managed = way(Credential::ManagedIdentity);
constexpr Ways workload = way(Credential::WorkloadIdentity);
constexpr Ways secret = way(Credential::ClientSecret);
constexpr Ways certificate = way(Credential::ClientCertificate);
constexpr Ways command_line = way(Credential::AzureCli);
constexpr Ways file = way(Credential::TokenFile);

// Beside the url itself; the pipeline has room for 16.
constexpr std::size_t most_members = 15;

struct WaysRow {
    std::string_view key;
    Ways ways;  // that look at it
    std::string_view spoken;
};

constexpr std::array<WaysRow, 10> rows_of_ways{{
    {"tenant", chain | workload | secret | certificate | command_line,
     "default, workload-identity, client-secret, client-certificate or azure-cli"},
    {"client_id", chain | managed | workload | secret | certificate,
     "default, managed-identity, workload-identity, client-secret or client-certificate"},
    {"object_id", chain | managed, "default or managed-identity"},
    {"resource_id", chain | managed, "default or managed-identity"},
    {"client_secret_file", chain | secret, "default or client-secret"},
    {"client_certificate", chain | certificate, "default or client-certificate"},
    {"federated_token_file", chain | workload, "default or workload-identity"},
    {"token_file", file, "token-file"},
    {"authority_host", chain | workload | secret | certificate,
     "default, workload-identity, client-secret or client-certificate"},
    {"imds_host", chain | managed, "default or managed-identity"},
}};

const Entry* entry_of(const Node& table, std::string_view key) {
    for (const auto& entry : table.entries)
        if (entry.key == key) return &entry;
    return nullptr;
}

/// A slot's table with the rules that its keys have together; each of them gives a complaint or nothing.
class Together {
public:
    Together(const Section& section, const Node& table, const ManagedHsmSettings& settings)
        : section_(section), table_(table), settings_(settings) {}

    [[nodiscard]] Result<void> check() const {
        TRY(check_ways());
        TRY(check_identity());
        TRY(check_pin());
        TRY(check_members());
        TRY(check_times());
        TRY(check_import());
        return check_cache_and_pace();
    }

private:
    [[nodiscard]] bool has(std::string_view key) const { return entry_of(table_, key) != nullptr; }
    [[nodiscard]] Failure complaint(std::string_view key, std::string_view text) const {
        const auto* entry = entry_of(table_, key);
        return mistake(section_.file, entry == nullptr ? table_.place : entry->place, full_key(section_, key), text);
    }

    [[nodiscard]] Result<void> check_ways() const {
        for (const auto& row : rows_of_ways)
            if (has(row.key) && (row.ways & way(settings_.credential)) == 0)
                return complaint(row.key, "is looked at with credential = " + std::string(row.spoken) + " only");
        if (settings_.credential == Credential::TokenFile && !has("token_file"))
            return complaint("token_file", R"(is missing; credential = "token-file" needs it)");
        return {};
    }

    [[nodiscard]] Result<void> check_identity() const {
        if (has("object_id") && has("resource_id"))
            return complaint("resource_id", "names an identity that object_id names already; leave one of them out");
        if (settings_.credential != Credential::ManagedIdentity || !has("client_id")) return {};
        for (const std::string_view other : {"object_id", "resource_id"})
            if (has(other))
                return complaint(other, "names an identity that client_id names already; leave one of them out");
        return {};
    }

    [[nodiscard]] Result<void> check_pin() const {
        if (settings_.login != LoginRule::Pin) return {};
        if (settings_.credential != Credential::Default && settings_.credential != Credential::ClientSecret)
            return complaint("login", R"(with "pin" the PIN is a client secret; leave credential out, or write )"
                                      R"(credential = "client-secret")");
        for (const std::string_view other :
             {"client_secret_file", "client_certificate", "federated_token_file", "object_id", "resource_id"})
            if (has(other)) return complaint(other, R"(is not looked at with login = "pin"; leave one of them out)");
        return {};
    }

    [[nodiscard]] Result<void> check_members() const {
        if (settings_.members.size() > most_members)
            return complaint("members", "names more than " + std::to_string(most_members) + " URLs");
        auto seen = std::vector{settings_.url};
        for (const auto& member : settings_.members) {
            if (std::find(seen.begin(), seen.end(), member) != seen.end())
                return complaint("members", "names " + member + " a second time; url is the first of the members");
            seen.push_back(member);
        }
        return {};
    }

    [[nodiscard]] Result<void> check_times() const {
        if (settings_.connect_timeout && settings_.timeout && *settings_.connect_timeout > *settings_.timeout)
            return complaint("connect_timeout", "is longer than timeout, which is of a whole call");
        return {};
    }

    [[nodiscard]] Result<void> check_import() const {
        if (settings_.import_way == Import::Byok && !has("exchange_key"))
            return complaint("exchange_key", R"(is missing; import = "byok" needs the name of a key exchange key)");
        if (settings_.import_way == Import::Plain && has("exchange_key"))
            return complaint("exchange_key", R"(is used with import = "byok" only)");
        return {};
    }

    [[nodiscard]] Result<void> check_cache_and_pace() const {
        if (!settings_.cache_on_disk && has("cache_folder"))
            return complaint("cache_folder", R"(is not used with cache = "memory")");
        if (settings_.pace == Pace::None && has("pace_share"))
            return complaint("pace_share", R"(is not used with pace = "none")");
        return {};
    }

    const Section& section_;
    const Node& table_;
    const ManagedHsmSettings& settings_;
};

}  // namespace

Result<void> check_together(const Section& section, const Node& table, const ManagedHsmSettings& settings) {
    return Together(section, table, settings).check();
}

}  // namespace kvp11::config
