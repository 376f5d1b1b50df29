#include "http/loop.hpp"

#include <pthread.h>

#include <algorithm>
#include <csignal>

#include "http/connection.hpp"

namespace kvp11::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

thread_local const Loop* current_loop = nullptr;

// An answer waits for no more than so many others, and no longer than this and one of them more.
constexpr unsigned events_at_a_time = 64;
constexpr auto longest_gathering = 1ms;

/// A limit may be overrun by a quarter: one look at all connections now and then costs less than a timer for each.
std::chrono::milliseconds interval_for(const Limits& limits) {
    const auto shortest = std::min({limits.handshake, limits.header, limits.body, limits.idle, limits.write});
    return std::clamp<std::chrono::milliseconds>(shortest / 4, 5ms, 500ms);
}

}  // namespace

Loop::Loop(std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)), sweep_interval_(interval_for(shared_->limits)) {}
Loop::~Loop() = default;

void Loop::start() {
    sweep_later();
    // Signals are for the program's own threads.
    sigset_t all{};
    sigset_t before{};
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([self = shared_from_this()] { self->run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), "http");
}

void Loop::run() {
    current_loop = this;
    while (!io_.stopped()) {
        read_all();
        handle_all();
        write_all();
        send_all();
    }
    to_handle_.clear();  // they keep us
    {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }
    // What was posted before the end keeps connections alive, and these keep us.
    close_all();
    io_.restart();
    io_.poll();
    current_loop = nullptr;
}

void Loop::read_all() {
    if (to_handle_.empty() && to_send_.empty() && !unfinished_) io_.run_one();
    const auto begun = Clock::now();
    for (unsigned i = 1; i < events_at_a_time && io_.poll_one() > 0; ++i) {
        if (Clock::now() - begun > longest_gathering) break;
    }
}

/// To one handler at a time, and no more before that has worked off what it has.
void Loop::handle_all() {
    if (!unfinished_ && !to_handle_.empty()) {
        unfinished_ = &to_handle_.front()->handler();
        const auto other = std::find_if(to_handle_.begin(), to_handle_.end(),
                                        [&](const auto& connection) { return &connection->handler() != unfinished_; });
        for (auto each = to_handle_.begin(); each != other; ++each) (*each)->handle_request();  // adds none to the list
        to_handle_.erase(to_handle_.begin(), other);
    }
    if (unfinished_ && !unfinished_->work_off()) unfinished_ = nullptr;
}

void Loop::write_all() {
    for (const auto& connection : to_write_) connection->write_answer();
    to_write_.clear();
}

void Loop::send_all() {
    sending_.swap(to_send_);
    Handler* settled = nullptr;
    bool may_send = true;
    for (const auto& connection : sending_) {
        if (&connection->handler() != settled) {
            settled = &connection->handler();
            may_send = settled->settle();
        }
        if (!may_send) connection->close(true);
    }
    std::erase_if(sending_, [](const auto& connection) { return connection->unsent().empty(); });
    for (const auto& connection : sending_) parts_.push_back({connection->socket_number(), connection->unsent()});
    batch_.send(parts_);
    for (std::size_t i = 0; i < sending_.size(); ++i) sending_[i]->send_rest(parts_[i].sent);
    sending_.clear();
    parts_.clear();
}

std::string Loop::take_text() {
    if (texts_.empty()) return {};
    std::string text = std::move(texts_.back());
    texts_.pop_back();
    return text;
}

void Loop::give_back(std::string text) {
    if (text.capacity() <= most_kept_text && texts_.size() < events_at_a_time) texts_.push_back(std::move(text));
}

bool Loop::is_current() const noexcept { return current_loop == this; }

void Loop::stop(std::chrono::milliseconds grace) {
    post([self = shared_from_this(), grace] { self->begin_stop(grace); });
}

void Loop::join() {
    if (thread_.joinable()) thread_.join();
}

void Loop::begin_stop(std::chrono::milliseconds grace) {
    stopping_ = true;
    const auto all = connections_;  // finish() may take itself out of the list
    for (const auto& connection : all) connection->finish();
    if (connections_.empty()) return io_.stop();
    grace_timer_.expires_after(grace);
    grace_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) io_.stop();
    });
}

void Loop::close_all() {
    const auto all = connections_;
    for (const auto& connection : all) connection->close();
    sweep_timer_.cancel();
    grace_timer_.cancel();
}

void Loop::add(std::shared_ptr<Connection> connection) {
    connection->place = connections_.size();
    connections_.push_back(std::move(connection));
}

void Loop::remove(Connection& connection) {
    const std::size_t place = connection.place;
    std::swap(connections_[place], connections_.back());
    connections_[place]->place = place;
    connections_.pop_back();
    if (stopping_ && connections_.empty()) io_.stop();
}

void Loop::sweep_later() {
    sweep_timer_.expires_after(sweep_interval_);
    sweep_timer_.async_wait([this](const boost::system::error_code& ec) {
        if (!ec) sweep();
    });
}

void Loop::sweep() {
    const auto now = std::chrono::steady_clock::now();
    // From the end: one that closes is replaced by the last, which was looked at already.
    for (std::size_t i = connections_.size(); i > 0; --i) {
        if (i > connections_.size()) continue;
        const auto connection = connections_[i - 1];
        connection->sweep(now);
    }
    sweep_later();
}

}  // namespace kvp11::http
