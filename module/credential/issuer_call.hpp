// One question to an issuer or an identity endpoint, asked again within the deadline while that makes sense: asking for
// a token twice does no harm. Thread-safe functions; waiting is on the calling thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "credential/surroundings.hpp"
#include "kvp11/result.hpp"
#include "transport/transport.hpp"

namespace kvp11::credential {

/// How patient one kind of endpoint is to be taken with.
struct Patience {
    unsigned tries = 5;
    std::chrono::milliseconds first_wait{800};  // doubled each time, up to a quarter more or less
    std::chrono::milliseconds longest_wait{16'000};
    std::chrono::milliseconds one_try{10'000};    // then the connection is taken for dead
    bool not_found_may_pass = false;              // 404 and 410: IMDS while it starts or is updated
    std::chrono::milliseconds while_gone{3'000};  // the least wait after 410
};

constexpr Patience login_patience{};
constexpr Patience machine_patience{.one_try = std::chrono::milliseconds{8'000}, .not_found_may_pass = true};

struct Question {
    transport::Endpoint endpoint;
    std::string_view method = "GET";
    std::string_view target;
    std::string_view head_lines;
    std::string_view body;
};

/// An answer of any status that is not to be asked again for. DeviceError with a sentence that names the host when none
/// came in time, or the last one was 408, 429, 5xx (or 404, 410).
Result<transport::Answer> ask(const Surroundings& surroundings, const Question& question, const Patience& patience,
                              transport::Clock::time_point deadline);

/// Seconds or a date (RFC 9110 §10.2.3), or retry-after-ms; zero when the answer does not say.
std::chrono::milliseconds wanted_wait(const transport::Answer& answer, std::int64_t now);

/// "localhost:8443", or without the port where it goes without saying.
std::string host_text(const transport::Endpoint& endpoint);

}  // namespace kvp11::credential
