// Where to listen, as an option says it: "127.0.0.1:8443", "[::1]:8443", ":8443". A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "kvp11/result.hpp"

namespace kvp11::server {

struct ListenAddress {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: the system chooses

    /// A missing address is 127.0.0.1; "*" is every address. ArgumentsBad naming `option`.
    static Result<ListenAddress> parse(std::string_view option, std::string_view text);
    [[nodiscard]] bool is_loopback() const noexcept;
    /// "127.0.0.1:8443", "[::1]:8443".
    [[nodiscard]] std::string text() const;
};

}  // namespace kvp11::server
