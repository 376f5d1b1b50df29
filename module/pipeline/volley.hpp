// Volley: many calls of which the first attempts are made at once. What is no success is done again by a Course of its
// own, so that only courses retry, judge and tell. On the calling thread; used once.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/pool.hpp"

namespace kvp11::pipeline {

class Volley {
public:
    /// `calls` outlive the volley.
    Volley(Pool& pool, std::span<const Call> calls);

    /// As Pipeline::call_many says.
    std::vector<Result<transport::Answer>> run();

private:
    void attempt();
    [[nodiscard]] bool is_worth_while(Clock::time_point now) const;
    [[nodiscard]] HeadPtr head();
    bool await_turn(const Choice& choice);
    std::size_t let_through(std::size_t first);
    bool send(std::size_t first, std::size_t count, const Head& head, const Choice& choice);
    [[nodiscard]] Clock::time_point patience(const Choice& choice) const;
    void tell(std::size_t first, std::size_t count, const Choice& choice) const;

    Pool& pool_;
    const std::span<const Call> calls_;
    const Clock::time_point limit_;                          // of the attempts; what is done again has its own time
    std::vector<std::optional<transport::Answer>> answers_;  // nothing: no success
};

}  // namespace kvp11::pipeline
