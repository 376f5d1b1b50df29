// Loop: one I/O thread and the connections that live on it.
//
// post(), stop() and join() may be called from any thread, everything else from the loop's own only. Whoever answers a
// request may come when the server is long gone, so a loop is shared: it ends, but does not vanish before them.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/send_batch.hpp"
#include "http/server.hpp"

namespace kvp11::http {

class Connection;

/// What all connections of a server share.
struct Shared {
    Limits limits;
    Counters counters;
};

class Loop : public std::enable_shared_from_this<Loop> {
public:
    /// Texts for answers are kept for the next ones up to this capacity; all but a few answers are shorter.
    static constexpr std::size_t most_kept_text = 16U << 10U;

    explicit Loop(std::shared_ptr<Shared> shared);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop();

    /// Before anything else.
    void start();
    /// Runs `work` on the loop's thread; drops it when that has ended.
    template <class Work>
    void post(Work work) {
        const std::lock_guard lock(mutex_);
        if (!ended_) boost::asio::post(io_, std::move(work));
    }
    /// Idle connections go at once, the others after their request, at the latest after `grace`.
    void stop(std::chrono::milliseconds grace);
    /// Returns when the thread has ended.
    void join();

    [[nodiscard]] bool is_current() const noexcept;
    [[nodiscard]] bool is_stopping() const noexcept { return stopping_; }
    [[nodiscard]] boost::asio::io_context& io() noexcept { return io_; }
    [[nodiscard]] const Limits& limits() const noexcept { return shared_->limits; }
    [[nodiscard]] Counters& counters() const noexcept { return shared_->counters; }
    /// For one read or write each: whoever uses them wipes them.
    [[nodiscard]] std::array<char, 32U << 10U>& input() noexcept { return input_; }
    [[nodiscard]] std::string& output() noexcept { return output_; }
    /// An empty text with memory, for an answer on its way, and back again when it has been wiped: answers of one batch
    /// live at the same time, which is more than the allocator keeps at hand for a thread.
    [[nodiscard]] std::string take_text();
    void give_back(std::string text);

    /// Requests go through the loop in stages: all that are here are read, then computed, then their answers written
    /// and then sent. What one request after the other would find in the processor's caches is the code of the other
    /// stages; and a client that is woken by each answer takes the processor from the next one.
    void handle_soon(std::shared_ptr<Connection> connection) { to_handle_.push_back(std::move(connection)); }
    void write_soon(std::shared_ptr<Connection> connection) { to_write_.push_back(std::move(connection)); }
    void send_soon(std::shared_ptr<Connection> connection) { to_send_.push_back(std::move(connection)); }

    void add(std::shared_ptr<Connection> connection);
    void remove(Connection& connection);

private:
    void run();
    void read_all();
    void handle_all();
    void write_all();
    void send_all();
    void begin_stop(std::chrono::milliseconds grace);
    void close_all();
    void sweep_later();
    void sweep();

    std::shared_ptr<Shared> shared_;
    boost::asio::io_context io_{1};
    boost::asio::steady_timer sweep_timer_{io_};
    boost::asio::steady_timer grace_timer_{io_};
    std::chrono::milliseconds sweep_interval_;
    std::vector<std::shared_ptr<Connection>> connections_;
    std::vector<std::shared_ptr<Connection>> to_handle_;
    Handler* unfinished_ = nullptr;  // has requests of ours to work off
    std::vector<std::shared_ptr<Connection>> to_write_;
    std::vector<std::shared_ptr<Connection>> to_send_;
    std::vector<std::shared_ptr<Connection>> sending_;  // its memory is kept
    std::vector<SendPart> parts_;                       // of those, one each
    SendBatch batch_;
    std::array<char, 32U << 10U> input_{};
    std::string output_;
    std::vector<std::string> texts_;
    bool stopping_ = false;
    std::mutex mutex_;
    bool ended_ = false;  // under mutex_
    std::thread thread_;
};

}  // namespace kvp11::http
