// Resolution: what a request's method and target come to: the target taken apart, the route, what its braces stand for.
//
// It follows from nothing else, and clients ask for the same few targets again and again, so each thread keeps those it
// met last. A value that nobody changes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "rest/api_version.hpp"
#include "rest/route.hpp"
#include "rest/router.hpp"
#include "rest/target.hpp"

namespace kvp11::rest {

struct Resolution {
    Target target;
    const Route* route = nullptr;  // null: none fits
    bool other_method = false;     // then whether one does with another method
    PathParameters path;           // name, version, scope, id: empty where the path has none
    std::string version_name;      // ?api-version as sent; empty where it is absent
    ApiVersion version = ApiVersion::Newer;
};
using ResolutionPtr = std::shared_ptr<const Resolution>;

/// Never null. No method: one that the service does not know. ArgumentsBad as parse_target().
Result<ResolutionPtr> resolve(const Router& router, std::optional<Method> method, std::string_view target);

}  // namespace kvp11::rest
