// Pool: the connections of one process, by endpoint; those that nobody uses, and how many are in use.
//
// A thread gets the connection that it used last, else the one used last, so that those not needed grow old.
// Thread-safe: one short lock, held over neither I/O nor the end of a connection.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "transport/connection.hpp"

namespace kvp11::transport {

class Connector;

class Pool {
public:
    /// The connections of one endpoint. Lives as long as its pool.
    struct Shelf {
        Endpoint endpoint;
        std::vector<std::unique_ptr<Connection>> idle;  // the last one was used last
        std::size_t in_use = 0;
        std::size_t waiting = 0;
        std::condition_variable freed;
        TlsTicket ticket;
        Clock::time_point ticket_came;
        Clock::time_point suspect_until;  // connections used last before then are looked at before they are used
    };

    Pool(std::size_t most, std::chrono::milliseconds idle_limit) : most_(most), idle_limit_(idle_limit) {}

    struct Taken {
        Shelf* shelf = nullptr;  // null: no place became free before the deadline
        std::unique_ptr<Connection> kept;
        bool needs_a_look = false;  // it may have died meanwhile; one in use all the time has not
        Clock::time_point at{};     // when it was taken
    };
    /// A place for a connection, and a kept one where there is one.
    Taken take(const Endpoint& endpoint, Clock::time_point deadline);
    /// Gives the place back, and the connection where it is worth keeping.
    void put_back(Shelf& shelf, std::unique_ptr<Connection> connection) noexcept;

    /// A connection has turned out to be dead: its neighbours may be, too.
    void suspect(Shelf& shelf) noexcept;

    /// May be null.
    [[nodiscard]] TlsTicket ticket(const Shelf& shelf) const;
    void close_idle() noexcept;

private:
    using Connections = std::vector<std::unique_ptr<Connection>>;

    Shelf& shelf_of(const Endpoint& endpoint);
    Connections too_old(Shelf& shelf, std::size_t keep, Clock::time_point now) const;
    static bool needs_a_look(const Shelf& shelf, const Connection& connection, Clock::time_point now);

    const std::size_t most_;
    const std::chrono::milliseconds idle_limit_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<Shelf>> shelves_;
};

/// A place in the pool, given back at the end.
class Lease {
public:
    Lease(Pool& pool, const Endpoint& endpoint, Clock::time_point deadline)
        : pool_(pool), taken_(pool.take(endpoint, deadline)) {}
    ~Lease() {
        if (has_place()) pool_.put_back(shelf(), std::move(taken_.kept));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    [[nodiscard]] bool has_place() const noexcept { return taken_.shelf != nullptr; }
    [[nodiscard]] Pool::Shelf& shelf() noexcept { return *taken_.shelf; }
    /// Null: to be made.
    [[nodiscard]] std::unique_ptr<Connection>& connection() noexcept { return taken_.kept; }
    [[nodiscard]] Clock::time_point taken_at() const noexcept { return taken_.at; }
    /// A kept connection that died meanwhile is none.
    void drop_the_dead() {
        if (!taken_.kept || !taken_.needs_a_look || taken_.kept->is_quiet()) return;
        taken_.kept.reset();
        pool_.suspect(shelf());
    }
    /// Another connection in place of this one.
    MaybeTrouble connect(Connector& connector, Clock::time_point deadline);

private:
    Pool& pool_;
    Pool::Taken taken_;
};

}  // namespace kvp11::transport
