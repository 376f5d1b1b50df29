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
    std::string_view more_head_lines = {};  // those of this request alone
    std::string_view body;
};

/// Headers in the order in which they came, as the lines that they are: an answer has a dozen, each signature has an
/// answer, and hardly anybody asks for one of them.
class Headers {
public:
    struct View {
        std::string_view name;
        std::string_view value;
    };
    class Iterator {
    public:
        explicit Iterator(std::string_view rest) noexcept : rest_(rest) {}
        View operator*() const noexcept {
            const std::string_view line = rest_.substr(0, rest_.find('\r'));
            const std::size_t colon = line.find(':');
            return {line.substr(0, colon), trimmed(line.substr(colon + 1))};
        }
        Iterator& operator++() noexcept {
            rest_.remove_prefix(rest_.find('\n') + 1);
            return *this;
        }
        bool operator==(const Iterator& other) const noexcept { return rest_.size() == other.rest_.size(); }

    private:
        std::string_view rest_;
    };

    Headers() = default;
    Headers(const std::vector<Header>& headers) {
        for (const Header& header : headers) add(header.name, header.value);
    }
    Headers(std::initializer_list<Header> headers) {
        for (const Header& header : headers) add(header.name, header.value);
    }
    /// Of whole lines of HTTP: "Name: value" and CR LF each.
    static Headers of_lines(std::string_view lines) {
        Headers headers;
        headers.lines_ = lines;
        return headers;
    }
    void reserve(std::size_t bytes) { lines_.reserve(bytes); }
    /// There is no colon in a name, and no line's end in either.
    void add(std::string_view name, std::string_view value) {
        lines_.append(name).append(": ").append(value).append("\r\n");
    }
    [[nodiscard]] Iterator begin() const noexcept { return Iterator(lines_); }
    [[nodiscard]] Iterator end() const noexcept { return Iterator({}); }

private:
    static std::string_view trimmed(std::string_view text) noexcept {
        const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
        while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
        while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
        return text;
    }

    std::string lines_;
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
    ~Answer() {
        if (!body_.empty()) explicit_bzero(body_.data(), body_.size());
    }

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
