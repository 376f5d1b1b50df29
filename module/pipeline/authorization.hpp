// Authorization: who we are to the service: for which resource tokens are asked, the token of now, and the header lines
// that carry it, prepared once for all calls until the token is another one.
//
// Owns token caches and credentials. Thread-safe: calls share a snapshot; no lock is held while a token is fetched.
#pragma once

#include <memory>
#include <string>

#include "credential/token_cache.hpp"
#include "host/clock.hpp"
#include "pipeline/challenge.hpp"
#include "pipeline/fork_guarded.hpp"
#include "transport/transport.hpp"

namespace kvp11::pipeline {

/// The lines of a request that hold the token, and those that are the same in every request. Wiped when it goes.
class Head {
public:
    explicit Head(credential::TokenPtr token);
    Head(const Head&) = delete;
    Head& operator=(const Head&) = delete;
    ~Head() { explicit_bzero(lines_.data(), lines_.size()); }

    [[nodiscard]] const credential::TokenPtr& token() const noexcept { return token_; }
    [[nodiscard]] std::string_view expose_lines() const noexcept { return lines_; }
    /// Without a token, for the first request to a service.
    static std::string_view anonymous_lines() noexcept;

private:
    credential::TokenPtr token_;
    std::string lines_;
};
using HeadPtr = std::shared_ptr<const Head>;

class Authorization {
public:
    /// `resource`: of a host whose cloud is known; empty: the service is to be asked. `credential` is null until
    /// somebody logs in.
    Authorization(std::string resource, std::unique_ptr<credential::Credential> credential);

    /// Somebody is logged in.
    [[nodiscard]] bool has_credential() const;
    /// Somebody is, and the service is to be asked first which token it wants.
    [[nodiscard]] bool needs_challenge() const;
    [[nodiscard]] std::string resource() const;
    /// The service was asked which token it wants.
    [[nodiscard]] bool has_learned() const;

    /// The head of now while its token need not be renewed; null: head() is to be asked.
    [[nodiscard]] HeadPtr ready_head() const;
    /// UserNotLoggedIn while nobody is; those of the credential.
    Result<HeadPtr> head(transport::Clock::time_point deadline);
    /// After the service's first 401. AccessDenied for a resource that is none of the endpoint's; where the cloud is
    /// known, its resource stays, whatever the service says.
    Result<void> learn(const Challenge& challenge, const transport::Endpoint& endpoint);
    /// The service did not take this head's token: what the 401 says is done, and the next head has another token.
    Result<void> renew(const HeadPtr& head, const transport::Answer& answer, const transport::Endpoint& endpoint);

    /// Fetches a token with it first. Errors are the credential's, and nothing changes then.
    Result<void> log_in(std::unique_ptr<credential::Credential> credential, transport::Clock::time_point deadline);
    void log_out();
    /// Of the credential that is logged in, or else of nobody.
    [[nodiscard]] credential::TokenCache& tokens() const;

private:
    /// What calls share; never changed, replaced.
    struct Standing {
        std::shared_ptr<credential::TokenCache> cache;  // null: nobody is logged in
        credential::TokenRequest request;
        bool is_learned = false;
        HeadPtr head;                  // null: none was made yet
        std::int64_t ready_until = 0;  // seconds since 1970: until then the token's cache would say nothing else
    };
    using StandingPtr = std::shared_ptr<const Standing>;

    /// Never null. A child of fork that found the guard held (fork_guarded.hpp) begins as nobody.
    [[nodiscard]] StandingPtr standing() const;
    /// What of a challenge concerns the tokens that are asked for.
    Result<void> take(const Challenge& challenge, const transport::Endpoint& endpoint, Standing& into) const;
    /// What others made meanwhile of a token that the service did not take is given up with it.
    void forget(const credential::TokenPtr& token);
    /// False, and nothing happens, when another thread has changed it meanwhile.
    bool replace(const StandingPtr& old, Standing fresh);

    const std::string cloud_resource_;
    const std::shared_ptr<const host::Clock> clock_ = host::system_clock();
    std::shared_ptr<credential::TokenCache> nobody_;
    StandingPtr blank_;
    ForkGuarded<StandingPtr> standing_;
};

}  // namespace kvp11::pipeline
