// Observer: learns of every request that was answered, for logs, metrics and records of exchanges.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "kvp11/error.hpp"

namespace kvp11::rest {

/// Valid during the call. Holds no token; bodies are only in the messages, and may hold keys.
struct Observation {
    std::string_view request_id;
    std::string_view operation;  // "KeySign"; "Unknown" where no route was found
    std::string_view route;      // "/keys/{name}/{version?}/sign"; empty where none was found
    std::string_view principal;  // object id; empty before authentication
    std::string_view code;       // the error's code; empty for a success
    std::string_view message;    // and its sentence
    std::chrono::microseconds duration{0};
    const http::Request& request;
    const http::Response& response;
};

class Observer {
public:
    virtual ~Observer() = default;
    /// Called once per request, on the thread that answered it: quick, never throws. Thread-safe.
    virtual void observed(const Observation& observation) noexcept = 0;
    /// Answers were not sent, because what they tell of could not be recorded.
    virtual void unsettled(const Error& /*why*/) noexcept {}
};

}  // namespace kvp11::rest
