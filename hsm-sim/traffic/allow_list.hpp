// AllowList: the networks from which requests are admitted, as the firewall of a Key Vault has them. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "kvp11/result.hpp"

namespace kvp11::traffic {

/// An IPv6 address, or an IPv4 one in its mapped form ::ffff:a.b.c.d.
struct Address {
    std::array<std::uint8_t, 16> bytes{};
    [[nodiscard]] bool is_ipv4() const noexcept;
};

/// A zone ("%eth0") is ignored. Nothing for what is no address.
std::optional<Address> parse_address(std::string_view text) noexcept;

/// "10.0.0.0/8", "2001:db8::/32", or an address alone. Bits behind the network's are ignored.
class AddressRange {
public:
    static std::optional<AddressRange> parse(std::string_view text) noexcept;
    /// An IPv4 address is never in a network of IPv6, not even in ::/0.
    [[nodiscard]] bool contains(const Address& address) const noexcept;

private:
    Address network_;
    unsigned bits_ = 128;  // of the mapped form
};

class AllowList {
public:
    /// "allow": a list of networks; an empty one admits nobody.
    static Result<std::shared_ptr<AllowList>> read(const boost::json::value& value);

    /// Counts whom it does not admit.
    [[nodiscard]] bool admits(std::string_view address) noexcept;
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

private:
    std::vector<AddressRange> ranges_;
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace kvp11::traffic
