#include "identity/token_time.hpp"

#include <ctime>

#include "identity/strict_json.hpp"

namespace kvp11::identity {

Result<TokenTime> token_time_of(const boost::json::object& claims) {
    TokenTime time;
    const std::optional<std::int64_t> expires = time_in(claims, "exp");
    if (!expires) return fail(Errc::DataInvalid, "does not say until when it is valid (exp)");
    time.expires = *expires;
    if (claims.contains("nbf")) {
        const std::optional<std::int64_t> not_before = time_in(claims, "nbf");
        if (!not_before) return fail(Errc::DataInvalid, "has an nbf that is no time");
        time.not_before = *not_before;
    }
    return time;
}

Result<void> check_time(const TokenTime& time, std::int64_t now, std::int64_t leeway) {
    if (now >= time.expires + leeway) return fail(Errc::DataInvalid, "expired at " + utc_text(time.expires));
    if (now < time.not_before - leeway) {
        return fail(Errc::DataInvalid, "is not valid before " + utc_text(time.not_before));
    }
    return {};
}

std::string utc_text(std::int64_t time) {
    const std::time_t seconds = time;
    std::tm parts{};
    char text[32] = {};
    if (gmtime_r(&seconds, &parts) == nullptr) return std::to_string(time);
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

}  // namespace kvp11::identity
