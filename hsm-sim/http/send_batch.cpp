#include "http/send_batch.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace kvp11::http {

// glibc has no functions for these calls; libaio would be one more library for three of them.
SendBatch::SendBatch() {
    if (syscall(SYS_io_setup, most_at_once, &context_) != 0) context_ = 0;
    for (std::size_t i = 0; i < most_at_once; ++i) places_[i] = &orders_[i];
}

SendBatch::~SendBatch() {
    if (context_ != 0) (void)syscall(SYS_io_destroy, context_);
}

void SendBatch::send(std::span<SendPart> parts) {
    // A call for one is cheaper without this.
    while (context_ != 0 && parts.size() > 1) {
        const std::size_t count = std::min(parts.size(), most_at_once);
        if (!send_some(parts.first(count))) return;
        parts = parts.subspan(count);
    }
}

// A write to a non-blocking socket has ended when the call returns, so waiting for its end does not wait.
bool SendBatch::send_some(std::span<SendPart> parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        iocb& order = orders_[i];
        order = {};
        order.aio_data = i;
        order.aio_lio_opcode = IOCB_CMD_PWRITE;
        order.aio_fildes = static_cast<std::uint32_t>(parts[i].socket);
        order.aio_buf = reinterpret_cast<std::uintptr_t>(parts[i].bytes.data());
        order.aio_nbytes = parts[i].bytes.size();
    }
    const long taken = syscall(SYS_io_submit, context_, parts.size(), places_.data());
    long ended = 0;
    while (ended < taken) {
        const long wanted = taken - ended;
        const long got = syscall(SYS_io_getevents, context_, wanted, wanted, ends_.data(), nullptr);
        if (got < 0 && errno != EINTR) return false;
        for (long i = 0; i < got; ++i) {
            const io_event& end = ends_[static_cast<std::size_t>(i)];
            if (end.res > 0) parts[end.data].sent = static_cast<std::size_t>(end.res);
        }
        ended += std::max(got, 0L);
    }
    return taken == static_cast<long>(parts.size());
}

}  // namespace kvp11::http
