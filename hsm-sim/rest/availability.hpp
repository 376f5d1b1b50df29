// Availability: whether the HSM does anything now. Before its security domain was downloaded or uploaded it knows only
// the ceremony, and during a full restore only the restore's status. Thread-safe.
#pragma once

#include <atomic>
#include <optional>

#include "rest/reply.hpp"
#include "rest/site.hpp"

namespace kvp11::rest {

class Availability {
public:
    explicit Availability(const Site& site) : site_(site) {}
    /// Nothing, or the answer: 403 before activation, 503 while it is being restored. Costs two memory reads.
    [[nodiscard]] std::optional<Reply> refusal_of(partition::Operation operation) const;

private:
    [[nodiscard]] std::optional<Reply> refusal_before_activation() const;

    const Site& site_;
    // The partition was active when its generation was this one less 1; 0: not known to be.
    mutable std::atomic<std::uint64_t> active_at_{0};
};

}  // namespace kvp11::rest
