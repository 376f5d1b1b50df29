#include "rest/exchange.hpp"

namespace kvp11::rest {

std::span<const Route> settings_routes() noexcept { return {}; }

}  // namespace kvp11::rest
