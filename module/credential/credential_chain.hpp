// CredentialChain: one credential after the other until one has a token (DefaultAzureCredential).
//
// Who finds nothing to log in with is passed over; who is refused, or whose issuer cannot be reached, ends the walk: it
// is the one that was meant, and another identity in its place would be a surprise. The one that worked is asked alone
// from then on, until it is refused or finds nothing any more; that its issuer is out of order does not change who we
// are.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "credential/surroundings.hpp"

namespace kvp11::credential {

struct ChainMember {
    std::unique_ptr<Credential> credential;
    /// Asked before the credential is, when it is not the chosen one: whether there is anything to ask. May be empty.
    std::function<Result<void>(transport::Clock::time_point deadline)> probe = {};
};

class CredentialChain final : public Credential {
public:
    CredentialChain(std::string name, std::vector<ChainMember> members);
    [[nodiscard]] std::string name() const override { return name_; }
    Result<Token> acquire(const TokenRequest& request, transport::Clock::time_point deadline) override;

private:
    static Result<Token> probe_and_acquire(const ChainMember& member, const TokenRequest& request,
                                           transport::Clock::time_point deadline);
    Result<Token> walk(const TokenRequest& request, transport::Clock::time_point deadline);

    std::string name_;
    std::vector<ChainMember> members_;
    std::atomic<std::size_t> chosen_;  // members_.size(): none
};

/// The default chain, as AZURE_TOKEN_CREDENTIALS wants it: all, "prod" (Environment, WorkloadIdentity,
/// ManagedIdentity), "dev" (AzureCli), or one by its name. ConfigurationInvalid for another value.
Result<std::unique_ptr<Credential>> default_chain(const SurroundingsPtr& surroundings);

}  // namespace kvp11::credential
