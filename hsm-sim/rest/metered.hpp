// metered<handler>: the handler behind the question whether traffic has a place for its operation; for operations
// whose cost depends on no key.
#pragma once

#include "rest/exchange.hpp"

namespace kvp11::rest {

template <HandlerFunction handle>
Result<Reply> metered(Exchange& exchange) {
    if (auto refused = exchange.throttle(nullptr)) return std::move(*refused);
    return handle(exchange);
}

}  // namespace kvp11::rest
