// Steps that may end in Trouble. Values of this room only.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "transport/transport.hpp"

namespace kvp11::transport {

/// Nothing: the step is done.
using MaybeTrouble = std::optional<Trouble>;

[[nodiscard]] inline Trouble trouble(Trouble::Kind kind, std::string message, bool may_have_happened = false) {
    return Trouble{kind, may_have_happened, std::move(message)};
}

/// "lab.managedhsm.localhost:8443", "[::1]:443".
[[nodiscard]] inline std::string name_of(const Endpoint& endpoint) {
    const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace kvp11::transport
