// SendBatch: what goes to many sockets, in one call of the system.
//
// A client that sleeps is woken by what it is sent, and on busy processors takes ours as soon as the call returns: with
// a call for each answer that is two switches for each, with one call for all it is two in all. Where the system
// has no asynchronous I/O, or forbids it, nothing is sent here and the caller goes on as for what was not taken.
// One thread's at a time.
#pragma once

#include <linux/aio_abi.h>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace kvp11::http {

/// One socket's share, which must not wait for anything: a non-blocking socket, in a thread that blocks SIGPIPE.
struct SendPart {
    int socket = -1;
    std::string_view bytes = {};
    std::size_t sent = 0;  // how much was taken; less than all, too, where the socket has failed
};

class SendBatch {
public:
    SendBatch();
    SendBatch(const SendBatch&) = delete;
    SendBatch& operator=(const SendBatch&) = delete;
    ~SendBatch();

    void send(std::span<SendPart> parts);

private:
    static constexpr std::size_t most_at_once = 64;
    [[nodiscard]] bool send_some(std::span<SendPart> parts);

    aio_context_t context_ = 0;  // 0: there is none
    std::array<iocb, most_at_once> orders_{};
    std::array<iocb*, most_at_once> places_{};
    std::array<io_event, most_at_once> ends_{};
};

}  // namespace kvp11::http
