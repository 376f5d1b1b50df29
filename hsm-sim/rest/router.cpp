#include "rest/router.hpp"

#include <algorithm>
#include <array>

namespace kvp11::rest {
namespace {

constexpr std::string_view version_segment = "{version?}";

using Chapter = std::span<const Route> (*)() noexcept;
// The first row that fits is taken, so what has a literal comes before what has a version in its place.
constexpr auto chapters =
    std::to_array<Chapter>({key_use_routes, key_life_routes, key_routes, role_routes, security_domain_routes,
                            backup_routes, settings_routes, random_routes});

constexpr auto methods = std::to_array<std::pair<std::string_view, Method>>({{"GET", Method::Get},
                                                                             {"POST", Method::Post},
                                                                             {"PUT", Method::Put},
                                                                             {"PATCH", Method::Patch},
                                                                             {"DELETE", Method::Delete}});

std::vector<std::string_view> split(std::string_view pattern) {
    std::vector<std::string_view> segments;
    while (!pattern.empty()) {
        const auto slash = pattern.find('/');
        if (slash != 0) segments.push_back(pattern.substr(0, slash));
        pattern = slash == pattern.npos ? std::string_view{} : pattern.substr(slash + 1);
    }
    return segments;
}

bool fits(std::string_view pattern, const std::string& segment) {
    return pattern.starts_with('{') || equal_folded(pattern, segment);
}

void keep(std::string_view pattern, const std::string& segment, PathParameters& path) {
    if (pattern == "{name}") path.name = segment;
    if (pattern == "{id}") path.id = segment;
    if (pattern == version_segment) path.version = segment;
}

// What stands before the first literal: "/", "/keys" or "/keys/NAME". Anything else is a scope that the handler
// refuses, as the service does.
std::string scope_of(const std::vector<std::string>& segments, std::size_t count) {
    if (count == 0) return "/";
    std::string scope;
    for (std::size_t i = 0; i < count; ++i) scope += "/" + segments[i];
    return scope;
}

}  // namespace

Router::Router() {
    for (const Chapter chapter : chapters) {
        for (const Route& route : chapter()) {
            Row row{&route, split(route.pattern), route.pattern.starts_with("/{scope}"), false};
            row.has_version =
                std::find(row.segments.begin(), row.segments.end(), version_segment) != row.segments.end();
            if (row.has_scope) row.segments.erase(row.segments.begin());
            rows_.push_back(std::move(row));
            order_.push_back(&route);
        }
    }
}

// Nothing is copied before the row is known to be the one.
std::optional<PathParameters> Router::fit(const Row& row, const std::vector<std::string>& segments) {
    const std::size_t wanted = row.segments.size();
    std::size_t begin = 0;
    if (row.has_scope) {
        if (segments.size() < wanted) return {};
        begin = segments.size() - wanted;
    }
    const bool without_version = row.has_version && segments.size() + 1 == wanted;
    if (!row.has_scope && segments.size() != wanted && !without_version) return {};
    std::size_t at = begin;
    for (const std::string_view pattern : row.segments) {
        if (without_version && pattern == version_segment) continue;
        if (!fits(pattern, segments[at++])) return {};
    }
    PathParameters path;
    at = begin;
    for (const std::string_view pattern : row.segments) {
        if (without_version && pattern == version_segment) continue;
        keep(pattern, segments[at++], path);
    }
    if (row.has_scope) path.scope = scope_of(segments, begin);
    return path;
}

std::optional<Match> Router::find(Method method, const Target& target, bool& other_method) const {
    other_method = false;
    for (const Row& row : rows_) {
        if (row.route->method != method && other_method) continue;
        auto path = fit(row, target.segments);
        if (!path) continue;
        if (row.route->method == method) return Match{row.route, std::move(*path)};
        other_method = true;
    }
    return {};
}

std::optional<Method> method_named(std::string_view name) noexcept {
    for (const auto& [known, method] : methods) {
        if (known == name) return method;
    }
    return {};
}

}  // namespace kvp11::rest
