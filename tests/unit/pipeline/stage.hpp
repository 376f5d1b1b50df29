// What the tests of calls work with: a wire that plays answers, a time that passes only when somebody waits, and a
// credential that counts.
#pragma once

#include <boost/test/unit_test.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "log/log.hpp"
#include "pipeline/course.hpp"
#include "support/results.hpp"

namespace kvp11::test {

using namespace std::chrono_literals;
using pipeline::Clock;
using transport::Answer;
using transport::Outcome;
using transport::Trouble;

/// One exchange as the wire saw it.
struct Seen {
    std::string host;
    std::string method;
    std::string target;
    std::string head;
    std::string body;
    std::chrono::milliseconds when{};   // since the beginning
    std::chrono::milliseconds limit{};  // from `when` to the attempt's deadline
};

Answer answer(unsigned status, std::string body = {}, std::vector<transport::Header> headers = {});
/// In the shape of the service, with a request id.
Answer service_error(unsigned status, const std::string& code, const std::string& message = "why",
                     std::vector<transport::Header> headers = {});
Answer challenge(const std::string& parameters);
Outcome trouble(Trouble::Kind kind, bool may_have_happened, std::string message = "the wire broke");

class PlayedSurroundings final : public pipeline::Surroundings {
public:
    using Reply = std::function<Outcome(const Seen&)>;

    [[nodiscard]] Clock::time_point now() const noexcept override { return now_; }
    [[nodiscard]] std::chrono::system_clock::time_point date() const noexcept override {
        return date_ + (now_ - begin_);
    }
    void wait_until(Clock::time_point moment) noexcept override;
    [[nodiscard]] double chance() noexcept override { return chance_of_now; }
    Outcome exchange(const transport::Endpoint& endpoint, const transport::Request& request, Clock::time_point deadline,
                     transport::Timing* timing) override;
    /// One after the other, in no more time than one takes.
    std::vector<Outcome> exchange_many(const transport::Endpoint& endpoint,
                                       std::span<const transport::Request> requests,
                                       Clock::time_point deadline) override;

    void pass(std::chrono::milliseconds time) { now_ += time; }
    /// Played in order; then `otherwise`, which is 200 unless set.
    void play(Reply reply) { replies_.push_back(std::move(reply)); }
    void play(unsigned status) {
        play([status](const Seen&) { return service_error(status, "Code" + std::to_string(status)); });
    }
    [[nodiscard]] std::chrono::milliseconds elapsed() const { return at(now_); }

    Reply otherwise = [](const Seen&) -> Outcome { return answer(200, "{}"); };
    std::chrono::milliseconds takes{5};  // each exchange
    double chance_of_now = 0.5;
    std::vector<Seen> seen;
    std::vector<std::size_t> volleys;              // how many requests each had
    std::vector<std::chrono::milliseconds> waits;  // each pause that somebody made

private:
    [[nodiscard]] std::chrono::milliseconds at(Clock::time_point moment) const {
        return std::chrono::duration_cast<std::chrono::milliseconds>(moment - begin_);
    }

    const Clock::time_point begin_ = Clock::now();
    const std::chrono::system_clock::time_point date_ = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
    Clock::time_point now_ = begin_;
    std::deque<Reply> replies_;
};

/// Tokens "token-1", "token-2" …; what they were asked for is kept.
class CountingCredential final : public credential::Credential {
public:
    struct Book {
        std::vector<credential::TokenRequest> requests;
        std::deque<Error> failures;   // told first
        std::chrono::minutes age{0};  // that tokens have when they come; they are to be renewed at 30, and end at 60
    };
    explicit CountingCredential(std::shared_ptr<Book> book) : book_(std::move(book)) {}
    [[nodiscard]] std::string name() const override { return "CountingCredential"; }
    Result<credential::Token> acquire(const credential::TokenRequest& request, Clock::time_point deadline) override;

private:
    std::shared_ptr<Book> book_;
};

struct StageSettings {
    std::vector<std::string> members = {"https://contoso.managedhsm.azure.net"};
    std::string resource = "https://managedhsm.azure.net";  // empty: to be learned
    pipeline::RetrySettings retry{};
    bool logged_in = true;
};

/// A pool on that wire.
class Stage {
public:
    explicit Stage(StageSettings settings = {});

    Result<Answer> call(const pipeline::Call& call = {.path = "/keys/web"}, std::chrono::milliseconds within = 1h);
    /// Hosts in the order in which they were asked.
    [[nodiscard]] std::vector<std::string> asked() const;

    PlayedSurroundings surroundings;
    std::shared_ptr<CountingCredential::Book> book = std::make_shared<CountingCredential::Book>();
    pipeline::Pool pool;
};

/// What the log gets while this lives.
class LoggedLines {
public:
    explicit LoggedLines(log::Level level);
    ~LoggedLines();
    LoggedLines(const LoggedLines&) = delete;
    LoggedLines& operator=(const LoggedLines&) = delete;
    /// Whole lines, each with its level and message: "warn: …".
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    std::string path_;
};

inline constexpr pipeline::Call sign_call{.method = "POST",
                                          .path = "/keys/web/0123456789abcdef0123456789abcdef/sign",
                                          .query = {},
                                          .body = R"({"alg":"ES256","value":"AA"})",
                                          .repeat = pipeline::Repeat::Safe,
                                          .weight = pipeline::Weight::Ec};
inline constexpr pipeline::Call create_call{.method = "POST",
                                            .path = "/keys/web/create",
                                            .query = {},
                                            .body = R"({"kty":"EC-HSM"})",
                                            .repeat = pipeline::Repeat::Once,
                                            .weight = pipeline::Weight::CreateKey};

}  // namespace kvp11::test
