#include "stage.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace kvp11::test {

namespace {

/// The log is a file of LoggedLines, or nothing.
void be_quiet() { log::configure({log::Level::Error, "/dev/null"}); }
struct Quiet {
    Quiet() { be_quiet(); }
};
BOOST_TEST_GLOBAL_FIXTURE(Quiet);

}  // namespace

Answer answer(unsigned status, std::string body, std::vector<transport::Header> headers) {
    return {status, std::move(headers), std::move(body)};
}

Answer service_error(unsigned status, const std::string& code, const std::string& message,
                     std::vector<transport::Header> headers) {
    headers.push_back({"x-ms-request-id", "5e1f3c0a-0000-11f0-8000-000000000001"});
    headers.push_back({"Content-Type", "application/json; charset=utf-8"});
    return answer(status, R"({"error":{"code":")" + code + R"(","message":")" + message + R"("}})", std::move(headers));
}

Answer challenge(const std::string& parameters) {
    return answer(401, "OK", {{"WWW-Authenticate", "Bearer " + parameters}});
}

Outcome trouble(Trouble::Kind kind, bool may_have_happened, std::string message) {
    return Trouble{kind, may_have_happened, std::move(message)};
}

void PlayedSurroundings::wait_until(Clock::time_point moment) noexcept {
    if (moment <= now_) return;
    waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(moment - now_));
    now_ = moment;
}

Outcome PlayedSurroundings::exchange(const transport::Endpoint& endpoint, const transport::Request& request,
                                     Clock::time_point deadline, transport::Timing* /*timing*/) {
    seen.push_back({endpoint.host, std::string(request.method), std::string(request.target),
                    std::string(request.head_lines) + std::string(request.more_head_lines), std::string(request.body),
                    at(now_), at(deadline) - at(now_)});
    Reply reply = otherwise;
    if (!replies_.empty()) {
        reply = std::move(replies_.front());
        replies_.pop_front();
    }
    now_ += takes;
    return reply(seen.back());
}

std::vector<Outcome> PlayedSurroundings::exchange_many(const transport::Endpoint& endpoint,
                                                       std::span<const transport::Request> requests,
                                                       Clock::time_point deadline) {
    volleys.push_back(requests.size());
    const Clock::time_point begin = now_;
    std::vector<Outcome> outcomes;
    for (const transport::Request& request : requests) {
        now_ = begin;
        outcomes.push_back(exchange(endpoint, request, deadline, nullptr));
    }
    return outcomes;
}

Result<credential::Token> CountingCredential::acquire(const credential::TokenRequest& request,
                                                      Clock::time_point /*deadline*/) {
    book_->requests.push_back(request);
    if (!book_->failures.empty()) {
        Error error = std::move(book_->failures.front());
        book_->failures.pop_front();
        return fail(std::move(error));
    }
    const auto now = std::chrono::system_clock::now() - book_->age;
    const std::string text = "token-" + std::to_string(book_->requests.size());
    return credential::Token{SecretBytes::copy_of(bytes_of(text)), now + 1h, now + 30min, "CountingCredential"};
}

Stage::Stage(StageSettings settings)
    : pool{.host = "contoso.managedhsm.azure.net",
           .api_version = "7.6",
           .retry = settings.retry,
           .members =
               pipeline::Members(settings.members, std::move(pipeline::Members::parse(settings.members)).value()),
           .breaker = pipeline::Breaker(pipeline::pool_breaker(settings.retry)),
           .pacer = nullptr,
           .hold_off = nullptr,
           .authorization = pipeline::Authorization(
               settings.resource, settings.logged_in ? std::make_unique<CountingCredential>(book) : nullptr),
           .surroundings = surroundings} {}

Result<Answer> Stage::call(const pipeline::Call& call, std::chrono::milliseconds within) {
    pipeline::Course course(pool, call, surroundings.now() + within);
    return course.run();
}

std::vector<std::string> Stage::asked() const {
    std::vector<std::string> hosts;
    for (const Seen& one : surroundings.seen) hosts.push_back(one.host);
    return hosts;
}

LoggedLines::LoggedLines(log::Level level) {
    std::string pattern = "/tmp/kvp11-pipeline-log-XXXXXX";
    const int file = mkstemp(pattern.data());
    BOOST_REQUIRE(file >= 0);
    close(file);
    path_ = pattern;
    log::configure({level, path_});
}

LoggedLines::~LoggedLines() {
    be_quiet();
    unlink(path_.c_str());
}

std::vector<std::string> LoggedLines::lines() const {
    std::vector<std::string> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
        const std::size_t process_end = line.find("] ");
        all.push_back(process_end == std::string::npos ? line : line.substr(process_end + 2));
    }
    return all;
}

}  // namespace kvp11::test
