#include "transport/pool.hpp"

#include <algorithm>
#include <iterator>

#include "transport/connector.hpp"

namespace kvp11::transport {
namespace {

// A look costs a system call, which only those notice that have no pause.
constexpr std::chrono::milliseconds no_pause{1};
// Sooner than certificates are taken back; a resumed connection does not look at them again.
constexpr std::chrono::hours ticket_age{1};
constexpr std::size_t most_reserved = 1024;
// The lock is held for some hundred nanoseconds: who finds it taken looks again before he lets the kernel put him to
// sleep, which costs both sides a thread switch (tools/bench/remote-load with 32 threads shows it).
constexpr int looks_before_sleep = 200;

void pause_briefly() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("isb");
#endif
}

std::unique_lock<std::mutex> brief_lock(std::mutex& mutex) {
    std::unique_lock lock(mutex, std::defer_lock);
    for (int i = 0; i < looks_before_sleep; ++i) {
        if (lock.try_lock()) return lock;
        pause_briefly();
    }
    lock.lock();
    return lock;
}

// How many of those used last a thread looks through for the one that it used itself.
constexpr std::ptrdiff_t most_looked_through = 16;

const void* this_thread() noexcept {
    static thread_local const char mark = 0;
    return &mark;
}

// A place in `idle`, which is not empty: the one that this thread used last, else the one used last by anybody. A
// connection that goes from processor to processor takes its keys and buffers along, some microseconds a time.
std::ptrdiff_t best_of(const std::vector<std::unique_ptr<Connection>>& idle) noexcept {
    const std::ptrdiff_t last = std::ssize(idle) - 1;
    for (std::ptrdiff_t one = last; one >= 0 && one > last - most_looked_through; --one) {
        if (idle[static_cast<std::size_t>(one)]->last_user() == this_thread()) return one;
    }
    return last;
}

}  // namespace

Pool::Shelf& Pool::shelf_of(const Endpoint& endpoint) {
    for (const auto& shelf : shelves_) {
        if (shelf->endpoint == endpoint) return *shelf;
    }
    shelves_.push_back(std::make_unique<Shelf>());
    shelves_.back()->endpoint = endpoint;
    // Giving back must not need memory.
    shelves_.back()->idle.reserve(std::min(most_, most_reserved));
    return *shelves_.back();
}

// The first `keep` from the end stay in any case.
Pool::Connections Pool::too_old(Shelf& shelf, std::size_t keep, Clock::time_point now) const {
    Connections old;
    const auto limit = now - idle_limit_;
    const auto end = shelf.idle.end() - static_cast<std::ptrdiff_t>(std::min(keep, shelf.idle.size()));
    const auto young =
        std::find_if(shelf.idle.begin(), end, [&](const auto& one) { return one->last_used() >= limit; });
    if (young == shelf.idle.begin()) return old;
    std::move(shelf.idle.begin(), young, std::back_inserter(old));
    shelf.idle.erase(shelf.idle.begin(), young);
    return old;
}

Pool::Taken Pool::take(const Endpoint& endpoint, Clock::time_point deadline) {
    Connections old;  // closed when the lock is no longer held
    auto now = Clock::now();
    std::unique_lock lock = brief_lock(mutex_);
    Shelf& shelf = shelf_of(endpoint);
    old = too_old(shelf, 0, now);
    while (shelf.idle.empty() && shelf.in_use >= most_) {
        ++shelf.waiting;
        const auto status = shelf.freed.wait_until(lock, deadline);
        --shelf.waiting;
        now = Clock::now();
        if (status == std::cv_status::timeout && shelf.idle.empty() && shelf.in_use >= most_) return {};
    }
    ++shelf.in_use;
    Taken taken{&shelf, nullptr, false, now};
    if (shelf.idle.empty()) return taken;
    const auto chosen = shelf.idle.begin() + best_of(shelf.idle);
    taken.kept = std::move(*chosen);
    shelf.idle.erase(chosen);
    taken.needs_a_look = needs_a_look(shelf, *taken.kept, now);
    return taken;
}

bool Pool::needs_a_look(const Shelf& shelf, const Connection& connection, Clock::time_point now) {
    const auto last_used = connection.last_used();
    return connection.has_pending() || last_used <= shelf.suspect_until || now - last_used > no_pause;
}

void Pool::put_back(Shelf& shelf, std::unique_ptr<Connection> connection) noexcept {
    TlsTicket ticket = connection ? connection->take_ticket() : nullptr;
    if (connection && !connection->is_reusable()) connection.reset();
    if (connection) connection->used_by(this_thread());
    Connections old;
    // The time of its last answer is now, or as good as that.
    const auto now = connection ? connection->last_used() : Clock::now();
    {
        const std::unique_lock lock = brief_lock(mutex_);
        --shelf.in_use;
        if (connection) shelf.idle.push_back(std::move(connection));
        if (ticket) {
            shelf.ticket.swap(ticket);
            shelf.ticket_came = now;
        }
        if (shelf.waiting != 0) shelf.freed.notify_one();
        old = too_old(shelf, 1, now);
    }
}

void Pool::suspect(Shelf& shelf) noexcept {
    const std::lock_guard lock(mutex_);
    shelf.suspect_until = Clock::now();
}

TlsTicket Pool::ticket(const Shelf& shelf) const {
    const std::lock_guard lock(mutex_);
    SSL_SESSION* const session = shelf.ticket.get();
    if (session == nullptr || Clock::now() - shelf.ticket_came > ticket_age) return nullptr;
    return SSL_SESSION_up_ref(session) == 1 ? TlsTicket(session) : nullptr;
}

void Pool::close_idle() noexcept {
    std::vector<Connections> idle;
    const std::lock_guard lock(mutex_);
    for (const auto& shelf : shelves_) {
        idle.emplace_back();
        idle.back().swap(shelf->idle);
    }
}

MaybeTrouble Lease::connect(Connector& connector, Clock::time_point deadline) {
    connection().reset();
    const TlsTicket ticket = pool_.ticket(shelf());
    auto made = connector.open(shelf().endpoint, deadline, ticket.get());
    if (auto* const bad = std::get_if<Trouble>(&made)) return std::move(*bad);
    connection() = std::move(std::get<std::unique_ptr<Connection>>(made));
    return std::nullopt;
}

}  // namespace kvp11::transport
