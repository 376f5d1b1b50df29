// Connection: one exchange after the other over one Channel, with buffers that are kept. Not thread-safe.
#pragma once

#include <memory>
#include <string>

#include "transport/answer_reader.hpp"
#include "transport/channel.hpp"
#include "transport/wiped_buffer.hpp"

namespace kvp11::transport {

/// Whatever the caller put together, it stays one request.
bool is_sound(const Request& request);
Trouble not_sound();

class Connection {
public:
    /// `address` is where it goes, `peer` who is there, both for people; `host_line` what its requests say in Host.
    Connection(std::unique_ptr<Channel> channel, std::string address, std::string peer, std::string host_line,
               std::size_t most_bytes)
        : channel_(std::move(channel)),
          address_(std::move(address)),
          peer_(std::move(peer)),
          host_line_(std::move(host_line)),
          reader_(most_bytes) {}

    /// `now`: for who has just looked.
    Outcome exchange(const Request& request, Clock::time_point deadline, Timing* timing,
                     Clock::time_point now = Clock::now());

    /// The halves of an exchange, for who has requests on several connections. One answer is read for each request,
    /// whatever became of sending it.
    struct Sent {
        std::uint64_t before = 0;  // bytes that had been sent
        End end = End::None;
    };
    Sent send(const Request& request, Clock::time_point deadline, Clock::time_point now = Clock::now());
    Outcome read_answer(const Sent& sent, Timing* timing);
    /// Where poll() tells when there is something to read, unless has_pending().
    [[nodiscard]] int descriptor() const noexcept { return channel_->socket().descriptor(); }

    /// Another exchange may follow.
    [[nodiscard]] bool is_reusable() const noexcept { return reusable_; }

    [[nodiscard]] Clock::time_point last_used() const noexcept { return last_used_; }
    /// Any mark of the thread that used it last. The same thread finds what it needs of it in its processor's memory.
    [[nodiscard]] const void* last_user() const noexcept { return last_user_; }
    void used_by(const void* user) noexcept { last_user_ = user; }
    /// Without waiting: the other side has neither closed it nor said anything unasked.
    [[nodiscard]] bool is_quiet() noexcept { return channel_->is_quiet(); }
    [[nodiscard]] bool has_pending() const noexcept { return channel_->has_pending(); }
    [[nodiscard]] TlsTicket take_ticket() noexcept { return channel_->take_ticket(); }
    void describe(Timing& timing) const;

private:
    void assemble(const Request& request);
    Outcome receive(std::uint64_t sent_before, Timing* timing);
    Outcome receive_after(End end, std::uint64_t sent_before);
    Outcome finish();
    [[nodiscard]] Trouble trouble_with(End end, std::uint64_t sent_before, bool answered);

    std::unique_ptr<Channel> channel_;
    std::string address_;
    std::string peer_;
    std::string host_line_;
    AnswerReader reader_;
    WipedBuffer out_;
    WipedBuffer in_;
    Clock::time_point last_used_ = Clock::now();
    const void* last_user_ = nullptr;
    bool reusable_ = true;
};

}  // namespace kvp11::transport
