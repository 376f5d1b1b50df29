#include "rest/resolution.hpp"

#include <array>
#include <functional>

namespace kvp11::rest {
namespace {

// Longer ones are lists' pages and the like, which are asked for once.
constexpr std::size_t longest_kept = 256;
constexpr std::size_t most_kept = 64;

struct Kept {
    Method method{};
    std::string text;
    ResolutionPtr resolution;
};

/// The place where this thread would keep it. Rows of routes live as long as the program, whichever router found them.
Kept& place_of(Method method, std::string_view text) {
    thread_local std::array<Kept, most_kept> places;
    return places[(std::hash<std::string_view>()(text) + static_cast<std::size_t>(method)) % most_kept];
}

Result<ResolutionPtr> make_resolution(const Router& router, std::optional<Method> method, std::string_view text) {
    auto made = std::make_shared<Resolution>();
    made->target = TRY(parse_target(text));
    if (method) {
        if (auto match = router.find(*method, made->target, made->other_method)) {
            made->route = match->route;
            made->path = std::move(match->path);
        }
    }
    made->version_name = std::string(made->target.parameter("api-version").value_or(""));
    made->version = api_version_named(made->version_name);
    return ResolutionPtr(std::move(made));
}

}  // namespace

Result<ResolutionPtr> resolve(const Router& router, std::optional<Method> method, std::string_view target) {
    if (!method || target.size() > longest_kept) return make_resolution(router, method, target);
    Kept& place = place_of(*method, target);
    if (place.resolution && place.method == *method && place.text == target) return place.resolution;
    ResolutionPtr made = TRY(make_resolution(router, method, target));
    if (made->route) place = {*method, std::string(target), made};
    return made;
}

}  // namespace kvp11::rest
