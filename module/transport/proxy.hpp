// ProxyRules: which requests go through which proxy. A value, read at open; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/result.hpp"
#include "transport/message.hpp"

namespace kvp11::transport {

struct Proxy {
    Endpoint endpoint;          // never TLS
    std::string authorization;  // value of Proxy-Authorization; empty: none
};

class ProxyRules {
public:
    /// `setting` as in TransportSettings::proxy. ConfigurationInvalid for what is no http:// proxy.
    static Result<ProxyRules> read(const std::string& setting);

    /// Nothing: directly. Always so for this machine, link-local addresses and endpoints in the clear.
    [[nodiscard]] const Proxy* proxy_for(const Endpoint& endpoint) const;

private:
    std::optional<Proxy> proxy_;
    std::vector<std::string> exceptions_;
};

/// "http://user:password@host:port", percent-encoded; the scheme may be missing. ConfigurationInvalid.
Result<Proxy> parse_proxy(std::string_view text);

/// Whether an entry of NO_PROXY means this endpoint: "*", a name with all names below it (with or without a dot in
/// front), an address, a network ("10.0.0.0/8"), each but the last with or without ":port".
[[nodiscard]] bool is_exempted_by(std::string_view entry, const Endpoint& endpoint);

}  // namespace kvp11::transport
