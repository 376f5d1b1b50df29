// Pool: what all calls of a pipeline share. A plain collection; each part is thread-safe.
#pragma once

#include <memory>
#include <string>

#include "pipeline/authorization.hpp"
#include "pipeline/breaker.hpp"
#include "pipeline/hold_off.hpp"
#include "pipeline/members.hpp"
#include "pipeline/pacer.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/surroundings.hpp"

namespace kvp11::pipeline {

struct Pool {
    std::string host;
    std::string api_version;
    RetrySettings retry;
    Members members;
    Breaker breaker;                    // of the service as a whole
    std::unique_ptr<Pacer> pacer;       // null: it is not paced
    std::unique_ptr<HoldOff> hold_off;  // null: the pacer does it
    Authorization authorization;
    Surroundings& surroundings;
};

/// An outage that is shorter than this is waited out by those who call; a longer one fails at once.
BreakerSettings pool_breaker(const RetrySettings& retry) noexcept;

}  // namespace kvp11::pipeline
