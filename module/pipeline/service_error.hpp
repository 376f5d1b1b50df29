// What the service's errors are called here: one table from status, code, inner code, words of the message and the
// operation that was asked to a condition and a sentence. Pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"
#include "pipeline/service_answer.hpp"

namespace kvp11::pipeline {

/// What is empty (or 0) fits everything; the first row that fits counts. Codes and words are compared without case.
struct ServiceErrorRow {
    unsigned status;
    std::string_view code;
    std::string_view inner_code;
    std::string_view words;      // in the message
    std::string_view operation;  // the last part of the path: "sign", "unwrapkey"
    Errc condition;
    std::string_view sentence;
};

std::span<const ServiceErrorRow> service_error_rows() noexcept;

/// The row for an answer that is not 200 to 299. There is one for every answer.
const ServiceErrorRow& row_for(const ServiceAnswer& answer, std::string_view path) noexcept;

/// With what the service said, and the request id that its support asks for.
Error service_error(const ServiceAnswer& answer, std::string_view path);

/// "403 Forbidden (ForbiddenByFirewall)"
std::string named(const ServiceAnswer& answer);

}  // namespace kvp11::pipeline
