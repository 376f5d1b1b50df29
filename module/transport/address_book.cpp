#include "transport/address_book.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "transport/host_name.hpp"

namespace kvp11::transport {
namespace {

constexpr std::chrono::seconds answer_age{30};

std::uint16_t& port_of(Address& address) {
    if (address.bytes.ss_family == AF_INET6) return reinterpret_cast<sockaddr_in6*>(&address.bytes)->sin6_port;
    return reinterpret_cast<sockaddr_in*>(&address.bytes)->sin_port;
}

/// `bytes` are 4 or 16.
Address address_of(const std::string& bytes) {
    Address address;
    if (bytes.size() == sizeof(in_addr)) {
        auto* const to = reinterpret_cast<sockaddr_in*>(&address.bytes);
        to->sin_family = AF_INET;
        std::memcpy(&to->sin_addr, bytes.data(), bytes.size());
        address.size = sizeof *to;
    } else {
        auto* const to = reinterpret_cast<sockaddr_in6*>(&address.bytes);
        to->sin6_family = AF_INET6;
        std::memcpy(&to->sin6_addr, bytes.data(), bytes.size());
        address.size = sizeof *to;
    }
    return address;
}

/// What needs no asking; empty for other names.
Addresses known(const std::string& host) {
    const std::string bytes = address_bytes(host);
    if (!bytes.empty()) return {address_of(bytes)};
    if (!is_localhost(host)) return {};
    return {address_of(address_bytes("127.0.0.1")), address_of(address_bytes("::1"))};
}

/// The system's order, but that a second family comes second: one that leads nowhere costs the least so.
Addresses in_turns(Addresses all) {
    const auto other = [&](const Address& one) { return one.bytes.ss_family != all.front().bytes.ss_family; };
    const auto first_other = std::find_if(all.begin(), all.end(), other);
    if (first_other != all.end()) std::rotate(all.begin() + 1, first_other, first_other + 1);
    return all;
}

Addresses from_system(const addrinfo* list) {
    Addresses all;
    for (; list != nullptr; list = list->ai_next) {
        if (list->ai_family != AF_INET && list->ai_family != AF_INET6) continue;
        Address address;
        std::memcpy(&address.bytes, list->ai_addr, list->ai_addrlen);
        address.size = list->ai_addrlen;
        all.push_back(address);
    }
    return all;
}

}  // namespace

std::string text_of(const Address& address) {
    if (address.bytes.ss_family == AF_INET6) {
        const auto* const from = reinterpret_cast<const sockaddr_in6*>(&address.bytes);
        return address_text({reinterpret_cast<const char*>(&from->sin6_addr), sizeof from->sin6_addr});
    }
    const auto* const from = reinterpret_cast<const sockaddr_in*>(&address.bytes);
    return address_text({reinterpret_cast<const char*>(&from->sin_addr), sizeof from->sin_addr});
}

std::string AddressBook::lower(const std::string& host) { return lower_case(host); }

std::variant<Addresses, Trouble> AddressBook::find(const std::string& host, std::uint16_t port) {
    const auto override_of = overrides_.find(lower(host));
    Addresses addresses = known(override_of == overrides_.end() ? host : override_of->second);
    if (addresses.empty()) {
        auto asked = ask(host);
        if (std::holds_alternative<Trouble>(asked)) return asked;
        addresses = std::get<Addresses>(std::move(asked));
    }
    for (Address& address : addresses) port_of(address) = htons(port);
    return addresses;
}

std::variant<Addresses, Trouble> AddressBook::ask(const std::string& host) {
    Addresses old;
    {
        const std::lock_guard lock(mutex_);
        const Entry& entry = entries_[host];
        if (!entry.addresses.empty() && Clock::now() - entry.asked < answer_age) return entry.addresses;
        old = entry.addresses;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(list, [](addrinfo* one) {
        if (one != nullptr) freeaddrinfo(one);
    });
    Addresses found = error == 0 ? from_system(list) : Addresses{};
    if (found.empty() && !old.empty() && error != EAI_NONAME) return old;
    if (found.empty()) {
        return trouble(Trouble::Kind::Name, "the name " + host + " cannot be resolved: " +
                                                (error == 0 ? "it has no address" : gai_strerror(error)));
    }
    found = in_turns(std::move(found));
    const std::lock_guard lock(mutex_);
    entries_[host] = {found, Clock::now()};
    return found;
}

}  // namespace kvp11::transport
