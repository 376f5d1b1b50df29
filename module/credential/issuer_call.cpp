#include "credential/issuer_call.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "credential/token_answer.hpp"
#include "crypto/random.hpp"
#include "log/log.hpp"

namespace kvp11::credential {
namespace {

using std::chrono::milliseconds;
using transport::Answer;
using transport::Trouble;

constexpr milliseconds longest_wish{3'600'000};

bool may_pass(unsigned status, const Patience& patience) {
    return status == 408 || status == 429 || status >= 500 ||
           (patience.not_found_may_pass && (status == 404 || status == 410));
}

bool may_pass(Trouble::Kind kind) {
    return kind == Trouble::Kind::Name || kind == Trouble::Kind::Connect || kind == Trouble::Kind::Deadline ||
           kind == Trouble::Kind::Closed || kind == Trouble::Kind::Protocol;
}

std::optional<std::int64_t> digits(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

/// A quarter more or less, so that processes that failed together do not come back together.
milliseconds with_jitter(milliseconds wait) {
    std::array<std::uint8_t, 1> byte{128};
    (void)crypto::random_bytes(byte);
    return wait * (192 + byte[0] / 2) / 256;
}

/// Seconds of Unix time of "Sun, 22 Nov 2026 14:00:00 GMT".
std::optional<std::int64_t> http_date(std::string_view text) {
    tm parts{};
    const std::string whole(text.substr(0, 40));
    if (strptime(whole.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
    return timegm(&parts);
}

/// What became of one try: an answer to be given back, or why another is worth it and when.
struct Setback {
    std::string what;  // a sentence that goes on after the host's name
    milliseconds wait{0};
};

Setback setback_of(const Answer& answer, std::int64_t now, const Patience& patience) {
    const IssuerRefusal refusal = refusal_in(answer.expose_body());
    std::string what = "answered " + std::to_string(answer.status());
    if (!refusal.description.empty() || !refusal.code.empty()) what += ": " + sentence_of(refusal);
    milliseconds wait = wanted_wait(answer, now);
    if (answer.status() == 410) wait = std::max(wait, patience.while_gone);
    return {std::move(what), wait};
}

milliseconds next_wait(const Setback& setback, milliseconds backoff) {
    return setback.wait > milliseconds::zero() ? std::max(setback.wait, backoff / 4) : with_jitter(backoff);
}

}  // namespace

milliseconds wanted_wait(const Answer& answer, std::int64_t now) {
    for (const char* name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
        const auto value = answer.header(name);
        const auto wait = value ? digits(*value) : std::nullopt;
        if (wait) return std::min(milliseconds(std::min<std::int64_t>(*wait, longest_wish.count())), longest_wish);
    }
    const auto value = answer.header("Retry-After");
    if (!value) return milliseconds::zero();
    std::optional<std::int64_t> seconds = digits(*value);
    if (!seconds) {
        const auto date = http_date(*value);
        if (!date) return milliseconds::zero();
        seconds = std::max<std::int64_t>(*date - now, 0);
    }
    return milliseconds(std::min<std::int64_t>(*seconds, longest_wish.count() / 1000) * 1000);
}

std::string host_text(const transport::Endpoint& endpoint) {
    const bool is_usual = endpoint.port == (endpoint.tls ? 443 : 80);
    return is_usual ? endpoint.host : endpoint.host + ":" + std::to_string(endpoint.port);
}

Result<Answer> ask(const Surroundings& surroundings, const Question& question, const Patience& patience,
                   transport::Clock::time_point deadline) {
    const std::string host = host_text(question.endpoint);
    const transport::Request request{
        .method = question.method, .target = question.target, .head_lines = question.head_lines, .body = question.body};
    milliseconds backoff = patience.first_wait;
    for (unsigned attempt = 1;; ++attempt) {
        const auto now = transport::Clock::now();
        auto outcome =
            surroundings.transport->exchange(question.endpoint, request, std::min(deadline, now + patience.one_try));
        Setback setback;
        if (auto* answer = std::get_if<Answer>(&outcome)) {
            if (!may_pass(answer->status(), patience)) return std::move(*answer);
            setback = setback_of(*answer, surroundings.clock->now(), patience);
        } else {
            const Trouble& trouble = std::get<Trouble>(outcome);
            if (!may_pass(trouble.kind)) return fail(Errc::DeviceError, host + ": " + trouble.message);
            setback.what = "cannot be asked: " + trouble.message;
        }
        const milliseconds wait = next_wait(setback, backoff);
        if (attempt >= patience.tries || transport::Clock::now() + wait >= deadline) {
            return fail(Errc::DeviceError, host + " " + setback.what + " (after " + std::to_string(attempt) +
                                               (attempt == 1 ? " try)" : " tries)"));
        }
        log::write(log::Level::Debug,
                   host + " " + setback.what + "; asking again in " + std::to_string(wait.count()) + " ms");
        surroundings.pause(wait);
        backoff = std::min(backoff * 2, patience.longest_wait);
    }
}

}  // namespace kvp11::credential
