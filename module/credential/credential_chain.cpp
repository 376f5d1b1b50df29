#include "credential/credential_chain.hpp"

#include <array>

#include "credential/application_credentials.hpp"
#include "credential/azure_cli.hpp"
#include "credential/managed_identity.hpp"
#include "host/nearest.hpp"
#include "log/log.hpp"

namespace kvp11::credential {
namespace {

/// In Azure's order.
struct MemberRow {
    std::string_view name;
    bool is_for_production;
    ChainMember (*make)(const SurroundingsPtr&);
};

template <class T>
ChainMember make(const SurroundingsPtr& surroundings) {
    return {.credential = std::make_unique<T>(surroundings)};
}
ChainMember make_managed_identity(const SurroundingsPtr& surroundings) {
    auto credential = std::make_unique<ManagedIdentityCredential>(surroundings);
    auto probe = [machine = credential.get()](transport::Clock::time_point deadline) {
        return machine->probe(deadline);
    };
    return {.credential = std::move(credential), .probe = std::move(probe)};
}

constexpr std::array rows{
    MemberRow{"EnvironmentCredential", true, make<EnvironmentCredential>},
    MemberRow{"WorkloadIdentityCredential", true, make<WorkloadIdentityCredential>},
    MemberRow{"ManagedIdentityCredential", true, make_managed_identity},
    MemberRow{"AzureCliCredential", false, make<AzureCliCredential>},
};

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return result;
}

bool is_wanted(const MemberRow& row, const std::string& choice) {
    if (choice.empty()) return true;
    if (choice == "prod") return row.is_for_production;
    if (choice == "dev") return !row.is_for_production;
    return choice == lower(row.name);
}

Failure unknown_choice(const std::string& choice) {
    std::array<std::string_view, rows.size() + 2> known{"dev", "prod"};
    for (std::size_t i = 0; i < rows.size(); ++i) known[i + 2] = rows[i].name;
    return fail(Errc::ConfigurationInvalid, "AZURE_TOKEN_CREDENTIALS is \"" + choice + "\", want " +
                                                host::enumerate(known) + host::did_you_mean(choice, known));
}

}  // namespace

CredentialChain::CredentialChain(std::string name, std::vector<ChainMember> members)
    : name_(std::move(name)), members_(std::move(members)), chosen_(members_.size()) {}

Result<Token> CredentialChain::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    const std::size_t chosen = chosen_.load(std::memory_order_relaxed);
    if (chosen == members_.size()) return walk(request, deadline);
    Credential& member = *members_[chosen].credential;
    Result<Token> token = member.acquire(request, deadline);
    if (token || token.code() == Errc::DeviceError) return token;
    chosen_.store(members_.size(), std::memory_order_relaxed);
    if (token.code() != absent) return token;
    log::write(log::Level::Info, member.name() + " is not there any more: " + token.error().message);
    return walk(request, deadline);
}

Result<Token> CredentialChain::probe_and_acquire(const ChainMember& member, const TokenRequest& request,
                                                 transport::Clock::time_point deadline) {
    if (member.probe) TRY(member.probe(deadline));
    return member.credential->acquire(request, deadline);
}

Result<Token> CredentialChain::walk(const TokenRequest& request, transport::Clock::time_point deadline) {
    std::string reasons;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        Result<Token> token = probe_and_acquire(members_[i], request, deadline);
        if (token) {
            chosen_.store(i, std::memory_order_relaxed);
            log::write(log::Level::Info, "tokens come from " + token->source);
            return token;
        }
        reasons += (reasons.empty() ? "" : "; ") + members_[i].credential->name() + ": " + token.error().message;
        if (token.code() != absent) return fail(token.code(), std::move(reasons));
    }
    return fail(absent, "nobody to log in as: " + reasons);
}

Result<std::unique_ptr<Credential>> default_chain(const SurroundingsPtr& surroundings) {
    const std::string choice = lower(surroundings->environment.text("AZURE_TOKEN_CREDENTIALS"));
    std::vector<const MemberRow*> wanted;
    for (const MemberRow& row : rows) {
        if (is_wanted(row, choice)) wanted.push_back(&row);
    }
    if (wanted.empty()) return unknown_choice(surroundings->environment.text("AZURE_TOKEN_CREDENTIALS"));
    std::vector<ChainMember> members;
    for (const MemberRow* row : wanted) members.push_back(row->make(surroundings));
    // Who names one means it, and waits for it.
    if (members.size() == 1) members.front().probe = nullptr;
    return std::make_unique<CredentialChain>("DefaultAzureCredential", std::move(members));
}

}  // namespace kvp11::credential
