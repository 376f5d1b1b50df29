// ExchangeRecorder: writes every exchange of the REST API into a file, one JSON object in a line, for tests of its
// shapes. Development only: bodies may hold keys. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "http/descriptor.hpp"
#include "kvp11/result.hpp"
#include "rest/observer.hpp"

namespace kvp11::server {

class ExchangeRecorder final : public rest::Observer {
public:
    /// Appends to the file, which only its owner can read. AccessDenied.
    static Result<std::unique_ptr<ExchangeRecorder>> open(const std::string& path);
    void observed(const rest::Observation& observation) noexcept override;

private:
    explicit ExchangeRecorder(http::Descriptor file) : file_(std::move(file)) {}

    std::mutex mutex_;
    http::Descriptor file_;
};

/// {"method", "url", "request_headers" without Authorization, "request_body", "status", "response_headers",
/// "response_body", "operation", "route"}
std::string exchange_line(const rest::Observation& observation);

}  // namespace kvp11::server
