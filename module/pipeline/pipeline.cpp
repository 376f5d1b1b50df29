#include "pipeline/pipeline.hpp"

#include <algorithm>

#include "log/log.hpp"
#include "pipeline/course.hpp"
#include "pipeline/pool.hpp"
#include "pipeline/volley.hpp"

namespace kvp11::pipeline {
namespace {

/// NAME.vault.azure.net and its like in other clouds.
bool names_vault(std::string_view host) noexcept {
    const std::size_t first = host.find('.');
    if (first == std::string_view::npos) return false;
    const std::string_view rest = host.substr(first + 1);
    return rest.substr(0, rest.find('.')) == "vault";
}

Result<void> check(const PipelineSettings& settings) {
    if (settings.retry.most_attempts == 0)
        return fail(Errc::ConfigurationInvalid, "there must be at least one attempt");
    if (settings.retry.total.count() <= 0) return fail(Errc::ConfigurationInvalid, "the total time of a call is none");
    if (!(settings.pace_share > 0 && settings.pace_share <= 1)) {
        return fail(Errc::ConfigurationInvalid, "the share of the limits must be above 0 and at most 1");
    }
    return {};
}

/// The token of one member goes to all of them: hosts of two clouds are a mistake.
Result<std::string> resource_of(const std::vector<transport::Endpoint>& endpoints) {
    const std::string resource = credential::cloud_of(endpoints.front().host).resource;
    for (const transport::Endpoint& endpoint : endpoints) {
        if (credential::cloud_of(endpoint.host).resource == resource) continue;
        return fail(Errc::ConfigurationInvalid, "the members " + endpoints.front().host + " and " + endpoint.host +
                                                    " take different tokens: they are not of one pool");
    }
    return resource;
}

/// The way to issuers of tokens; null where it is the members'. Pins are of the service's chain: a login server has
/// another.
Result<std::unique_ptr<transport::Transport>> open_way_to_issuers(transport::TransportSettings settings) {
    if (settings.pins.empty()) return std::unique_ptr<transport::Transport>();
    settings.pins.clear();
    return transport::Transport::open(std::move(settings));
}

}  // namespace

struct Pipeline::State {
    State(PipelineSettings given, std::vector<transport::Endpoint> endpoints, std::string resource,
          std::unique_ptr<transport::Transport> opened, std::unique_ptr<transport::Transport> to_issuers,
          std::unique_ptr<credential::Credential> credential)
        : settings(std::move(given)),
          transport(std::move(opened)),
          issuers(std::move(to_issuers)),
          surroundings(*transport),
          pool{.host = endpoints.front().host,
               .api_version = settings.api_version,
               .retry = settings.retry,
               .members = Members(settings.members, endpoints),
               .breaker = Breaker(pool_breaker(settings.retry)),
               .pacer = nullptr,
               .hold_off = nullptr,
               .authorization = Authorization(std::move(resource), std::move(credential)),
               .surroundings = surroundings} {
        const Pacing usual = names_vault(pool.host) ? Pacing::Vault : Pacing::None;
        if (settings.pacing.value_or(usual) == Pacing::None) {
            pool.hold_off = std::make_unique<HoldOff>(settings.pace_file, pool.members.names());
            return;
        }
        pool.pacer = std::make_unique<Pacer>(settings.pace_file, pool.host, settings.pace_share);
    }

    const PipelineSettings settings;
    const std::unique_ptr<transport::Transport> transport;
    const std::unique_ptr<transport::Transport> issuers;  // null: transport
    RealSurroundings surroundings;
    Pool pool;
};

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::open(PipelineSettings settings) {
    TRY(check(settings));
    auto endpoints = TRY(Members::parse(settings.members));
    std::string resource = TRY(resource_of(endpoints));
    auto transport = TRY(transport::Transport::open(settings.transport));
    auto issuers = TRY(open_way_to_issuers(settings.transport));
    std::unique_ptr<credential::Credential> credential;
    if (!settings.credential_by_pin) {
        credential = TRY(credential::open_credential(settings.credential, issuers ? *issuers : *transport));
    }
    return std::unique_ptr<Pipeline>(
        new Pipeline(std::make_unique<State>(std::move(settings), std::move(endpoints), std::move(resource),
                                             std::move(transport), std::move(issuers), std::move(credential))));
}

Result<transport::Answer> Pipeline::call(const Call& call) { return this->call(call, Clock::time_point::max()); }

Result<transport::Answer> Pipeline::call(const Call& call, Clock::time_point deadline) {
    Course course(state_->pool, call, deadline);
    return course.run();
}

std::vector<Result<transport::Answer>> Pipeline::call_many(std::span<const Call> calls) {
    return Volley(state_->pool, calls).run();
}

Result<void> Pipeline::log_in(const SecretBytes& pin) {
    if (!state_->settings.credential_by_pin) return {};
    const Clock::time_point deadline = Clock::now() + state_->settings.retry.total;
    transport::Transport& way = state_->issuers ? *state_->issuers : *state_->transport;
    auto credential = TRY(credential::open_pin_credential(state_->settings.credential, pin, way));
    Authorization& authorization = state_->pool.authorization;
    // Also where the cloud is known: the tenant may be the service's to tell. Trying first would be a failed login
    // more.
    const bool is_known = !authorization.resource().empty() && !credential->heeds_tenant();
    Result<void> done =
        authorization.has_learned() || is_known ? Result<void>() : learn_challenge(state_->pool, deadline);
    if (done.ok()) done = authorization.log_in(std::move(credential), deadline);
    if (!done.ok()) log::write(log::Level::Warn, "login at " + host() + ": " + done.error().message);
    return done;
}

void Pipeline::log_out() {
    if (state_->settings.credential_by_pin) state_->pool.authorization.log_out();
}

bool Pipeline::logged_in() const noexcept { return state_->pool.authorization.has_credential(); }

const std::string& Pipeline::host() const noexcept { return state_->pool.host; }
bool Pipeline::is_vault() const noexcept { return names_vault(state_->pool.host); }
std::vector<MemberStatus> Pipeline::members() const { return state_->pool.members.status(); }
transport::Transport& Pipeline::transport() noexcept { return *state_->transport; }
credential::TokenCache& Pipeline::tokens() noexcept { return state_->pool.authorization.tokens(); }

}  // namespace kvp11::pipeline
