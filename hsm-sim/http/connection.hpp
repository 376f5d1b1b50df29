// Connection: one client, from the handshake to the last byte. Lives on its loop's thread; only answer() may be
// called from elsewhere.
//
//   Handshake ─► Idle ─► Head ─► Body ─► Handling ─► Writing ─► Idle …
//                                  refused │             └─► Draining ─► Closed
//
// A request is not looked at before the one in front of it has been answered to its last byte. States that wait for
// the client have a deadline, which the loop looks at now and then.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/descriptor.hpp"
#include "http/loop.hpp"
#include "http/request_reader.hpp"
#include "http/stream.hpp"

namespace kvp11::http {

/// A client that has been accepted.
struct Arrival {
    Descriptor socket;
    Peer peer;
    Handler* handler = nullptr;
    TlsContext tls;         // null: in the clear
    bool too_many = false;  // is to be told so
};

class Connection : public std::enable_shared_from_this<Connection> {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// Makes one and hands it to the loop.
    static void begin(const std::shared_ptr<Loop>& loop, Arrival arrival);
    Connection(std::shared_ptr<Loop> loop, Arrival arrival, std::unique_ptr<Stream> stream);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    /// For a deadline that has passed.
    void sweep(TimePoint now);
    /// The server stops: closes now, or after the request that has begun.
    void finish();
    /// At once. With `reset` the client sees an error instead of an end.
    void close(bool reset = false);
    /// Gives the request that has come complete to the handler, and then writes what that has answered at once: stages
    /// of the loop, which calls them (Loop::handle_soon, Loop::write_soon).
    void handle_request();
    void write_answer();
    /// What send() has left to do; called by the loop. First what waits for being sent, empty where nothing does;
    /// then send_rest() with how much of it has been.
    [[nodiscard]] std::string_view unsent() const noexcept;
    void send_rest(std::size_t sent = 0);
    [[nodiscard]] int socket_number() { return socket_.native_handle(); }
    /// The answer to request number `exchange`; one that comes late or twice is dropped.
    void answer(std::uint64_t exchange, Response response);

    [[nodiscard]] Handler& handler() const noexcept { return handler_; }

    std::size_t place = 0;  // in the loop's list

private:
    enum class State : std::uint8_t { Handshake, Idle, Head, Body, Handling, Writing, Draining, Closed };
    enum class Want : std::uint8_t { Read, Write };

    // connection.cpp
    void enter(State state, std::chrono::milliseconds limit);
    void wait(Want want);
    void wait_after(const Transfer& transfer);
    void on_ready();
    void shake_hands();
    void read();
    bool advance();
    void resume();
    void note_progress();
    void handle();
    void drain();

    // connection_answer.cpp
    void deliver(Response response);
    void write_response(const Response& response);
    void refuse(unsigned status, std::string_view why);
    void send(std::string& text);
    bool write_unsent();
    bool end_of_response();
    bool send_next_slice();
    void after(std::chrono::milliseconds delay, std::function<void()> work);

    std::shared_ptr<Loop> loop_;
    boost::asio::posix::stream_descriptor socket_;
    std::optional<boost::asio::steady_timer> timer_;  // for answers that somebody wants late or slow
    std::unique_ptr<Stream> stream_;
    RequestReader reader_;
    Handler& handler_;
    const Peer peer_;
    const bool too_many_;
    State state_ = State::Handshake;
    TimePoint deadline_ = TimePoint::max();

    std::uint64_t exchange_ = 0;
    std::optional<Response> answer_;  // not written yet
    bool keep_alive_ = true;
    bool drains_ = false;     // what the client still sends is to be read, or a reset would overtake our answer
    bool truncates_ = false;  // ends without saying so
    std::string unsent_;      // as it goes over the wire
    std::size_t unsent_at_ = 0;
    std::string slices_;  // of a slow body
    std::size_t slices_at_ = 0;
    std::size_t slice_ = 0;
};

}  // namespace kvp11::http
