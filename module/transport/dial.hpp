// dial: a TCP connection to the first of several addresses that takes one (RFC 8305 without threads). Thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "transport/address_book.hpp"

namespace kvp11::transport {

struct Dialled {
    int descriptor = -1;    // the caller's, non-blocking, close-on-exec
    std::size_t index = 0;  // of the address
};

struct NotDialled {
    bool in_time = true;  // false: `until` came first
    std::string reason;   // "Connection refused"; of the last address that said no
};

/// An address that does not answer within a quarter of a second gets company by the next one.
std::variant<Dialled, NotDialled> dial(const Addresses& addresses, Clock::time_point until);

}  // namespace kvp11::transport
