#include "rest/exchange.hpp"

namespace kvp11::rest {

std::span<const Route> key_use_routes() noexcept { return {}; }

}  // namespace kvp11::rest
