#include "pipeline/course.hpp"

#include <algorithm>

#include "log/log.hpp"
#include "pipeline/retry_after.hpp"
#include "pipeline/service_error.hpp"

namespace kvp11::pipeline {
namespace {

using std::chrono::milliseconds;
using transport::Answer;
using transport::Outcome;
using transport::Trouble;

// An attempt that hears nothing is given up in time for another one, but not before this.
constexpr milliseconds least_attempt(1'000);

}  // namespace

BreakerSettings pool_breaker(const RetrySettings& retry) noexcept {
    BreakerSettings settings;
    settings.troubles = 5;
    settings.quiet = std::clamp<milliseconds>(retry.total / 3, milliseconds(1'000), milliseconds(10'000));
    return settings;
}

Course::Course(Pool& pool, const Call& call, Clock::time_point deadline, Purpose purpose)
    : pool_(pool),
      call_(call),
      started_(pool.surroundings.now()),
      deadline_(std::min(deadline, started_ + pool.retry.total)),
      now_(started_),
      purpose_(purpose) {}

milliseconds Course::left() const noexcept {
    return std::chrono::duration_cast<milliseconds>(deadline_ - pool_.surroundings.now());
}

Result<Answer> Course::run() {
    Result<Answer> result = attempt_until_answered();
    if (!result.ok() && purpose_ == Purpose::Success) log_failure(result.error());
    return result;
}

Result<Answer> Course::attempt_until_answered() {
    for (;; now_ = pool_.surroundings.now()) {
        TRY(choose());
        if (is_held_off()) continue;
        TRY(prepare());
        TRY(pace());
        Outcome outcome = attempt();
        if (auto* answer = std::get_if<Answer>(&outcome)) {
            if (is_wanted(*answer)) {
                note_answered();
                return std::move(*answer);
            }
            TRY(judge(*answer));
        } else {
            TRY(judge(std::get<Trouble>(outcome)));
        }
    }
}

bool Course::is_wanted(const Answer& answer) const noexcept {
    if (purpose_ == Purpose::Challenge) return answer.status() == 401;
    return answer.status() >= 200 && answer.status() < 300;
}

Result<void> Course::choose() {
    if (now_ >= deadline_) return out_of_time();
    if (pool_.breaker.is_open() && !pool_.breaker.wants_probe(now_)) return not_asked();
    const bool may_try = call_.repeat == Repeat::Safe && purpose_ == Purpose::Success;
    choice_ = pool_.members.choose(tried_, now_, may_try);
    if (choice_.ready <= now_) return {};
    if (choice_.ready >= deadline_) return out_of_time();
    wait_until(choice_.ready);
    return {};
}

void Course::wait_until(Clock::time_point moment) noexcept {
    pool_.surroundings.wait_until(moment);
    now_ = pool_.surroundings.now();
}

Result<void> Course::prepare() {
    if (attempts_ == 0) text_.prepare(call_, pool_.api_version, id_);
    if (purpose_ == Purpose::Success) head_ = TRY(head());
    return {};
}

Result<HeadPtr> Course::head() {
    if (HeadPtr ready = pool_.authorization.ready_head()) return ready;
    if (pool_.authorization.needs_challenge()) TRY(learn_challenge(pool_, deadline_));
    Result<HeadPtr> fetched = fetch_head();
    now_ = pool_.surroundings.now();
    return fetched;
}

/// An issuer that cannot be reached may be so for a moment only; a tenant that is not known is the service's to tell.
Result<HeadPtr> Course::fetch_head() {
    for (unsigned failures = 1;; ++failures) {
        Authorization& authorization = pool_.authorization;
        Result<HeadPtr> head = authorization.head(deadline_);
        if (head.ok()) return head;
        if (head.code() == Errc::UserNotLoggedIn && authorization.has_credential() && !authorization.has_learned()) {
            if (learn_challenge(pool_, deadline_).ok()) continue;
        }
        if (head.code() != Errc::DeviceError) return head;
        if (failures >= pool_.retry.most_attempts || left() <= pool_.retry.first_delay) return head;
        const milliseconds pause = back_off(pool_.retry, failures, left(), pool_.surroundings.chance());
        pool_.surroundings.wait_until(pool_.surroundings.now() + pause);
    }
}

/// True: choose() knows until when, or another member.
bool Course::is_held_off() {
    if (!pool_.hold_off || choice_.is_trial) return false;
    const Clock::time_point turn = pool_.hold_off->turn(choice_.member, call_.weight, now_, turned_away_,
                                                        2 * pool_.retry.first_delay, pool_.surroundings.chance());
    if (turn <= now_) return false;
    ++turned_away_;
    tried_[choice_.member].ready = turn;
    if (!last_) {
        last_ = Error{Errc::DeviceError, pool_.members.name(choice_.member) +
                                             " refused other calls (429) for longer than this one may take"};
    }
    return true;
}

Result<void> Course::pace() {
    // After a pause, or before it: whoever comes first when it may be tried again is the one.
    const Passage passage = pool_.breaker.ask(now_);
    if (passage == Passage::Refused) return not_asked();
    is_probe_ = passage == Passage::Probe;
    if (!pool_.pacer) return {};
    const auto pause = pool_.pacer->reserve(call_.weight, now_, deadline_ - now_);
    if (!pause) {
        return fail(Errc::DeviceError, "the limits of " + pool_.host +
                                           " are used up for longer than this call may take: too many calls at once");
    }
    if (pause->count() > 0) wait_until(now_ + *pause);
    return {};
}

Outcome Course::attempt() {
    const Clock::time_point begin = now_;
    Clock::time_point limit = deadline_;
    if (call_.repeat == Repeat::Safe && pool_.members.size() > 1) {
        limit = std::min(limit, begin + pool_.members.patience(choice_));
    } else if (call_.repeat == Repeat::Safe) {
        limit = std::min(limit, begin + std::max<Clock::duration>((deadline_ - begin) / 2, least_attempt));
    }
    ++attempts_;
    const transport::Request request =
        text_.request(call_, head_ ? head_->expose_lines() : Head::anonymous_lines(), purpose_ == Purpose::Success);
    const bool is_traced = log::enabled(log::Level::Debug);
    transport::Timing timing;
    Outcome outcome = pool_.surroundings.exchange(endpoint(), request, limit, is_traced ? &timing : nullptr);
    now_ = pool_.surroundings.now();
    took_ = now_ - begin;
    if (is_traced) log_attempt(outcome, timing);
    return outcome;
}

Result<void> Course::judge(const Answer& answer) {
    if (answer.status() == 401 && purpose_ == Purpose::Success && !choice_.is_trial) return renew(answer);
    const ServiceAnswer said = read_service_answer(answer);
    const Verdict verdict = verdict_on(answer.status(), said.by_service(), call_.repeat);
    last_ = service_error(said, call_.path);
    if (purpose_ == Purpose::Challenge && answer.status() < 400) {
        last_ =
            Error{Errc::DeviceError, "the server asks for no token (" + named(said) + "): is the slot's url right?"};
    }
    if (verdict.is_trouble) {
        note_trouble(named(said) + (said.message.empty() ? "" : ", '" + said.message + "'"));
    } else {
        note_answered();
    }
    const auto wanted_pause = retry_after(answer, pool_.surroundings.date());
    TRY(again(verdict, wanted_pause));
    if (answer.status() == 429 && !choice_.is_trial) hold_off(wanted_pause);
    return {};
}

Result<void> Course::judge(const Trouble& trouble) {
    const Verdict verdict = verdict_on(trouble, call_.repeat);
    std::string message = "no answer from " + pool_.members.name(choice_.member) + ": " + trouble.message;
    if (call_.repeat == Repeat::Once && trouble.may_have_happened) message += "; it may have been done all the same";
    last_ = Error{Errc::DeviceError, std::move(message)};
    // A caller in haste is no proof against the member.
    if (verdict.is_trouble && (trouble.kind != Trouble::Kind::Deadline || took_ >= least_attempt)) {
        note_trouble(trouble.message);
    }
    return again(verdict, {});
}

Result<void> Course::renew(const Answer& answer) {
    note_answered();
    const ServiceAnswer said = read_service_answer(answer);
    if (is_renewed_) {
        const std::string who = head_->token()->source;
        return fail(Errc::UserNotLoggedIn, "the service took neither the token of " + who + " nor a new one for " +
                                               pool_.authorization.resource() + " (" + named(said) +
                                               "): are the tenant, the resource and this machine's clock right?" +
                                               (said.request_id.empty() ? "" : " request id " + said.request_id));
    }
    is_renewed_ = true;
    return pool_.authorization.renew(head_, answer, endpoint());
}

/// Success: there is to be another attempt, of which choose() knows when and where.
Result<void> Course::again(Verdict verdict, std::optional<milliseconds> wanted_pause) {
    const Clock::time_point now = pool_.surroundings.now();
    Tried& tried = tried_[choice_.member];
    ++tried.failures;
    if (choice_.is_trial) {
        tried.ready = deadline_;
        return {};
    }
    if (verdict.patience == Patience::None) return fail(*last_);
    if (verdict.patience == Patience::Attempts && ++failures_ >= pool_.retry.most_attempts) return fail(*last_);
    tried.ready = now + pause(verdict, tried.failures, wanted_pause);
    return {};
}

milliseconds Course::pause(Verdict verdict, unsigned failures, std::optional<milliseconds> wanted) const {
    const RetrySettings retry = verdict.is_cheap ? for_cheap(pool_.retry) : pool_.retry;
    const double chance = pool_.surroundings.chance();
    const milliseconds own = back_off(retry, failures, left(), chance);
    if (!wanted) return left() <= retry.first_delay ? left() + milliseconds(1) : own;
    // All who were sent away are told the same moment: they come a little apart. Some are told "at once" for ever.
    return std::max(*wanted + back_off(retry, 1, retry.total, chance), own);
}

/// How long nobody is to ask a service that refused. Without a word of its own, or with one that is for ever "at once",
/// it is asked more and more seldom, but by all callers together: those who wait for long would else lose every race
/// against those who have just begun.
milliseconds Course::refusal(unsigned failures, std::optional<milliseconds> wanted) const {
    if (wanted && *wanted >= pool_.retry.first_delay) return *wanted;
    const milliseconds own = back_off(for_shared(pool_.retry), failures, left(), pool_.surroundings.chance());
    return std::max(wanted.value_or(milliseconds(0)), own);
}

/// The others wait, too: else they would take what this call was told to wait for.
void Course::hold_off(std::optional<milliseconds> wanted) noexcept {
    const Clock::time_point now = pool_.surroundings.now();
    Tried& tried = tried_[choice_.member];
    if (pool_.pacer) pool_.pacer->hold_off(call_.weight, tried.ready, now);
    if (!pool_.hold_off || left() <= pool_.retry.first_delay) return;
    pool_.hold_off->begin(choice_.member, call_.weight, now + refusal(tried.failures, wanted), now);
    ++turned_away_;
    tried.ready = pool_.hold_off->turn(choice_.member, call_.weight, now, turned_away_, 2 * pool_.retry.first_delay,
                                       pool_.surroundings.chance());
}

void Course::note_answered() {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(took_);
    if (pool_.members.answered(choice_.member, took, now_) && pool_.members.size() > 1) {
        log::write(log::Level::Warn, "the member " + pool_.members.name(choice_.member) + " answers again");
    }
    if (pool_.breaker.succeeded()) log::write(log::Level::Warn, "the service " + pool_.host + " answers again");
}

void Course::note_trouble(const std::string& what) {
    const Clock::time_point now = pool_.surroundings.now();
    if (pool_.members.troubled(choice_, now, what) && pool_.members.size() > 1) {
        log::write(log::Level::Warn,
                   "the member " + pool_.members.name(choice_.member) + " is not asked for a while: " + what);
    }
    if (!pool_.breaker.troubled(now, is_probe_)) return;
    log::write(log::Level::Error, "the service " + pool_.host + " has not answered for a while: " + what +
                                      "; calls fail at once until it does");
}

Failure Course::out_of_time() const {
    if (last_) return fail(*last_);
    return fail(Errc::DeviceError, "there was no time left to ask " + pool_.host);
}

Failure Course::not_asked() const {
    const auto pause = pool_.breaker.open_for(pool_.surroundings.now());
    const std::string why = last_ ? last_->message : pool_.members.last_trouble(choice_.member);
    return fail(Errc::DeviceRemoved, "the service " + pool_.host + " does not answer, and is asked again in " +
                                         std::to_string(pause.count()) + " ms: " + why);
}

void Course::log_attempt(const Outcome& outcome, const transport::Timing& timing) const {
    using std::chrono::duration_cast;
    std::string line = std::string(call_.method) + " " + std::string(call_.path) + " at " +
                       pool_.members.name(choice_.member) + ", attempt " + std::to_string(attempts_) + ": ";
    if (const auto* answer = std::get_if<Answer>(&outcome)) {
        line += std::to_string(answer->status());
    } else {
        line += std::get<Trouble>(outcome).message;
    }
    line += "; client request id " + std::string(id_.text());
    if (log::enabled(log::Level::Trace)) {
        const auto took = duration_cast<std::chrono::microseconds>(took_);
        line += "; " + std::to_string(took.count()) + " us, of which connecting " +
                std::to_string(timing.connecting.count()) + ", waiting " + std::to_string(timing.waiting.count()) +
                "; " + timing.address + " " + timing.tls;
    }
    log::write(log::Level::Debug, line);
}

// A name that is not there is an everyday answer; that nothing is asked was said when that began.
void Course::log_failure(const Error& error) const {
    const log::Level level = error.code == Errc::KeyNotFound     ? log::Level::Info
                             : error.code == Errc::DeviceRemoved ? log::Level::Debug
                                                                 : log::Level::Warn;
    if (!log::enabled(level)) return;
    const auto took = std::chrono::duration_cast<milliseconds>(pool_.surroundings.now() - started_);
    log::write(level, std::string(call_.method) + " " + std::string(call_.path) + " at " +
                          pool_.members.name(choice_.member) + ": " + error.message + "; client request id " +
                          std::string(id_.text()) + ", " + std::to_string(attempts_) +
                          (attempts_ == 1 ? " attempt, " : " attempts, ") + std::to_string(took.count()) + " ms");
}

Result<void> learn_challenge(Pool& pool, Clock::time_point deadline) {
    const Call question{.method = "GET", .path = "/keys", .query = "maxresults=1", .body = {}};
    Course course(pool, question, deadline, Course::Purpose::Challenge);
    const Answer answer = TRY(course.run());
    const std::optional<Challenge> challenge = read_challenge(answer);
    if (challenge) return pool.authorization.learn(*challenge, course.endpoint());
    return fail(Errc::DeviceError, "the server " + course.endpoint().host +
                                       " does not say which token it wants: is the slot's url right?");
}

}  // namespace kvp11::pipeline
