#include "workplace.hpp"

#include <cstdlib>
#include <thread>

namespace kvp11::test {

Certificates::Certificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kvp11-http-XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(pattern.data()) != nullptr);
    root_ = pattern;
}

Certificates::~Certificates() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

http::TlsFiles Certificates::make(const std::string& name, const std::string& names) const {
    http::TlsFiles files{path(name + ".pem"), path(name + ".key")};
    const std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name +
        " -addext subjectAltName=" + names + " -keyout " + files.private_key + " -out " + files.certificate_chain +
        " 2>/dev/null";
    BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);
    return files;
}

void TestHandler::handle(http::Request request, http::Respond respond) {
    std::unique_lock lock(mutex_);
    ++handled_;
    if (holds_) {
        held_.push_back({std::move(request), std::move(respond)});
        changed_.notify_all();
        return;
    }
    lock.unlock();
    if (reply) return respond(reply(request));
    respond(text_response(request.method + " " + request.target + " " + std::string(request.body.expose_text())));
}

void TestHandler::gather(http::Request request, http::Respond respond) {
    if (!puts_off) return handle(std::move(request), std::move(respond));
    put_off_.push_back({std::move(request), std::move(respond)});
}

bool TestHandler::work_off() {
    if (put_off_.empty()) return false;
    const std::size_t count = std::min(most_at_once, put_off_.size());
    {
        const std::lock_guard lock(mutex_);
        groups_.push_back(count);
    }
    for (std::size_t i = 0; i < count; ++i) {
        handle(std::move(put_off_.back().request), std::move(put_off_.back().respond));
        put_off_.pop_back();
    }
    return !put_off_.empty();
}

std::vector<std::size_t> TestHandler::groups() const {
    const std::lock_guard lock(mutex_);
    return groups_;
}

http::Response TestHandler::refuse(unsigned status, std::string_view why, const http::Peer& /*peer*/) {
    http::Response response = text_response(std::string(why));
    response.status = status;
    return response;
}

void TestHandler::hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
}

TestHandler::Held TestHandler::next() {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, std::chrono::seconds(20), [this] { return !held_.empty(); });
    BOOST_REQUIRE(came);
    Held held = std::move(held_.front());
    held_.erase(held_.begin());
    return held;
}

std::size_t TestHandler::handled() const {
    const std::lock_guard lock(mutex_);
    return handled_;
}

Workplace::Workplace(const http::Limits& limits, unsigned threads) : files(certificates.make("server")) {
    http::ServerSettings settings;
    settings.limits = limits;
    settings.threads = threads;
    http::ListenerSettings listener;
    listener.handler = &handler;
    settings.listeners.push_back(listener);
    listener.tls = files;
    settings.listeners.push_back(listener);
    auto started = http::Server::start(std::move(settings));
    REQUIRE_OK(started);
    server = std::move(*started);
}

Workplace::~Workplace() = default;

http::Response text_response(std::string text) {
    http::Response response;
    response.headers = {{"Content-Type", "text/plain"}};
    response.body = std::move(text);
    return response;
}

std::string get(const std::string& target, const std::string& fields) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& fields) {
    return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n" + fields + "\r\n" + body;
}

bool comes_true(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
        if (condition()) return true;
        std::this_thread::yield();
    }
    return condition();
}

}  // namespace kvp11::test
