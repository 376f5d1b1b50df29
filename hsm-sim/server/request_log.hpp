// RequestLog: a line of the log for each request: what went well at debug, what was refused at info, what failed at
// warning. Thread-safe.
#pragma once

#include "rest/observer.hpp"
#include "server/log.hpp"

namespace kvp11::server {

class RequestLog final : public rest::Observer {
public:
    explicit RequestLog(const Log& log) : log_(log) {}
    void observed(const rest::Observation& observation) noexcept override;
    void unsettled(const Error& why) noexcept override;

private:
    const Log& log_;
};

/// A request's target without its query.
std::string_view path_of(std::string_view target) noexcept;
/// The path of a request's target as a line may show it: without query, and not longer than 200 bytes.
std::string_view shown_path(std::string_view target) noexcept;

}  // namespace kvp11::server
