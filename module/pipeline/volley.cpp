#include "pipeline/volley.hpp"

#include <algorithm>
#include <array>

#include "log/log.hpp"
#include "pipeline/course.hpp"

namespace kvp11::pipeline {
namespace {

using transport::Answer;

/// What befell one call would befall the others: to try each would only take its time once more.
bool concerns_all(Errc code) noexcept {
    constexpr std::array codes = {Errc::DeviceError,  Errc::DeviceRemoved,        Errc::UserNotLoggedIn,
                                  Errc::PinIncorrect, Errc::ConfigurationInvalid, Errc::PartitionNotActive};
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

// An answer that does not come leaves the same time for doing it again as an attempt of a single call does.
Volley::Volley(Pool& pool, std::span<const Call> calls)
    : pool_(pool), calls_(calls), limit_(pool.surroundings.now() + pool.retry.total / 2), answers_(calls.size()) {}

std::vector<Result<Answer>> Volley::run() {
    attempt();
    std::vector<Result<Answer>> results;
    results.reserve(calls_.size());
    std::optional<Error> end;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
        if (answers_[i]) {
            results.emplace_back(std::move(*answers_[i]));
        } else if (end) {
            results.emplace_back(fail(*end));
        } else {
            results.push_back(Course(pool_, calls_[i], Clock::time_point::max()).run());
            if (!results.back().ok() && concerns_all(results.back().code())) end = results.back().error();
        }
    }
    return results;
}

bool Volley::is_worth_while(Clock::time_point now) const {
    const bool is_safe =
        std::all_of(calls_.begin(), calls_.end(), [](const Call& call) { return call.repeat == Repeat::Safe; });
    return calls_.size() > 1 && is_safe && !pool_.breaker.is_open() && now < limit_;
}

void Volley::attempt() {
    const Clock::time_point now = pool_.surroundings.now();
    if (!is_worth_while(now)) return;
    const Choice choice = pool_.members.choose({}, now, false);
    const HeadPtr head = choice.ready <= now ? this->head() : nullptr;
    if (!head || !await_turn(choice)) return;
    for (std::size_t first = 0; first < calls_.size();) {
        const std::size_t count = let_through(first);
        if (count == 0 || !send(first, count, *head, choice)) return;
        first += count;
    }
}

/// Null: a course finds out why, and says so.
HeadPtr Volley::head() {
    if (pool_.authorization.needs_challenge() && !learn_challenge(pool_, limit_).ok()) return nullptr;
    Result<HeadPtr> head = pool_.authorization.head(limit_);
    return head.ok() ? std::move(*head) : nullptr;
}

/// What calls were told to wait for is not for a volley either: it goes after them, once.
bool Volley::await_turn(const Choice& choice) {
    if (!pool_.hold_off) return true;
    const Clock::time_point now = pool_.surroundings.now();
    const Clock::time_point turn = pool_.hold_off->turn(choice.member, calls_.front().weight, now, 0,
                                                        2 * pool_.retry.first_delay, pool_.surroundings.chance());
    if (turn >= limit_) return false;
    if (turn > now) pool_.surroundings.wait_until(turn);
    return true;
}

/// How many may go: the first after its pause, and with it those that need none then.
std::size_t Volley::let_through(std::size_t first) {
    if (!pool_.pacer) return calls_.size() - first;
    const Clock::time_point now = pool_.surroundings.now();
    const auto pause = pool_.pacer->reserve(calls_[first].weight, now, limit_ - now);
    if (!pause) return 0;
    if (pause->count() > 0) pool_.surroundings.wait_until(now + *pause);
    const Clock::time_point then = pool_.surroundings.now();
    std::size_t next = first + 1;
    while (next < calls_.size() && pool_.pacer->reserve(calls_[next].weight, then, {})) ++next;
    return next - first;
}

/// Where there are other members, one that takes far longer than it usually does is left to the courses, which ask
/// them.
Clock::time_point Volley::patience(const Choice& choice) const {
    if (pool_.members.size() == 1) return limit_;
    constexpr int rounds = 2;  // many requests, and connections made for them, take longer than one request
    return std::min(limit_, pool_.surroundings.now() + rounds * pool_.members.patience(choice));
}

/// False: nobody answers.
bool Volley::send(std::size_t first, std::size_t count, const Head& head, const Choice& choice) {
    std::vector<RequestText> texts(count);
    std::vector<transport::Request> requests;
    requests.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        texts[i].prepare(calls_[first + i], pool_.api_version, RequestId());
        requests.push_back(texts[i].request(calls_[first + i], head.expose_lines(), true));
    }
    const transport::Endpoint& endpoint = pool_.members.endpoint(choice.member);
    auto outcomes = pool_.surroundings.exchange_many(endpoint, requests, patience(choice));
    bool is_answered = false;
    for (std::size_t i = 0; i < count; ++i) {
        auto* const answer = std::get_if<Answer>(&outcomes[i]);
        is_answered = is_answered || answer != nullptr;
        if (answer != nullptr && answer->status() >= 200 && answer->status() < 300)
            answers_[first + i] = std::move(*answer);
    }
    if (log::enabled(log::Level::Debug)) tell(first, count, choice);
    return is_answered;
}

void Volley::tell(std::size_t first, std::size_t count, const Choice& choice) const {
    const auto begin = answers_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto successes = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(count),
                                         [](const auto& answer) { return answer.has_value(); });
    log::write(log::Level::Debug, std::to_string(count) + " calls at once at " + pool_.members.name(choice.member) +
                                      ", the first " + std::string(calls_[first].method) + " " +
                                      std::string(calls_[first].path) + ": " + std::to_string(successes) +
                                      " successes");
}

}  // namespace kvp11::pipeline
