// TokenCache: one token per process and request, however many threads want it.
//
// A token is fetched by one thread while those who still have a good one go on with it: from `refresh_at` on the first
// caller renews it, and only when there is none (or it has ended) do callers wait. A failure to renew is not an error
// while the token lasts, and is tried again after a few seconds. A failure to get one at all is told to those who
// waited and forgotten: the next call tries again.
//
// A request with claims is answered by a token that was fetched with these claims, which from then on is the token of
// requests without them too.
//
// Owns its credential. Thread-safe; a forked child keeps the tokens and shares no lock with its parent's threads.
#pragma once

#include <memory>

#include "credential/credential.hpp"
#include "host/clock.hpp"

namespace kvp11::credential {

class TokenCache {
public:
    explicit TokenCache(std::unique_ptr<Credential> credential,
                        std::shared_ptr<const host::Clock> clock = host::system_clock());
    ~TokenCache();
    TokenCache(const TokenCache&) = delete;
    TokenCache& operator=(const TokenCache&) = delete;

    [[nodiscard]] std::string credential_name() const;
    /// Never null. Errors are the credential's; DeviceError when `deadline` passed while another thread fetched.
    Result<TokenPtr> token(const TokenRequest& request, transport::Clock::time_point deadline);
    /// The service did not take this token: it is not given out again. One that replaced it meanwhile stays.
    void reject(const TokenRequest& request, const TokenPtr& token);
    /// Tokens that were fetched by this process, for tests and metrics.
    [[nodiscard]] std::uint64_t fetched() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace kvp11::credential
