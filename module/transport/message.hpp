// A request of HTTP/1.1 and its answer as the client side sees them: values, without sockets.
// Thread-safe as values are.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kvp11::transport {

struct Header {
    std::string name;
    std::string value;
};

/// Where a request goes. `host` is a DNS name or an address (IPv6 without brackets).
struct Endpoint {
    std::string host;
    std::uint16_t port = 443;
    bool tls = true;  // false only for identity endpoints of this machine (IMDS, App Service)
    auto operator<=>(const Endpoint&) const = default;
};

struct Request {
    std::string_view method = "GET";
    std::string_view target = "/";  // path and query, percent-encoded
    /// Beside Host, Content-Length and Connection, which the transport writes. An Authorization goes in here.
    /// Complete lines, each with CR LF: a caller prepares them once for many requests.
    std::string_view head_lines;
    std::string_view body;
};

/// Headers in the order in which they came, all in one text: an answer has a dozen, and each signature has an answer.
class Headers {
public:
    struct View {
        std::string_view name;
        std::string_view value;
    };
    class Iterator {
    public:
        Iterator(const Headers& all, std::size_t at) : all_(&all), at_(at) {}
        View operator*() const noexcept { return (*all_)[at_]; }
        Iterator& operator++() noexcept {
            ++at_;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const Headers* all_;
        std::size_t at_;
    };

    Headers() = default;
    Headers(const std::vector<Header>& headers) {
        for (const Header& header : headers) add(header.name, header.value);
    }
    Headers(std::initializer_list<Header> headers) {
        for (const Header& header : headers) add(header.name, header.value);
    }
    void reserve(std::size_t headers, std::size_t bytes) {
        places_.reserve(headers);
        text_.reserve(bytes);
    }
    void add(std::string_view name, std::string_view value) {
        places_.push_back({static_cast<std::uint32_t>(text_.size()), static_cast<std::uint32_t>(name.size()),
                           static_cast<std::uint32_t>(value.size())});
        text_.append(name).append(value);
    }
    [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }
    [[nodiscard]] View operator[](std::size_t index) const noexcept {
        const Place& place = places_[index];
        const std::string_view text(text_);
        return {text.substr(place.at, place.name), text.substr(place.at + place.name, place.value)};
    }
    [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
    [[nodiscard]] Iterator end() const noexcept { return {*this, size()}; }

private:
    struct Place {
        std::uint32_t at;
        std::uint32_t name;
        std::uint32_t value;
    };
    std::string text_;
    std::vector<Place> places_;
};

/// An answer may hold key material and tokens: move-only, its body is wiped when it goes.
class Answer {
public:
    Answer() = default;
    Answer(unsigned status, Headers headers, std::string body)
        : status_(status), headers_(std::move(headers)), body_(std::move(body)) {}
    Answer(Answer&& other) noexcept
        : status_(other.status_), headers_(std::move(other.headers_)), body_(std::exchange(other.body_, {})) {}
    Answer& operator=(Answer&& other) noexcept {
        status_ = other.status_;
        headers_ = std::move(other.headers_);
        std::swap(body_, other.body_);
        return *this;
    }
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() { explicit_bzero(body_.data(), body_.size()); }

    [[nodiscard]] unsigned status() const noexcept { return status_; }
    /// The first of this name, compared without case; nothing when there is none.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
    [[nodiscard]] const Headers& headers() const noexcept { return headers_; }
    [[nodiscard]] std::string_view expose_body() const noexcept { return body_; }

private:
    unsigned status_ = 0;
    Headers headers_;
    std::string body_;
};

}  // namespace kvp11::transport
