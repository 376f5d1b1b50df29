// ServiceAnswer: what an answer that is no success says, in the shape of Azure's errors or in none:
// bodies may be empty, "OK", a gateway's HTML or broken. A value; reading it never fails.
#pragma once

#include <string>
#include <string_view>

#include "transport/message.hpp"

namespace kvp11::pipeline {

struct ServiceAnswer {
    unsigned status = 0;
    std::string code;        // "Forbidden"
    std::string inner_code;  // "ForbiddenByFirewall"; of the innermost error that has one
    std::string message;     // fit for a log: one line, cut, without anything that looks like a token
    std::string request_id;  // x-ms-request-id
    std::string body_kind;  // "text/html, 1523 bytes" of a body that is no error object; empty: it is one, or none came
    /// Somebody who knows Azure's shapes answered: not a proxy, not another server.
    [[nodiscard]] bool by_service() const noexcept { return !code.empty() || !request_id.empty(); }
};

ServiceAnswer read_service_answer(const transport::Answer& answer);

/// One line of at most `most` bytes of whole UTF-8 characters: control characters become spaces, and words that are as
/// long as only tokens and keys are become "…".
std::string fit_for_log(std::string_view text, std::size_t most = 400);

}  // namespace kvp11::pipeline
