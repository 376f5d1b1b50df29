// Service: the data plane of a Managed HSM as a handler of requests. It finds the route, asks who it is, lets the
// handler work as that principal, and gives the answer the service's headers and errors.
//
// Threads: as http::Handler. The Site outlives it and every request under way.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "http/handler.hpp"
#include "rest/availability.hpp"
#include "rest/exchange.hpp"
#include "rest/router.hpp"

namespace kvp11::rest {

class Service final : public http::Handler {
public:
    explicit Service(Site& site);
    void handle(http::Request request, http::Respond respond) override;
    void gather(http::Request request, http::Respond respond) override;
    [[nodiscard]] bool work_off() override;
    /// Puts the audit records of the answers in the log.
    [[nodiscard]] bool settle() override;
    [[nodiscard]] http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override;
    [[nodiscard]] const Router& router() const noexcept { return router_; }

private:
    using ExchangePtr = std::shared_ptr<Exchange>;
    /// What waits for work_off(): prepared, then with the handler's result.
    struct PutOff {
        ExchangePtr exchange;
        http::Respond respond;
        std::optional<Result<Reply>> reply;
    };
    static std::vector<PutOff>& put_off();
    /// Null when it has its answer already.
    [[nodiscard]] ExchangePtr begin(http::Request request, const http::Respond& respond) const;
    /// Everything up to the handler: an answer when it does not get there.
    [[nodiscard]] std::optional<Reply> prepare(Exchange& exchange) const;
    [[nodiscard]] std::optional<Reply> find_route(Exchange& exchange, std::optional<Reply>& unknown) const;
    [[nodiscard]] std::optional<Reply> follow_plan(Exchange& exchange, bool& token_expired) const;
    [[nodiscard]] std::optional<Reply> authenticate(Exchange& exchange, bool token_expired) const;
    [[nodiscard]] std::optional<Reply> read_body(Exchange& exchange) const;
    [[nodiscard]] Reply challenge(const Exchange& exchange, bool token_was_bad) const;
    void run(const ExchangePtr& exchange, const http::Respond& respond) const;
    void run_on_worker(const ExchangePtr& exchange, const http::Respond& respond) const;
    void conclude(const ExchangePtr& exchange, Result<Reply> reply, const http::Respond& respond) const;
    void finish(Exchange& exchange, Reply reply, const http::Respond& respond) const;
    [[nodiscard]] http::Response response_to(const Exchange& exchange, Reply& reply,
                                             std::chrono::microseconds took) const;

    Site& site_;
    Router router_;
    Availability availability_;
};

/// The service's shape of an error: {"error":{"code":…,"message":"… (Activity ID: …)"}}.
std::string error_body(std::string_view code, std::string_view message, std::string_view request_id);

}  // namespace kvp11::rest
