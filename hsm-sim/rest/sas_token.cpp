#include "rest/sas_token.hpp"

#include <array>
#include <charconv>
#include <chrono>

#include "rest/target.hpp"

namespace kvp11::rest {
namespace {

constexpr std::string_view malformed = "The customer provided SAS token is malformed. ";

Failure no_time(std::string_view text) {
    return fail(Errc::ArgumentsBad,
                std::string(malformed) + "The expiry field '" + std::string(text) + "' is not a time");
}

/// So many digits as a number; nothing when there is something else.
std::optional<int> take_digits(std::string_view& text, std::size_t count) {
    int number = 0;
    if (text.size() < count) return {};
    const char* end = text.data() + count;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < 0) return {};
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(1);
    return true;
}

/// "2030-01-01", "2030-01-01T00:00Z", "2030-01-01T00:00:00Z", "2030-01-01T00:00:00.000Z": what storage accounts take.
std::optional<std::int64_t> unix_time(std::string_view text) {
    using namespace std::chrono;
    const auto y = take_digits(text, 4);
    if (!y || !take(text, '-')) return {};
    const auto m = take_digits(text, 2);
    if (!m || !take(text, '-')) return {};
    const auto d = take_digits(text, 2);
    if (!d) return {};
    const year_month_day date{year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))};
    if (!date.ok()) return {};
    const std::int64_t midnight = duration_cast<seconds>(sys_days(date).time_since_epoch()).count();
    if (text.empty()) return midnight;
    if (!take(text, 'T')) return {};
    std::array<int, 3> clock{};
    for (std::size_t i = 0; i < clock.size() && (i == 0 || take(text, ':')); ++i) {
        const auto part = take_digits(text, 2);
        if (!part || *part > (i == 0 ? 23 : 59)) return {};
        clock[i] = *part;
    }
    if (take(text, '.')) text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
    if (text != "Z" && !text.empty()) return {};
    return midnight + clock[0] * 3600 + clock[1] * 60 + clock[2];
}

}  // namespace

Result<SasToken> SasToken::parse(std::string_view text) {
    if (text.starts_with('?')) text.remove_prefix(1);
    const Result<Target> fields = parse_target("/?" + std::string(text));
    if (!fields.ok()) return fail(Errc::ArgumentsBad, std::string(malformed) + fields.error().message);
    const auto expiry = fields->parameter("se");
    if (!expiry || expiry->empty()) {
        return fail(Errc::ArgumentsBad, std::string(malformed) + "The SAS token does not contain the expiry field");
    }
    const auto expires = unix_time(*expiry);
    if (!expires) return no_time(*expiry);
    SasToken token;
    token.expires_ = *expires;
    token.expiry_text_ = *expiry;
    token.permissions_ = fields->parameter("sp").value_or("");
    return token;
}

Result<void> SasToken::permits(char permission, std::int64_t now) const {
    if (expires_ <= now) return fail(Errc::AccessDenied, "The SAS token has expired: at " + expiry_text_);
    if (permissions_.empty() || permissions_.find(permission) != std::string::npos) return {};
    return fail(Errc::AccessDenied, "The SAS token permits '" + permissions_ + "', and not '" +
                                        std::string(1, permission) + "', which this needs");
}

}  // namespace kvp11::rest
