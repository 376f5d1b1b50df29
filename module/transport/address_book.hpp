// AddressBook: the addresses of hosts.
//
// Literal addresses, the settings' overrides and names of this machine ("localhost" and below) are answered here;
// others by the system's getaddrinfo on the calling thread, whose patience is resolv.conf's and not the request's:
// there is no way around that without a thread. Answers are kept for half a minute, and longer where the system has
// none any more. Thread-safe; no lock is held while the system is asked.
#pragma once

#include <sys/socket.h>

#include <map>
#include <mutex>
#include <string>
#include <variant>
#include <vector>

#include "transport/trouble.hpp"

namespace kvp11::transport {

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};
using Addresses = std::vector<Address>;

/// "10.0.0.4", "2001:db8::1".
[[nodiscard]] std::string text_of(const Address& address);

class AddressBook {
public:
    explicit AddressBook(const std::map<std::string, std::string>& overrides) : overrides_(overrides) {}

    /// At least one, in the order in which they are to be tried; families take turns.
    [[nodiscard]] std::variant<Addresses, Trouble> find(const std::string& host, std::uint16_t port);
    [[nodiscard]] bool is_overridden(const std::string& host) const { return overrides_.contains(lower(host)); }

private:
    struct Entry {
        Addresses addresses;
        Clock::time_point asked;
    };

    static std::string lower(const std::string& host);
    std::variant<Addresses, Trouble> ask(const std::string& host);

    const std::map<std::string, std::string>& overrides_;  // by name in lower case
    std::mutex mutex_;
    std::map<std::string, Entry> entries_;
};

}  // namespace kvp11::transport
