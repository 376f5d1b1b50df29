#include "http/connection.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "http/response_text.hpp"
#include "http/wiping.hpp"

namespace kvp11::http {
namespace {

using Clock = std::chrono::steady_clock;
using Outcome = Transfer::Outcome;
using Progress = RequestReader::Progress;

// One client may not keep a thread from the others: so much at a time, then the others.
constexpr unsigned reads_at_a_time = 4;
constexpr std::string_view too_many_sentence = "The server has too many connections.";

}  // namespace

void Connection::begin(const std::shared_ptr<Loop>& loop, Arrival arrival) {
    const int socket = arrival.socket.number();
    auto stream = arrival.tls ? Stream::tls_server(socket, arrival.tls) : Stream::plain(socket);
    if (!stream || loop->is_stopping()) {
        loop->counters().open.fetch_sub(1);
        return;
    }
    auto connection = std::make_shared<Connection>(loop, std::move(arrival), std::move(stream));
    loop->add(connection);
    connection->wait(Want::Read);
}

Connection::Connection(std::shared_ptr<Loop> loop, Arrival arrival, std::unique_ptr<Stream> stream)
    : loop_(std::move(loop)),
      socket_(loop_->io(), arrival.socket.release()),
      stream_(std::move(stream)),
      reader_(loop_->limits()),
      handler_(*arrival.handler),
      peer_(std::move(arrival.peer)),
      too_many_(arrival.too_many) {
    enter(arrival.tls ? State::Handshake : State::Idle, arrival.tls ? loop_->limits().handshake : loop_->limits().idle);
}

Connection::~Connection() {
    wipe(unsent_);
    wipe(slices_);
    if (answer_) wipe(answer_->body);  // nobody waited for it
}

void Connection::enter(State state, std::chrono::milliseconds limit) {
    state_ = state;
    deadline_ = Clock::now() + limit;
}

void Connection::wait(Want want) {
    using boost::asio::posix::stream_descriptor;
    socket_.async_wait(want == Want::Read ? stream_descriptor::wait_read : stream_descriptor::wait_write,
                       [self = shared_from_this()](const boost::system::error_code& ec) {
                           if (!ec) self->on_ready();
                       });
}

void Connection::wait_after(const Transfer& transfer) {
    if (transfer.outcome == Outcome::WantRead) return wait(Want::Read);
    if (transfer.outcome == Outcome::WantWrite) return wait(Want::Write);
    close();
}

void Connection::on_ready() {
    switch (state_) {
        case State::Handshake: return shake_hands();
        case State::Idle:
        case State::Head:
        case State::Body: return read();
        case State::Writing: return send_rest();
        case State::Draining: return drain();
        case State::Handling:
        case State::Closed: return;
    }
}

void Connection::shake_hands() {
    const Transfer transfer = stream_->handshake();
    if (transfer.outcome == Outcome::Done) {
        enter(State::Idle, loop_->limits().idle);
        return read();
    }
    if (transfer.outcome == Outcome::Failed || transfer.outcome == Outcome::Closed) {
        loop_->counters().handshakes_failed.fetch_add(1);
    }
    wait_after(transfer);
}

void Connection::read() {
    const auto self = shared_from_this();
    for (unsigned i = 0; i < reads_at_a_time; ++i) {
        auto& input = loop_->input();
        const Transfer transfer = stream_->read(input);
        if (transfer.outcome != Outcome::Done) return wait_after(transfer);
        reader_.take({input.data(), transfer.bytes});
        explicit_bzero(input.data(), transfer.bytes);
        if (!advance()) return;
        if (!stream_->is_pending()) return wait(Want::Read);
    }
    loop_->post([self] { self->on_ready(); });
}

/// Begins to answer what has come complete. True when it is the client's turn to send.
bool Connection::advance() {
    switch (reader_.progress()) {
        case Progress::Complete: handle(); return false;
        case Progress::Refused:
            loop_->counters().malformed.fetch_add(1);
            refuse(reader_.refusal().status, reader_.refusal().why);
            return false;
        case Progress::Body:
            if (too_many_) {
                refuse(503, too_many_sentence);
                return false;
            }
            break;
        case Progress::Nothing:
        case Progress::Head: break;
    }
    note_progress();
    return state_ != State::Closed;
}

/// After an answer.
void Connection::resume() {
    if (state_ == State::Closed || !advance()) return;
    if (stream_->is_pending()) return read();
    wait(Want::Read);
}

void Connection::note_progress() {
    const Progress progress = reader_.progress();
    const Limits& limits = loop_->limits();
    if (progress == Progress::Nothing && state_ == State::Handling) enter(State::Idle, limits.idle);
    if (progress == Progress::Head && state_ != State::Head) enter(State::Head, limits.header);
    if (progress != Progress::Body) return;
    if (state_ != State::Body) enter(State::Body, limits.body);
    if (reader_.wants_continue()) {
        // It fits into the socket's buffer, or this is no client to wait for.
        if (stream_->write(continue_line).bytes != continue_line.size()) close();
    }
}

void Connection::handle() {
    if (too_many_) return refuse(503, too_many_sentence);
    loop_->counters().requests.fetch_add(1, std::memory_order_relaxed);
    state_ = State::Handling;
    deadline_ = TimePoint::max();
    ++exchange_;
    loop_->handle_soon(shared_from_this());
}

void Connection::handle_request() {
    if (state_ != State::Handling) return;
    Request request = reader_.release();
    request.peer = peer_;
    handler_.gather(std::move(request), [self = shared_from_this(), exchange = exchange_](Response response) {
        self->answer(exchange, std::move(response));
    });
}

void Connection::write_answer() {
    if (state_ != State::Handling || !answer_) return;
    Response response = std::move(*answer_);
    answer_.reset();
    deliver(std::move(response));
}

void Connection::answer(std::uint64_t exchange, Response response) {
    if (!loop_->is_current()) {
        return loop_->post([self = shared_from_this(), exchange, moved = std::move(response)]() mutable {
            self->answer(exchange, std::move(moved));
        });
    }
    if (state_ != State::Handling || exchange != exchange_ || answer_) return wipe(response.body);
    answer_ = std::move(response);
    loop_->write_soon(shared_from_this());
}

/// Our answer has been written; the client is read until it ends, so that no reset overtakes the answer.
void Connection::drain() {
    for (unsigned i = 0; i < reads_at_a_time; ++i) {
        auto& input = loop_->input();
        const ssize_t got = recv(socket_.native_handle(), input.data(), input.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) break;
        if (got <= 0) return close();
        explicit_bzero(input.data(), static_cast<std::size_t>(got));
    }
    wait(Want::Read);
}

void Connection::sweep(TimePoint now) {
    if (now < deadline_ || state_ == State::Closed) return;
    if (state_ != State::Idle && state_ != State::Draining) loop_->counters().timed_out.fetch_add(1);
    if (state_ == State::Handshake) loop_->counters().handshakes_failed.fetch_add(1);
    if (state_ == State::Head || state_ == State::Body) {
        boost::system::error_code ignored;
        socket_.cancel(ignored);  // the wait for more of the request
        refuse(408, "The request did not come complete in time.");
        return;
    }
    if (state_ == State::Idle) stream_->end();
    close(state_ == State::Writing);
}

void Connection::finish() {
    if (state_ == State::Idle) read();  // a request may have come just now
    if (state_ == State::Idle) stream_->end();
    if (state_ == State::Handshake || state_ == State::Idle || state_ == State::Draining) close();
}

void Connection::close(bool reset) {
    if (state_ == State::Closed) return;
    state_ = State::Closed;
    if (reset) {
        const linger at_once{1, 0};
        (void)setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    const auto self = shared_from_this();  // the loop's may have been the last
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.reset();
    loop_->counters().open.fetch_sub(1);
    loop_->remove(*this);
}

}  // namespace kvp11::http
