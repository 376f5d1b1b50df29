// POST /rng: random bytes.
#include <array>

#include "crypto/jose.hpp"
#include "rest/exchange.hpp"

namespace kvp11::rest {
namespace {

constexpr std::int64_t most_bytes = 128;

Result<Reply> get_random_bytes(Exchange& exchange) {
    const auto count = TRY(optional_integer(exchange.members(), "count"));
    if (!count) return fail(Errc::ArgumentsBad, "Property 'count' is required");
    if (*count < 1 || *count > most_bytes) return fail(Errc::ArgumentsBad, "Property 'count' must be from 1 to 128");
    if (auto refused = exchange.throttle(nullptr)) return std::move(*refused);
    Bytes bytes(static_cast<std::size_t>(*count));
    TRY(exchange.partition->random(bytes));
    return json_reply({{"value", crypto::base64url(bytes)}});
}

constexpr auto rows = std::to_array<Route>({
    {Method::Post, "/rng", partition::Operation::Random, get_random_bytes, BodyUse::Json},
});

}  // namespace

std::span<const Route> random_routes() noexcept { return rows; }

}  // namespace kvp11::rest
