#include "transport/connection.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kvp11::transport {
namespace {

using State = AnswerReader::State;
using std::chrono::duration_cast;
using std::chrono::microseconds;

constexpr std::size_t read_size = 16U << 10U;  // a record of TLS

/// Without a way out of the loop, so that it takes many at once.
bool is_visible(std::string_view text) noexcept {
    constexpr unsigned char first = '!', last = '~';
    unsigned others = 0;
    for (const char c : text) {
        others |= static_cast<unsigned>(static_cast<unsigned char>(c) < first) |
                  static_cast<unsigned>(static_cast<unsigned char>(c) > last);
    }
    return others == 0;
}

bool needs_length(const Request& request) {
    constexpr std::array<std::string_view, 3> with_body = {"POST", "PUT", "PATCH"};
    return !request.body.empty() || std::find(with_body.begin(), with_body.end(), request.method) != with_body.end();
}

}  // namespace

bool is_sound(const Request& request) {
    const auto ends_well = [](std::string_view lines) { return lines.empty() || lines.ends_with("\r\n"); };
    return !request.method.empty() && request.target.starts_with('/') && is_visible(request.method) &&
           is_visible(request.target) && ends_well(request.head_lines) && ends_well(request.more_head_lines);
}

Trouble not_sound() { return trouble(Trouble::Kind::Setup, "a request that cannot be written as HTTP"); }

void Connection::describe(Timing& timing) const {
    timing.address = address_;
    timing.tls = channel_->tls_description();
}

void Connection::assemble(const Request& request) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), request.body.size()).ptr;
    const std::string_view length(digits.data(), static_cast<std::size_t>(end - digits.data()));
    const bool has_length = needs_length(request);
    out_.append({request.method, " ", request.target, " HTTP/1.1\r\nHost: ", host_line_, "\r\n", request.head_lines,
                 request.more_head_lines, has_length ? "Content-Length: " : "", has_length ? length : "",
                 has_length ? "\r\n\r\n" : "\r\n", request.body});
}

Outcome Connection::exchange(const Request& request, Clock::time_point deadline, Timing* timing,
                             Clock::time_point now) {
    if (!is_sound(request)) return not_sound();
    return read_answer(send(request, deadline, now), timing);
}

Connection::Sent Connection::send(const Request& request, Clock::time_point deadline, Clock::time_point now) {
    reusable_ = false;
    channel_->socket().set_deadline(deadline, now);
    reader_.begin(request.method == "HEAD");
    assemble(request);
    Sent sent{channel_->socket().sent(), End::None};
    const std::string_view text = out_.expose_text();
    sent.end = channel_->write(text.data(), text.size());
    out_.wipe();
    return sent;
}

Outcome Connection::read_answer(const Sent& sent, Timing* timing) {
    Outcome outcome = sent.end == End::None ? receive(sent.before, timing) : receive_after(sent.end, sent.before);
    in_.wipe();
    return outcome;
}

// Who finds a request too large, or itself too busy, says so without reading the rest, and goes.
Outcome Connection::receive_after(End end, std::uint64_t sent_before) {
    Trouble trouble = trouble_with(end, sent_before, false);
    if (end != End::Broken || !trouble.may_have_happened) return trouble;
    Outcome outcome = receive(sent_before, nullptr);
    reusable_ = false;
    if (std::holds_alternative<Trouble>(outcome)) return trouble;
    return outcome;
}

Outcome Connection::receive(std::uint64_t sent_before, Timing* timing) {
    const auto asked = timing == nullptr ? Clock::time_point() : Clock::now();
    for (bool answered = false;; answered = true) {
        const auto room = in_.room(read_size);
        const Moved moved = channel_->read(room.data(), room.size());
        if (moved.end == End::Closed && answered && reader_.feed_end() == State::Done) return finish();
        if (moved.end != End::None) return trouble_with(moved.end, sent_before, answered);
        if (timing != nullptr && !answered) timing->waiting = duration_cast<microseconds>(Clock::now() - asked);
        in_.grow_by(moved.bytes);
        std::size_t taken = 0;
        const State state = reader_.feed(in_.expose_text(), taken);
        in_.drop(taken);
        if (state == State::Done) return finish();
        if (state == State::Malformed) {
            return trouble(Trouble::Kind::Protocol, peer_ + ": " + reader_.complaint(), true);
        }
    }
}

Outcome Connection::finish() {
    // What comes behind an answer is no answer to anything.
    reusable_ = reader_.keeps_connection() && in_.size() == 0;
    last_used_ = Clock::now();
    return reader_.take();
}

Trouble Connection::trouble_with(End end, std::uint64_t sent_before, bool answered) {
    Socket& socket = channel_->socket();
    const bool sent = socket.sent() > sent_before;
    if (end == End::Deadline) {
        return trouble(Trouble::Kind::Deadline,
                       peer_ + (answered ? " did not complete its answer" : " did not answer") + " in time", sent);
    }
    const bool refused = !answered && socket.was_refused_after(sent_before);
    const char* const what = answered ? " closed the connection in the middle of its answer"
                             : sent   ? " closed the connection instead of answering"
                                      : " closed the connection before the request";
    return trouble(Trouble::Kind::Closed, peer_ + what, sent && !refused);
}

}  // namespace kvp11::transport
