// The time in which a token counts: its nbf and exp claims. Thread-safe functions.
#pragma once

#include <cstdint>
#include <string>

#include <boost/json.hpp>

#include "kvp11/result.hpp"

namespace kvp11::identity {

struct TokenTime {
    std::int64_t not_before = 0;  // 0 when the token does not say
    std::int64_t expires = 0;
};
/// DataInvalid, with a sentence that goes on after "the token", for one without exp.
Result<TokenTime> token_time_of(const boost::json::object& claims);
/// DataInvalid, with a sentence that goes on after "the token", outside its time by more than `leeway` seconds.
Result<void> check_time(const TokenTime& time, std::int64_t now, std::int64_t leeway);

/// "2026-11-22T10:00:00Z"
std::string utc_text(std::int64_t time);

}  // namespace kvp11::identity
