// Batch: many requests to one endpoint, several of them on their way at once, each on a connection of its own. Answers
// are read as they come, on the calling thread, and a connection whose answer was read takes the next request. Used
// once.
#pragma once

#include <list>
#include <optional>
#include <span>
#include <vector>

#include "transport/connector.hpp"
#include "transport/pool.hpp"

namespace kvp11::transport {

class Batch {
public:
    /// All of them outlive the batch.
    Batch(Pool& pool, Connector& connector, std::span<const Request> requests, Clock::time_point deadline)
        : pool_(pool), connector_(connector), requests_(requests), deadline_(deadline), outcomes_(requests.size()) {}

    /// In the order of the requests.
    std::vector<Outcome> run(const Endpoint& endpoint);

private:
    /// A connection, and the request that is on its way there.
    struct Lane {
        Lane(Pool& pool, const Endpoint& endpoint, Clock::time_point patience) : lease(pool, endpoint, patience) {}

        Lease lease;
        bool is_kept = false;  // the connection had been used before this request
        std::size_t request = 0;
        Connection::Sent sent;
    };
    using Lanes = std::list<Lane>;

    void open_lanes(const Endpoint& endpoint);
    [[nodiscard]] bool is_worth_while(Lane& lane) const;
    /// False: there is nothing left to ask, or no way to.
    bool ask_next(Lane& lane);
    bool is_ready(Lane& lane);
    MaybeTrouble connect(Lane& lane);
    void ask(Lane& lane);
    Lanes::iterator wait_for_answer();
    /// False: the request is on its way again.
    bool read_answer(Lane& lane);
    void give_up_the_rest();

    Pool& pool_;
    Connector& connector_;
    const std::span<const Request> requests_;
    const Clock::time_point deadline_;
    std::vector<Outcome> outcomes_;
    std::size_t next_ = 0;  // the first that was not asked
    Lanes lanes_;           // each with a request on its way, the oldest first
    MaybeTrouble no_way_;   // why no further connection is made
};

}  // namespace kvp11::transport
