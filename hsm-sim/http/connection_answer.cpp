// The half of Connection that writes.
#include <algorithm>

#include "http/connection.hpp"
#include "http/response_text.hpp"
#include "http/wiping.hpp"

namespace kvp11::http {
namespace {

using namespace std::chrono_literals;
using Outcome = Transfer::Outcome;

constexpr auto slice_time = 100ms;
constexpr auto drain_limit = 2s;

}  // namespace

void Connection::deliver(Response response) {
    const std::chrono::milliseconds delay = std::exchange(response.delivery.delay, 0ms);
    if (delay > 0ms) {
        return after(delay, [this, moved = std::move(response)]() mutable { deliver(std::move(moved)); });
    }
    if (response.delivery.reset) return close(true);
    write_response(response);
    wipe(response.body);
}

void Connection::write_response(const Response& response) {
    const Delivery& delivery = response.delivery;
    std::string_view body;
    if (has_body(response.status) && !reader_.is_head()) body = response.body;
    if (delivery.truncate_after && *delivery.truncate_after < body.size()) {
        body = body.substr(0, *delivery.truncate_after);
        truncates_ = true;
    }
    keep_alive_ = reader_.keeps_alive() && !truncates_ && !loop_->is_stopping() && !too_many_;
    // What would end after this response does not say so when it is to be cut off.
    const Framing framing{reader_.is_http_1_0(), keep_alive_ || truncates_};
    std::string& text = loop_->output();
    append_head(text, response, framing);
    if (delivery.bytes_per_second > 0) {
        slices_ = body;
        slices_at_ = 0;
        slice_ = std::max<std::size_t>(delivery.bytes_per_second / (1s / slice_time), 1);
    } else {
        append_wiping(text, body);
    }
    send(text);
}

/// Tells the client what is wrong with it, and ends the connection.
void Connection::refuse(unsigned status, std::string_view why) {
    drains_ = true;
    Response response = handler_.refuse(status, why, peer_);
    state_ = State::Handling;
    keep_alive_ = false;
    std::string& text = loop_->output();
    append_head(text, response, {false, false});
    if (!reader_.is_head()) text.append(response.body);
    send(text);
}

/// Takes the text, which goes out when the loop has computed what else is there (Loop::send_soon).
void Connection::send(std::string& text) {
    unsent_ = loop_->take_text();
    const bool is_encoded = stream_->encode(text, unsent_);
    wipe(text);
    if (text.capacity() > Loop::most_kept_text) std::string().swap(text);
    unsent_at_ = 0;
    if (!is_encoded) return close();
    enter(State::Writing, loop_->limits().write);
    loop_->send_soon(shared_from_this());
}

bool Connection::write_unsent() {
    while (unsent_at_ < unsent_.size()) {
        const Transfer transfer = send_wire(socket_.native_handle(), std::string_view(unsent_).substr(unsent_at_));
        if (transfer.outcome != Outcome::Done) {
            enter(State::Writing, loop_->limits().write);
            wait_after(transfer);
            return false;
        }
        unsent_at_ += transfer.bytes;
    }
    return true;
}

std::string_view Connection::unsent() const noexcept {
    return state_ == State::Writing ? std::string_view(unsent_).substr(unsent_at_) : std::string_view{};
}

void Connection::send_rest(std::size_t sent) {
    if (state_ != State::Writing) return;
    unsent_at_ += sent;
    if (!write_unsent()) return;
    std::string written;  // a connection that waits for its next request keeps no memory
    written.swap(unsent_);
    wipe(written);
    loop_->give_back(std::move(written));
    if (end_of_response()) resume();
}

bool Connection::end_of_response() {
    if (slices_at_ < slices_.size()) return send_next_slice();
    wipe(slices_);
    slices_at_ = 0;
    if (keep_alive_) {
        state_ = State::Handling;  // so that Idle begins its time anew
        reader_.next();
        return true;
    }
    if (!truncates_) stream_->end();
    if (!drains_) {
        close();
        return false;
    }
    enter(State::Draining, std::min<std::chrono::milliseconds>(drain_limit, loop_->limits().write));
    wait(Want::Read);
    return false;
}

bool Connection::send_next_slice() {
    state_ = State::Handling;
    deadline_ = TimePoint::max();
    after(slice_time, [this] {
        std::string slice = slices_.substr(slices_at_, slice_);
        slices_at_ += slice.size();
        send(slice);
    });
    return false;
}

void Connection::after(std::chrono::milliseconds delay, std::function<void()> work) {
    if (!timer_) timer_.emplace(loop_->io());
    timer_->expires_after(delay);
    timer_->async_wait([self = shared_from_this(), moved = std::move(work)](const boost::system::error_code& ec) {
        if (!ec && self->state_ != State::Closed) moved();
    });
}

}  // namespace kvp11::http
