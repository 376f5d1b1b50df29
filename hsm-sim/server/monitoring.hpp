// Monitoring: /metrics for Prometheus and /health for whoever restarts or balances servers, on a listener of their own.
//
// It costs requests nothing: counters are read, the partition's state is the one that was seen last. Thread-safe.
#pragma once

#include <atomic>
#include <ctime>

#include "http/handler.hpp"
#include "http/server.hpp"
#include "server/partition_watch.hpp"
#include "server/request_metrics.hpp"
#include "traffic/traffic.hpp"

namespace kvp11::server {

class Monitoring final : public http::Handler {
public:
    Monitoring(const RequestMetrics& requests, const PartitionWatch& partition, const traffic::Traffic& traffic)
        : requests_(requests), partition_(partition), traffic_(traffic) {}

    /// What is not there before the server listens.
    void watch(const http::Counters& counters) noexcept { counters_ = &counters; }

    void handle(http::Request request, http::Respond respond) override;
    [[nodiscard]] http::Response refuse(unsigned status, std::string_view why, const http::Peer& peer) override;

    [[nodiscard]] std::string metrics() const;
    /// 200 while keys can be used, 503 else; the body says in what state the partition is.
    [[nodiscard]] http::Response health() const;

private:
    const RequestMetrics& requests_;
    const PartitionWatch& partition_;
    const traffic::Traffic& traffic_;
    std::atomic<const http::Counters*> counters_{nullptr};
    std::time_t started_ = std::time(nullptr);
};

}  // namespace kvp11::server
