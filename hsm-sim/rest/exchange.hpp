// Exchange: one request of one authenticated principal, taken apart for its handler. One thread's at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "identity/principal.hpp"
#include "partition/partition.hpp"
#include "rest/resolution.hpp"
#include "rest/site.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

struct Exchange {
    explicit Exchange(Site& where) : site(where) {}

    Site& site;
    http::Request request;
    ResolutionPtr resolution;      // null for what is no target; then nothing below asks for it
    const Route* route = nullptr;  // its route, or null
    ApiVersion version = ApiVersion::Newer;
    std::string request_id;
    std::string base_url;  // "https://lab.managedhsm.localhost:8443": what kids begin with
    identity::PrincipalPtr principal;
    std::unique_ptr<partition::Partition> partition;  // as this principal may use it
    WipingMemory memory;
    // An object for routes that want one. In this memory from the start, or assigning to it would copy it out.
    json::value body = json::value(json::storage_ptr(&memory));
    http::Delivery delivery;
    bool on_worker = false;

    [[nodiscard]] const Target& target() const noexcept { return resolution->target; }
    [[nodiscard]] const PathParameters& path() const noexcept { return resolution->path; }
    [[nodiscard]] const std::string& version_name() const noexcept { return resolution->version_name; }
    /// The body's members. Only for routes with a body.
    [[nodiscard]] const json::object& members() const { return body.get_object(); }
    /// Asks traffic for a place: nothing, or the answer 429. To be called once the key is known, before the work.
    [[nodiscard]] std::optional<Reply> throttle(const KeySpec* spec);
    /// The page that ?maxresults and $skiptoken ask for. ArgumentsBad for maxresults out of 1 to 25.
    [[nodiscard]] Result<PageRequest> page() const;
    /// nextLink after a page of this path ("/keys"), or null.
    [[nodiscard]] json::value next_link(std::string_view resource, const std::string& next) const;
};

}  // namespace kvp11::rest
