#include "http/fetch.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/descriptor.hpp"
#include "http/stream.hpp"
#include "http/url.hpp"

namespace kvp11::http {
namespace {

namespace beast = boost::beast;
using Clock = std::chrono::steady_clock;
using Outcome = Transfer::Outcome;
using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

bool is_loopback(const addrinfo& address) {
    if (address.ai_family == AF_INET) {
        const auto& ipv4 = *reinterpret_cast<const sockaddr_in*>(address.ai_addr);
        return (ntohl(ipv4.sin_addr.s_addr) >> 24U) == 127;
    }
    if (address.ai_family != AF_INET6) return false;
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(address.ai_addr)->sin6_addr);
}

/// One GET: its steps in order, each of which ends at the deadline.
class Fetching {
public:
    Fetching(const std::string& text, Url url, const FetchSettings& settings)
        : text_(text), url_(std::move(url)), settings_(settings), deadline_(Clock::now() + settings.timeout) {}

    Result<std::string> run() {
        TRY(connect());
        if (url_.tls) {
            const TlsContext context = TRY(client_context(settings_.ca_file));
            stream_ = Stream::tls_client(socket_.number(), context, url_.host);
        } else {
            stream_ = Stream::plain(socket_.number());
        }
        if (!stream_) return failure("there is no memory for TLS");
        TRY(shake_hands());
        TRY(send_request());
        return receive();
    }

private:
    [[nodiscard]] Failure failure(const std::string& reason) const {
        return fail(Errc::DeviceError, "cannot get " + text_ + ": " + reason);
    }

    Result<void> wait_for(short events) const {
        for (;;) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
            pollfd waiting{socket_.number(), events, 0};
            const int ready = left <= 0 ? 0 : poll(&waiting, 1, static_cast<int>(left));
            if (ready > 0) return {};
            if (ready == 0) return failure("no answer in time");
            if (errno != EINTR) return failure(std::strerror(errno));
        }
    }

    /// Names are looked up in the system's own time.
    Result<Addresses> look_up() const {
        addrinfo hints{};
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        const int error = getaddrinfo(url_.host.c_str(), url_.port.c_str(), &hints, &found);
        if (error != 0) return failure(gai_strerror(error));
        return Addresses(found, &freeaddrinfo);
    }

    Result<void> connect() {
        const Addresses addresses = TRY(look_up());
        Result<void> last = failure("it has no address");
        for (const addrinfo* address = addresses.get(); address != nullptr; address = address->ai_next) {
            if (!url_.tls && !is_loopback(*address)) return failure("http:// is for loopback addresses only");
            last = connect_to(*address);
            if (last.ok()) return last;
        }
        return last;
    }

    Result<void> connect_to(const addrinfo& address) {
        socket_ = Descriptor(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (socket_.number() < 0) return failure(std::strerror(errno));
        if (::connect(socket_.number(), address.ai_addr, address.ai_addrlen) == 0) return {};
        if (errno != EINPROGRESS) return failure(std::strerror(errno));
        TRY(wait_for(POLLOUT));
        int error = 0;
        socklen_t size = sizeof error;
        if (getsockopt(socket_.number(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
        if (error != 0) return failure(std::strerror(error));
        return {};
    }

    /// Waits as `transfer` wants; fails when it says that there is nothing to wait for.
    Result<void> go_on_after(const Transfer& transfer, const char* what) const {
        if (transfer.outcome == Outcome::WantRead) return wait_for(POLLIN);
        if (transfer.outcome == Outcome::WantWrite) return wait_for(POLLOUT);
        return failure(what);
    }

    Result<void> shake_hands() {
        for (;;) {
            const Transfer transfer = stream_->handshake();
            if (transfer.outcome == Outcome::Done) return {};
            if (transfer.outcome == Outcome::Failed) return failure("TLS failed, " + stream_->reason());
            TRY(go_on_after(transfer, "the connection was closed"));
        }
    }

    Result<void> send_request() {
        const std::string request =
            "GET " + url_.target + " HTTP/1.1\r\nHost: " + url_.authority +
            "\r\nAccept: application/json, */*\r\nUser-Agent: kvp11\r\nConnection: close\r\n\r\n";
        std::string_view rest = request;
        while (!rest.empty()) {
            const Transfer transfer = stream_->write(rest);
            if (transfer.outcome != Outcome::Done) TRY(go_on_after(transfer, "the connection was closed"));
            rest.remove_prefix(transfer.bytes);
        }
        return {};
    }

    Result<std::string> receive() {
        beast::http::response_parser<beast::http::string_body> parser;
        parser.eager(true);
        parser.body_limit(settings_.most_bytes);
        std::string unread;
        std::array<char, 16U << 10U> input{};
        while (!parser.is_done()) {
            const Transfer transfer = stream_->read(input);
            beast::error_code ec;
            if (transfer.outcome == Outcome::Closed && parser.got_some()) {
                parser.put_eof(ec);
                if (ec) return failure("the answer was cut off");
                break;
            }
            if (transfer.outcome != Outcome::Done) {
                TRY(go_on_after(transfer, "the connection was closed"));
                continue;
            }
            unread.append(input.data(), transfer.bytes);
            while (!unread.empty() && !parser.is_done() && !ec) {
                unread.erase(0, parser.put(boost::asio::buffer(unread), ec));
            }
            if (ec == beast::http::error::body_limit) return failure("the answer is too large");
            if (ec && ec != beast::http::error::need_more) return failure("the answer is not valid HTTP");
            if (parser.is_header_done() && parser.get().result_int() != 200) break;
        }
        if (parser.get().result_int() == 200) return std::move(parser.get().body());
        return failure("the answer is " + std::to_string(parser.get().result_int()));
    }

    const std::string& text_;
    const Url url_;
    const FetchSettings& settings_;
    const Clock::time_point deadline_;
    Descriptor socket_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace

Result<std::string> fetch(const std::string& url, const FetchSettings& settings) {
    auto parsed = parse_url(url);
    if (!parsed) return fail(Errc::DeviceError, "cannot get " + url + ": it is not a URL of https:// or http://");
    return Fetching(url, std::move(*parsed), settings).run();
}

}  // namespace kvp11::http
