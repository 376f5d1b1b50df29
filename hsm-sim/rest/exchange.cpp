#include "rest/exchange.hpp"

#include <charconv>

#include "crypto/jose.hpp"

namespace kvp11::rest {
namespace {

constexpr std::size_t largest_page = 25;

}  // namespace

std::optional<Reply> Exchange::throttle(const KeySpec* spec) {
    const auto refused = site.traffic.charge(partition::row_of(route->operation).name, spec, delivery);
    if (!refused) return {};
    Reply reply = refusal(429, "Throttled", "Too many requests: this service answers no more for a moment");
    if (refused->retry_after) reply.headers.add("Retry-After", *refused->retry_after);
    return reply;
}

Result<PageRequest> Exchange::page() const {
    PageRequest page;
    if (const auto wanted = target().parameter("maxresults")) {
        const auto [end, error] = std::from_chars(wanted->data(), wanted->data() + wanted->size(), page.limit);
        if (error != std::errc{} || end != wanted->data() + wanted->size() || page.limit < 1 ||
            page.limit > largest_page) {
            return fail(Errc::ArgumentsBad, "maxresults must be from 1 to 25");
        }
    }
    if (const auto token = target().parameter("$skiptoken")) {
        const Result<Bytes> after = crypto::from_base64url(*token);
        if (!after.ok()) return fail(Errc::ArgumentsBad, "$skiptoken is not one of this service");
        page.after = std::string(text_of(*after));
    }
    return page;
}

json::value Exchange::next_link(std::string_view resource, const std::string& next) const {
    if (next.empty()) return nullptr;
    std::string link = base_url + std::string(resource) + "?";
    if (const auto wanted = target().parameter("maxresults")) link += "maxresults=" + std::string(*wanted) + "&";
    return json::string(link + "$skiptoken=" + crypto::base64url(bytes_of(next)));
}

}  // namespace kvp11::rest
