// Router: finds the row for a request. Built once from the chapters of the API; thread-safe to ask.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rest/route.hpp"
#include "rest/target.hpp"

namespace kvp11::rest {

struct Match {
    const Route* route = nullptr;
    PathParameters path;
};

class Router {
public:
    Router();
    /// Nothing when no pattern fits; `other_method` then says whether one does with another method.
    [[nodiscard]] std::optional<Match> find(Method method, const Target& target, bool& other_method) const;
    [[nodiscard]] const std::vector<const Route*>& all() const noexcept { return order_; }

private:
    struct Row {
        const Route* route;
        std::vector<std::string_view> segments;
        bool has_scope;
        bool has_version;
    };
    static std::optional<PathParameters> fit(const Row& row, const std::vector<std::string>& segments);
    std::vector<Row> rows_;
    std::vector<const Route*> order_;
};

std::optional<Method> method_named(std::string_view name) noexcept;

}  // namespace kvp11::rest
