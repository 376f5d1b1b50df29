#include "http/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "http/connection.hpp"
#include "http/listening_socket.hpp"

namespace kvp11::http {
namespace {

using namespace std::chrono_literals;

constexpr unsigned most_at_once = 64;
// Beyond the limit so many are told so at the same time; others are only closed.
constexpr std::uint64_t most_refusals = 64;

}  // namespace

Listener::Listener(std::vector<std::shared_ptr<Loop>> loops, Descriptor socket, Handler& handler, TlsContext tls)
    : loops_(std::move(loops)),
      socket_(loops_.front()->io(), socket.release()),
      pause_(loops_.front()->io()),
      handler_(handler),
      tls_(std::move(tls)) {}

void Listener::start() {
    loops_.front()->post([self = shared_from_this()] { self->wait(); });
}

void Listener::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    pause_.cancel();
    loops_.clear();  // a listener that is closed keeps no loop
}

void Listener::replace_certificates(TlsContext tls) {
    const std::lock_guard lock(mutex_);
    tls_.swap(tls);
}

TlsContext Listener::certificates() {
    const std::lock_guard lock(mutex_);
    return tls_;
}

void Listener::wait() {
    if (!socket_.is_open()) return;
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](const boost::system::error_code& ec) {
                           if (!ec) self->take_all();
                       });
}

void Listener::take_all() {
    if (!socket_.is_open()) return;
    for (unsigned i = 0; i < most_at_once; ++i) {
        const Taken taken = take_one();
        if (taken == Taken::NoRoom) return pause();
        if (taken == Taken::NoMore) break;
    }
    wait();
}

/// Out of descriptors or memory: those who wait go on waiting until connections end.
void Listener::pause() {
    pause_.expires_after(100ms);
    pause_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
        if (!ec) self->take_all();
    });
}

Listener::Taken Listener::take_one() {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Descriptor socket(
        accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.number() < 0) {
        if (errno == EAGAIN || errno == EWOULDBLOCK) return Taken::NoMore;
        const bool no_room = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        return no_room ? Taken::NoRoom : Taken::One;  // the others are of a connection that is gone already
    }
    const int on = 1;
    (void)setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Loop& here = *loops_.front();
    const std::uint64_t open = here.counters().open.load();
    here.counters().accepted.fetch_add(1);
    const bool too_many = open >= here.limits().connections;
    if (too_many) here.counters().refused.fetch_add(1);
    if (open >= here.limits().connections + most_refusals) return Taken::One;
    Arrival arrival{std::move(socket), peer_of(address), &handler_, certificates(), too_many};
    here.counters().open.fetch_add(1);
    const auto& loop = loops_[next_loop_++ % loops_.size()];
    if (loop->is_current()) {
        Connection::begin(loop, std::move(arrival));
    } else {
        loop->post([loop, moved = std::move(arrival)]() mutable { Connection::begin(loop, std::move(moved)); });
    }
    return Taken::One;
}

}  // namespace kvp11::http
