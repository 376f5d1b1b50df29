// A request and a response of HTTP/1.1 as values, without sockets. Thread-safe as values are.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvp11::http {

struct Header {
    std::string name;
    std::string value;
};

/// One header where it lies: valid until its Headers change or move.
struct HeaderLine {
    std::string_view name;
    std::string_view value;
    std::string_view line;  // "name: value" and its end
};

/// In the order in which they were sent. Names are compared without case.
///
/// They lie in one text as they go over the wire: a dozen headers cost two allocations, not two dozen.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<Header> headers);
    void add(std::string_view name, std::string_view value);
    void add(const Headers& more);
    /// Room for so many headers of so many letters in all.
    void reserve(std::size_t headers, std::size_t letters);
    /// The first of this name; nothing when there is none.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    [[nodiscard]] HeaderLine operator[](std::size_t index) const noexcept;
    /// All of them as they go over the wire; valid as a HeaderLine is.
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    /// Copies, to keep.
    [[nodiscard]] std::vector<Header> all() const;

private:
    struct Place {
        std::size_t at;
        std::size_t name;   // letters
        std::size_t value;  // letters
    };
    std::string text_;
    std::vector<Place> places_;
};

/// Who sent a request.
struct Peer {
    std::string address;  // "127.0.0.1", "::1"; of an IPv4 address in IPv6 the IPv4 one
    std::uint16_t port = 0;
    bool is_ipv6 = false;
    bool operator==(const Peer&) const = default;
};

/// A body may hold private keys and tokens: move-only, wiped when it goes.
class Body {
public:
    Body() = default;
    explicit Body(std::string text) : text_(std::move(text)) {}
    Body(Body&& other) noexcept : text_(std::exchange(other.text_, {})) {}
    Body& operator=(Body&& other) noexcept {
        std::swap(text_, other.text_);
        return *this;
    }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;
    ~Body() { explicit_bzero(text_.data(), text_.size()); }

    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return text_.size(); }
    [[nodiscard]] std::string_view expose_text() const noexcept { return text_; }

private:
    std::string text_;
};

struct Request {
    std::string method = "GET";  // as sent, upper case
    std::string target = "/";    // path and query as sent, still percent-encoded
    Headers headers = {};
    Body body = {};
    Peer peer = {};
    std::chrono::steady_clock::time_point received = std::chrono::steady_clock::now();  // when its head was complete
};

/// How a response gets onto the wire, where somebody wants it to go wrong or slowly.
struct Delivery {
    std::chrono::milliseconds delay{0};              // before the first byte
    std::optional<std::size_t> truncate_after = {};  // so many bytes of the body, then the connection is closed
    std::uint32_t bytes_per_second = 0;              // of the body; 0: as fast as it goes
    bool reset = false;                              // no byte at all: the connection is reset
};

/// Content-Length, Connection, Date and what keeps the connection going are the server's own.
struct Response {
    unsigned status = 200;
    Headers headers = {};
    std::string body = {};
    Delivery delivery = {};
};

}  // namespace kvp11::http
