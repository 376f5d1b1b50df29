#include "transport/transport.hpp"

#include <atomic>

#include "crypto/library.hpp"
#include "host/process_mark.hpp"
#include "transport/batch.hpp"
#include "transport/certificate_check.hpp"
#include "transport/connector.hpp"
#include "transport/host_name.hpp"
#include "transport/pool.hpp"

namespace kvp11::transport {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;

/// What one process has of a Transport. A child of fork() gets its own, and the parent's is left as it is: its locks
/// may be held by threads that are not there any more, and its connections are in use.
struct Process {
    Process(std::uint64_t of, const TransportSettings& settings, const ProxyRules& proxies, const Trust& trust)
        : mark(of), connector(settings, proxies, trust, roll), pool(settings.most_connections, settings.idle_limit) {}

    const std::uint64_t mark;
    SocketRoll roll;  // outlives the connections
    Connector connector;
    Pool pool;
};

/// Names as they are looked up.
std::map<std::string, std::string> in_lower_case(const std::map<std::string, std::string>& addresses) {
    std::map<std::string, std::string> lowered;
    for (const auto& [host, address] : addresses) lowered.emplace(lower_case(host), address);
    return lowered;
}

Result<void> check(const TransportSettings& settings) {
    for (const auto& [host, address] : settings.addresses) {
        if (is_address(address)) continue;
        return fail(Errc::ConfigurationInvalid,
                    "the address for " + host + " is to be an IPv4 or IPv6 address and not \"" + address + "\"");
    }
    if (settings.most_connections == 0) return fail(Errc::ConfigurationInvalid, "no connection at all is allowed");
    return check_pins(settings.pins);
}

}  // namespace

struct Transport::State {
    State(TransportSettings given, ProxyRules rules, Trust trusted)
        : settings(std::move(given)),
          proxies(std::move(rules)),
          trust(std::move(trusted)),
          current(new Process(host::process_mark(), settings, proxies, trust)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
        Process* const last = current.load();
        if (last->mark == host::process_mark()) {
            delete last;
        } else {
            last->roll.abandon();
        }
    }

    Process& process() {
        Process* known = current.load(std::memory_order_acquire);
        const std::uint64_t mark = host::process_mark();
        return known->mark == mark ? *known : *after_fork(known, mark);
    }

    Process* after_fork(Process* known, std::uint64_t mark) {
        auto fresh = std::make_unique<Process>(mark, settings, proxies, trust);
        Process* const ancestor = known;
        if (!current.compare_exchange_strong(known, fresh.get())) return known;
        ancestor->roll.abandon();
        return fresh.release();
    }

    const TransportSettings settings;
    const ProxyRules proxies;
    const Trust trust;
    std::atomic<Process*> current;
};

Transport::Transport(std::unique_ptr<State> state) : state_(std::move(state)) {}
Transport::~Transport() = default;

Result<std::unique_ptr<Transport>> Transport::open(TransportSettings settings) {
    TRY(check(settings));
    settings.addresses = in_lower_case(settings.addresses);
    auto proxies = TRY(ProxyRules::read(settings.proxy));
    auto trust = TRY(Trust::read(settings.ca_file));
    auto state = std::make_unique<State>(std::move(settings), std::move(proxies), std::move(trust));
    return std::unique_ptr<Transport>(new Transport(std::move(state)));
}

namespace {

/// One request with the connections it takes.
class Exchange {
public:
    Exchange(Process& process, const Endpoint& endpoint, Clock::time_point deadline, Timing* timing)
        : process_(process), deadline_(deadline), timing_(timing), lease_(process.pool, endpoint, deadline) {}

    Outcome run(const Request& request) {
        if (!lease_.has_place()) {
            return trouble(Trouble::Kind::Deadline, "all connections were in use until the deadline");
        }
        lease_.drop_the_dead();
        const bool kept = lease_.connection() != nullptr;
        if (!kept) {
            if (auto bad = connect()) return std::move(*bad);
        }
        Outcome outcome = ask(request, kept ? lease_.taken_at() : Clock::now());
        const auto* const bad = std::get_if<Trouble>(&outcome);
        if (bad == nullptr || bad->kind != Trouble::Kind::Closed) return outcome;
        process_.pool.suspect(lease_.shelf());
        if (!kept || bad->may_have_happened) return outcome;
        if (auto worse = connect()) return std::move(*worse);
        return ask(request, Clock::now());
    }

private:
    Outcome ask(const Request& request, Clock::time_point now) {
        Connection& connection = *lease_.connection();
        if (timing_ != nullptr) connection.describe(*timing_);
        return connection.exchange(request, deadline_, timing_, now);
    }

    MaybeTrouble connect() {
        const auto begun = Clock::now();
        MaybeTrouble bad = lease_.connect(process_.connector, deadline_);
        if (timing_ == nullptr) return bad;
        timing_->connecting = duration_cast<microseconds>(Clock::now() - begun);
        timing_->fresh_connection = timing_->fresh_connection || !bad;
        return bad;
    }

    Process& process_;
    const Clock::time_point deadline_;
    Timing* const timing_;
    Lease lease_;
};

}  // namespace

Outcome Transport::exchange(const Endpoint& endpoint, const Request& request, Clock::time_point deadline,
                            Timing* timing) {
    const crypto::ErrorMark mark;
    if (timing != nullptr) *timing = {};
    return Exchange(state_->process(), endpoint, deadline, timing).run(request);
}

std::vector<Outcome> Transport::exchange_many(const Endpoint& endpoint, std::span<const Request> requests,
                                              Clock::time_point deadline) {
    const crypto::ErrorMark mark;
    Process& process = state_->process();
    return Batch(process.pool, process.connector, requests, deadline).run(endpoint);
}

Result<std::vector<std::string>> Transport::resolve(const Endpoint& endpoint) const {
    const auto found = state_->process().connector.addresses_of(endpoint);
    if (const auto* const bad = std::get_if<Trouble>(&found)) return fail(Errc::DeviceError, bad->message);
    std::vector<std::string> texts;
    for (const Address& address : std::get<Addresses>(found)) texts.push_back(text_of(address));
    return texts;
}

std::size_t Transport::open_connections() const noexcept { return state_->process().roll.open(); }
std::uint64_t Transport::connections_made() const noexcept { return state_->process().roll.made(); }
void Transport::close_idle() noexcept { state_->process().pool.close_idle(); }

}  // namespace kvp11::transport
