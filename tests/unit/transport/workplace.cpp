#include "workplace.hpp"

#include <array>

namespace kvp11::test {

void TestHandler::handle(http::Request request, http::Respond respond) {
    std::unique_lock lock(mutex_);
    if (holds_) {
        held_.push_back(std::move(respond));
        changed_.notify_all();
        return;
    }
    lock.unlock();
    if (reply) return respond(reply(request));
    respond(text_response(request.method + " " + request.target + " " + std::string(request.body.expose_text())));
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

void TestHandler::wait_for_held(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return held_.size() >= count; });
}

void TestHandler::let_one_go() {
    std::unique_lock lock(mutex_);
    const http::Respond respond = std::move(held_.front());
    held_.erase(held_.begin());
    lock.unlock();
    respond(text_response("held"));
}

void TestHandler::let_go() {
    std::unique_lock lock(mutex_);
    holds_ = false;
    std::vector<http::Respond> all;
    all.swap(held_);
    lock.unlock();
    for (const http::Respond& respond : all) respond(text_response("held"));
}

Workplace::Workplace()
    : authority(make_identity({.names = "DNS:authority", .common_name = "Test Authority", .is_authority = true})),
      identity(make_identity({.names = "DNS:localhost,DNS:hsm.example,IP:127.0.0.1"}, &authority)),
      files(folder.write("server", identity)),
      ca_file(folder.write("authority", authority).certificate_chain) {
    start();
}

Workplace::~Workplace() { stop(); }

void Workplace::start(std::uint16_t tls_port) {
    http::ServerSettings settings;
    settings.threads = 2;
    http::ListenerSettings listener;
    listener.handler = &handler;
    settings.listeners.push_back(listener);
    listener.tls = files;
    listener.port = tls_port;
    settings.listeners.push_back(listener);
    auto started = http::Server::start(std::move(settings));
    REQUIRE_OK(started);
    server = std::move(*started);
}

void Workplace::stop() {
    if (server) server->stop(std::chrono::milliseconds(0));
    server.reset();
}

TransportSettings Workplace::settings() const {
    TransportSettings settings = bare_settings();
    settings.ca_file = ca_file;
    return settings;
}

TransportSettings bare_settings() {
    TransportSettings settings;
    settings.proxy = "none";
    return settings;
}

http::Response text_response(std::string text) {
    http::Response response;
    response.headers = {{"Content-Type", "text/plain"}};
    response.body = std::move(text);
    return response;
}

std::unique_ptr<Transport> open_transport(const TransportSettings& settings) {
    auto opened = Transport::open(settings);
    REQUIRE_OK(opened);
    return std::move(*opened);
}

Endpoint clear_endpoint(const RawServer& server) { return {"127.0.0.1", server.port(), false}; }

transport::Clock::time_point whenever() { return within(std::chrono::minutes(10)); }
transport::Clock::time_point within(std::chrono::milliseconds time) { return transport::Clock::now() + time; }

Outcome get(Transport& transport, const Endpoint& endpoint, std::string_view target,
            transport::Clock::time_point deadline, Timing* timing) {
    Request request;
    request.target = target;
    return transport.exchange(endpoint, request, deadline, timing);
}

Outcome post(Transport& transport, const Endpoint& endpoint, std::string_view body,
             transport::Clock::time_point deadline) {
    Request request;
    request.method = "POST";
    request.head_lines = "Content-Type: text/plain\r\n";
    request.body = body;
    return transport.exchange(endpoint, request, deadline);
}

std::string name_of(Trouble::Kind kind) {
    constexpr std::array names = {"Name", "Connect", "Proxy", "Tls", "Deadline", "Closed", "Protocol", "Setup"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string told(const Outcome& outcome) {
    if (const auto* const trouble = std::get_if<Trouble>(&outcome)) {
        return name_of(trouble->kind) + ": " + trouble->message;
    }
    const auto& answer = std::get<Answer>(outcome);
    return std::to_string(answer.status()) + " " + std::string(answer.expose_body());
}

std::string summary(const Outcome& outcome) {
    const auto* const trouble = std::get_if<Trouble>(&outcome);
    if (trouble == nullptr) return told(outcome);
    return name_of(trouble->kind) + (trouble->may_have_happened ? ", may have happened" : ", has not happened");
}

const Answer& answer_of(const Outcome& outcome) {
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Answer>(outcome), told(outcome));
    return std::get<Answer>(outcome);
}

const Trouble& trouble_of(const Outcome& outcome) {
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<Trouble>(outcome), told(outcome));
    return std::get<Trouble>(outcome);
}

}  // namespace kvp11::test
