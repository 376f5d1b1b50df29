// Handler: what answers requests. Implemented by the REST service, the test authority, metrics.
//
// Threads: every function is called from any of the server's threads at once.
#pragma once

#include <functional>
#include <string_view>

#include "http/message.hpp"

namespace kvp11::http {

/// To be called exactly once, from any thread, during handle() or later; not calling it leaves the client waiting.
/// It stays valid after the connection is gone.
using Respond = std::function<void(Response)>;

class Handler {
public:
    virtual ~Handler() = default;
    /// Runs on the connection's thread, so it must not block nor compute for longer than a millisecond: what does
    /// goes to a thread pool and responds from there. Must not throw.
    virtual void handle(Request request, Respond respond) = 0;
    /// As handle(), but may put off what work_off() then does: with several requests in a row each step of the work
    /// finds its code and tables in the processor's caches.
    virtual void gather(Request request, Respond respond) { handle(std::move(request), std::move(respond)); }
    /// Does what gather() put off, for some two milliseconds at most; true when there is some left, for the next call.
    /// It is called soon after some calls of gather(), on the same thread, and then again until nothing is left.
    [[nodiscard]] virtual bool work_off() { return false; }
    /// Called before answers that this handler gave are sent, on the thread that sends them, once for many: the place
    /// to make durable what they tell of. False: they must not be sent, and their connections are reset.
    [[nodiscard]] virtual bool settle() { return true; }
    /// The answer to what was no request that could be handled: 400 for what is not HTTP, 408, 413, 414, 417, 431, 501,
    /// 503 for too many connections, 505. `why` is a plain sentence.
    [[nodiscard]] virtual Response refuse(unsigned status, std::string_view why, const Peer& peer) = 0;
};

}  // namespace kvp11::http
