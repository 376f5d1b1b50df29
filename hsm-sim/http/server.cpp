#include "http/server.hpp"

#include <algorithm>
#include <future>
#include <mutex>
#include <thread>

#include "http/listener.hpp"
#include "http/listening_socket.hpp"
#include "http/loop.hpp"

namespace kvp11::http {
namespace {

class LoopServer final : public Server {
public:
    LoopServer(ServerSettings settings, std::shared_ptr<Shared> shared)
        : settings_(std::move(settings)), shared_(std::move(shared)) {
        const unsigned cores = std::max(std::thread::hardware_concurrency(), 1U);
        const unsigned threads = settings_.threads == 0 ? cores : settings_.threads;
        for (unsigned i = 0; i < threads; ++i) loops_.push_back(std::make_shared<Loop>(shared_));
    }
    LoopServer(const LoopServer&) = delete;
    LoopServer& operator=(const LoopServer&) = delete;
    ~LoopServer() override { stop_within({}); }

    Result<void> open() {
        for (const ListenerSettings& settings : settings_.listeners) {
            TlsContext tls;
            if (settings.tls) tls = TRY(server_context(*settings.tls));
            Descriptor socket = TRY(listening_socket(settings));
            ports_.push_back(port_of(socket));
            listeners_.push_back(
                std::make_shared<Listener>(loops_, std::move(socket), *settings.handler, std::move(tls)));
        }
        started_ = true;
        for (const auto& loop : loops_) loop->start();
        for (const auto& listener : listeners_) listener->start();
        return {};
    }

    [[nodiscard]] std::uint16_t port(std::size_t listener) const override { return ports_.at(listener); }

    Result<void> reload_certificates() override {
        std::vector<TlsContext> contexts;  // all of them or none
        for (const ListenerSettings& settings : settings_.listeners) {
            contexts.push_back(settings.tls ? TRY(server_context(*settings.tls)) : TlsContext());
        }
        for (std::size_t i = 0; i < contexts.size(); ++i) listeners_[i]->replace_certificates(std::move(contexts[i]));
        return {};
    }

    void stop(std::chrono::milliseconds grace) override { stop_within(grace); }
    [[nodiscard]] const Counters& counters() const noexcept override { return shared_->counters; }

private:
    void stop_within(std::chrono::milliseconds grace) {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        stopped_ = true;
        if (!started_) {
            for (const auto& listener : listeners_) listener->close();
            return;
        }
        close_listeners();
        for (const auto& loop : loops_) loop->stop(grace);
        for (const auto& loop : loops_) loop->join();
    }

    // Returns when they are closed: who sees a connection end finds nobody listening any more.
    void close_listeners() {
        std::promise<void> closed;
        loops_.front()->post([&] {
            for (const auto& listener : listeners_) listener->close();
            closed.set_value();
        });
        closed.get_future().wait();
    }

    const ServerSettings settings_;
    std::shared_ptr<Shared> shared_;
    std::vector<std::shared_ptr<Loop>> loops_;
    std::vector<std::shared_ptr<Listener>> listeners_;
    std::vector<std::uint16_t> ports_;
    std::mutex mutex_;
    bool started_ = false;
    bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerSettings settings) {
    auto shared = std::make_shared<Shared>();
    shared->limits = settings.limits;
    auto server = std::make_unique<LoopServer>(std::move(settings), std::move(shared));
    TRY(server->open());
    return server;
}

}  // namespace kvp11::http
