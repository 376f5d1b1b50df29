// RequestReader: turns the bytes of a connection into requests, one after the other, or says what is wrong with them.
//
// No sockets and no clock. What it keeps of a request is wiped when that goes. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/server.hpp"

namespace kvp11::http {

struct Refusal {
    unsigned status = 400;
    std::string_view why;  // a plain sentence, of static lifetime
};

class RequestReader {
public:
    enum class Progress : std::uint8_t { Nothing, Head, Body, Complete, Refused };

    explicit RequestReader(const Limits& limits);
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;
    ~RequestReader();

    /// Takes all of `bytes`. What follows a complete request is kept for the next one.
    Progress take(std::string_view bytes);
    /// The next request, of which the bytes may have come already.
    Progress next();
    [[nodiscard]] Progress progress() const noexcept { return progress_; }

    /// With Complete, once.
    [[nodiscard]] Request release();
    /// With Refused.
    [[nodiscard]] const Refusal& refusal() const noexcept { return refusal_; }
    /// With Body: the client waits to hear that its body is wanted. True once.
    [[nodiscard]] bool wants_continue() noexcept;
    /// From the head on. A refused request always ends its connection.
    [[nodiscard]] bool keeps_alive() const noexcept;
    [[nodiscard]] bool is_http_1_0() const noexcept;
    [[nodiscard]] bool is_head() const noexcept;

private:
    class Parser;

    Progress parse(std::string_view bytes);
    Progress refuse(const Refusal& refusal);
    void keep(std::string_view bytes);

    const std::size_t header_bytes_;
    const std::size_t body_bytes_;
    std::unique_ptr<Parser> parser_;  // of the request that has begun
    std::string unread_;              // what cannot be parsed before more comes, or belongs to the next request
    std::size_t head_size_ = 0;       // parsed so far
    Progress progress_ = Progress::Nothing;
    bool told_to_continue_ = false;
    Refusal refusal_;
};

}  // namespace kvp11::http
