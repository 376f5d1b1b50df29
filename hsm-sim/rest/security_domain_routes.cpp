#include "rest/exchange.hpp"

namespace kvp11::rest {

std::span<const Route> security_domain_routes() noexcept { return {}; }

}  // namespace kvp11::rest
