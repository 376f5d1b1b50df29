// How a fault is written in the rules: one object of "faults".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "traffic/rule_members.hpp"
#include "traffic/traffic.hpp"

namespace kvp11::traffic {

/// Which of the requests that are meant, counted from 1, a fault strikes.
struct Choice {
    std::string operation = "*";
    std::int64_t after = 0;             // so many pass first, and are not counted
    std::optional<std::int64_t> nth;    // this one and, with `times`, those behind it
    std::optional<std::int64_t> every;  // the 10th, 20th, …
    std::optional<double> probability;  // of each
    std::optional<std::int64_t> times;  // so often and then never again; 1 with `nth` when it is not said
};

/// What happens then.
struct Effect {
    Plan plan;                                           // without the delay
    std::optional<std::int64_t> retry_after_date;        // so many seconds from now, as a date
    std::optional<std::chrono::seconds> partition_lost;  // for all operations, from the request that was struck on
};

struct FaultDocument {
    Choice choice;
    Effect effect;
};

/// `where` is its place in the document, for messages.
Result<FaultDocument> read_fault(const boost::json::value& value, const std::string& where);

}  // namespace kvp11::traffic
