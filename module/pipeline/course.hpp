// Course: the way of one call: token, pace, member, attempt, and again while that is safe and there is time. On the
// calling thread; used once.
#pragma once

#include <optional>
#include <string>

#include "pipeline/pool.hpp"
#include "pipeline/request_id.hpp"
#include "pipeline/request_text.hpp"
#include "pipeline/retry_policy.hpp"
#include "pipeline/service_answer.hpp"

namespace kvp11::pipeline {

class Course {
public:
    enum class Purpose : std::uint8_t {
        Success,   // an answer of status 200 to 299
        Challenge  // asks without a token, for the 401 that says which one is wanted
    };

    /// `call` outlives the course.
    Course(Pool& pool, const Call& call, Clock::time_point deadline, Purpose purpose = Purpose::Success);

    /// Errors as Pipeline::call says. Those of a call are in the log; those of a challenge are the caller's to tell.
    Result<transport::Answer> run();
    /// Who answered last.
    [[nodiscard]] const transport::Endpoint& endpoint() const { return pool_.members.endpoint(choice_.member); }

private:
    Result<transport::Answer> attempt_until_answered();
    Result<void> prepare();
    Result<HeadPtr> head();
    Result<HeadPtr> fetch_head();
    void wait_until(Clock::time_point moment) noexcept;
    Result<void> choose();
    bool is_held_off();
    Result<void> pace();
    transport::Outcome attempt();

    [[nodiscard]] bool is_wanted(const transport::Answer& answer) const noexcept;
    Result<void> judge(const transport::Answer& answer);
    Result<void> judge(const transport::Trouble& trouble);
    Result<void> renew(const transport::Answer& answer);
    Result<void> again(Verdict verdict, std::optional<std::chrono::milliseconds> wanted_pause);
    [[nodiscard]] std::chrono::milliseconds pause(Verdict verdict, unsigned failures,
                                                  std::optional<std::chrono::milliseconds> wanted) const;
    [[nodiscard]] std::chrono::milliseconds refusal(unsigned failures,
                                                    std::optional<std::chrono::milliseconds> wanted) const;
    void hold_off(std::optional<std::chrono::milliseconds> wanted) noexcept;
    void note_answered();
    void note_trouble(const std::string& what);

    [[nodiscard]] Failure stop(Error error) const { return fail(std::move(error)); }
    [[nodiscard]] Failure out_of_time() const;
    [[nodiscard]] Failure not_asked() const;
    void log_attempt(const transport::Outcome& outcome, const transport::Timing& timing) const;
    void log_failure(const Error& error) const;
    [[nodiscard]] std::chrono::milliseconds left() const noexcept;

    Pool& pool_;
    const Call& call_;
    const Clock::time_point started_;
    const Clock::time_point deadline_;
    Clock::time_point now_;  // when the clock was looked at last: anew after whatever takes time
    const Purpose purpose_;
    const RequestId id_;
    RequestText text_;
    HeadPtr head_;
    TriedMembers tried_{};
    Choice choice_;
    unsigned attempts_ = 0;
    unsigned failures_ = 0;     // that only so many attempts are worth
    unsigned turned_away_ = 0;  // by a refusal, or by one that somebody else got
    bool is_renewed_ = false;
    bool is_probe_ = false;             // of a service that was given up
    std::chrono::nanoseconds took_{0};  // the last attempt
    std::optional<Error> last_;         // why the last attempt was no success
};

/// Asks the service which token it wants, with a request that nobody can mind: without a token and a body.
Result<void> learn_challenge(Pool& pool, Clock::time_point deadline);

}  // namespace kvp11::pipeline
