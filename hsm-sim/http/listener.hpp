// Listener: takes connections from one listening socket and spreads them over the loops.
//
// Lives on the first loop's thread; replace_certificates() may be called from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "http/descriptor.hpp"
#include "http/loop.hpp"
#include "http/tls_context.hpp"

namespace kvp11::http {

class Listener : public std::enable_shared_from_this<Listener> {
public:
    /// `tls` is null for what is in the clear.
    Listener(std::vector<std::shared_ptr<Loop>> loops, Descriptor socket, Handler& handler, TlsContext tls);
    void start();
    void close();
    void replace_certificates(TlsContext tls);

private:
    enum class Taken : std::uint8_t { One, NoMore, NoRoom };

    void wait();
    void take_all();
    Taken take_one();
    void pause();
    TlsContext certificates();

    std::vector<std::shared_ptr<Loop>> loops_;
    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer pause_;
    Handler& handler_;
    std::size_t next_loop_ = 0;
    std::mutex mutex_;
    TlsContext tls_;  // under mutex_
};

}  // namespace kvp11::http
