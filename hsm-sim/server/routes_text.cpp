#include "server/routes_text.hpp"

#include "access/data_action.hpp"
#include "rest/router.hpp"

namespace kvp11::server {
namespace {

const char* name_of(rest::Method method) {
    constexpr const char* names[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    return names[static_cast<std::size_t>(method)];
}

std::string row_text(const rest::Route& route) {
    const partition::OperationRow& operation = partition::row_of(route.operation);
    const std::string action = operation.needs ? "`" + std::string(access::name_of(*operation.needs)) + "`" : "—";
    return "| " + std::string(name_of(route.method)) + " | `" + std::string(route.pattern) + "` | " +
           std::string(operation.name) + " | " + action + " |\n";
}

}  // namespace

std::string routes_markdown() {
    std::string text = "| method | path | operation in the audit log | data action |\n|---|---|---|---|\n";
    const rest::Router router;
    for (const rest::Route* route : router.all()) text += row_text(*route);
    return text;
}

}  // namespace kvp11::server
