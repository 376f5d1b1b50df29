#include "pipeline/authorization.hpp"

#include <algorithm>

#include "log/log.hpp"

namespace kvp11::pipeline {
namespace {

/// A token is taken from its cache again when it may be due: in any case before it is too old for a request.
std::int64_t ready_until(const credential::Token& token) {
    constexpr std::chrono::seconds end_margin(10);
    const auto until = std::min(token.refresh_at, token.expires - end_margin);
    return std::chrono::duration_cast<std::chrono::seconds>(until.time_since_epoch()).count();
}

#define KVP11_COMMON_LINES "Accept: application/json\r\nUser-Agent: kvp11/" KVP11_VERSION "\r\n"

/// Stands in where a PIN is awaited.
class NobodyCredential final : public credential::Credential {
public:
    [[nodiscard]] std::string name() const override { return "none (a PIN is awaited)"; }
    Result<credential::Token> acquire(const credential::TokenRequest& /*request*/,
                                      transport::Clock::time_point /*deadline*/) override {
        return fail(Errc::UserNotLoggedIn, "nobody is logged in: this slot takes its identity from the PIN");
    }
};

}  // namespace

Head::Head(credential::TokenPtr token) : token_(std::move(token)) {
    constexpr std::string_view before = KVP11_COMMON_LINES "Authorization: Bearer ";
    const ByteView value = token_->value.expose_bytes();
    lines_.reserve(before.size() + value.size() + 2);  // so that nothing is left behind by growing
    lines_ += before;
    lines_ += text_of(value);
    lines_ += "\r\n";
}

std::string_view Head::anonymous_lines() noexcept { return KVP11_COMMON_LINES; }

Authorization::Authorization(std::string resource, std::unique_ptr<credential::Credential> credential)
    : cloud_resource_(std::move(resource)),
      nobody_(std::make_shared<credential::TokenCache>(std::make_unique<NobodyCredential>())) {
    Standing standing;
    standing.request.resource = cloud_resource_;
    blank_ = std::make_shared<const Standing>(standing);
    if (credential) standing.cache = std::make_shared<credential::TokenCache>(std::move(credential));
    *standing_.lock() = std::make_shared<const Standing>(std::move(standing));
}

Authorization::StandingPtr Authorization::standing() const {
    const auto locked = standing_.lock();
    return *locked ? *locked : blank_;
}

bool Authorization::has_credential() const { return standing()->cache != nullptr; }

bool Authorization::needs_challenge() const {
    const StandingPtr now = standing();
    return now->cache && now->request.resource.empty();
}

std::string Authorization::resource() const { return standing()->request.resource; }

bool Authorization::has_learned() const { return standing()->is_learned; }

bool Authorization::replace(const StandingPtr& old, Standing fresh) {
    auto made = std::make_shared<const Standing>(std::move(fresh));
    const auto locked = standing_.lock();
    if (*locked && *locked != old) return false;
    locked->swap(made);
    return true;
}

// It is replaced in any case: who asked the cache before the token was rejected must find it changed.
void Authorization::forget(const credential::TokenPtr& token) {
    for (bool done = false; !done;) {
        const StandingPtr now = standing();
        Standing fresh = *now;
        if (fresh.head && fresh.head->token() == token) fresh.head = nullptr;
        done = replace(now, std::move(fresh));
    }
}

HeadPtr Authorization::ready_head() const {
    const std::int64_t now = clock_->now();
    const auto locked = standing_.lock();
    const Standing* const standing = locked->get();
    return standing != nullptr && now < standing->ready_until ? standing->head : nullptr;
}

Result<HeadPtr> Authorization::head(transport::Clock::time_point deadline) {
    const StandingPtr now = standing();
    if (!now->cache) {
        return fail(Errc::UserNotLoggedIn, "nobody is logged in: this slot takes its identity from the PIN");
    }
    credential::TokenPtr token = TRY(now->cache->token(now->request, deadline));
    if (now->head && now->head->token() == token) return now->head;
    Standing fresh = *now;
    fresh.ready_until = ready_until(*token);
    fresh.head = std::make_shared<const Head>(std::move(token));
    HeadPtr head = fresh.head;
    replace(now, std::move(fresh));
    return head;
}

Result<void> Authorization::take(const Challenge& challenge, const transport::Endpoint& endpoint,
                                 Standing& into) const {
    if (cloud_resource_.empty()) {
        TRY(check_resource(challenge.resource, endpoint));
        into.request.resource = challenge.resource;
    }
    into.request.tenant = challenge.tenant;
    into.request.authority = challenge.authority;
    into.is_learned = true;
    into.head = nullptr;
    return {};
}

Result<void> Authorization::learn(const Challenge& challenge, const transport::Endpoint& endpoint) {
    const StandingPtr now = standing();
    Standing fresh = *now;
    TRY(take(challenge, endpoint, fresh));
    log::write(log::Level::Debug, "tokens for " + endpoint.host + " are asked for " + fresh.request.resource +
                                      (challenge.tenant.empty() ? "" : " in the tenant " + challenge.tenant));
    replace(now, std::move(fresh));
    return {};
}

Result<void> Authorization::renew(const HeadPtr& head, const transport::Answer& answer,
                                  const transport::Endpoint& endpoint) {
    StandingPtr now = standing();
    if (!now->cache) return {};
    now->cache->reject(now->request, head->token());
    forget(head->token());
    now = standing();
    const std::optional<Challenge> challenge = read_challenge(answer);
    if (!challenge) return {};
    Standing fresh = *now;
    if (!challenge->claims.empty()) {
        fresh.request.claims = challenge->claims;
        fresh.head = nullptr;
    } else if (!challenge->resource.empty()) {
        TRY(take(*challenge, endpoint, fresh));  // the service may have moved to another tenant
    }
    replace(now, std::move(fresh));
    return {};
}

Result<void> Authorization::log_in(std::unique_ptr<credential::Credential> credential,
                                   transport::Clock::time_point deadline) {
    auto cache = std::make_shared<credential::TokenCache>(std::move(credential));
    Standing fresh = *standing();
    TRY(cache->token(fresh.request, deadline));
    fresh.cache = std::move(cache);
    fresh.head = nullptr;
    *standing_.lock() = std::make_shared<const Standing>(std::move(fresh));
    return {};
}

void Authorization::log_out() {
    Standing fresh = *standing();
    fresh.cache = nullptr;
    fresh.head = nullptr;
    fresh.request.claims.clear();
    *standing_.lock() = std::make_shared<const Standing>(std::move(fresh));
}

credential::TokenCache& Authorization::tokens() const {
    const StandingPtr now = standing();
    return now->cache ? *now->cache : *nobody_;
}

}  // namespace kvp11::pipeline
