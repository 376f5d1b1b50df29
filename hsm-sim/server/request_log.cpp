#include "server/request_log.hpp"

namespace kvp11::server {
namespace {

constexpr std::size_t longest_path = 200;

Severity severity_of(unsigned status) noexcept {
    if (status >= 500) return Severity::Warning;
    return status >= 400 ? Severity::Info : Severity::Debug;
}

}  // namespace

std::string_view path_of(std::string_view target) noexcept { return target.substr(0, target.find('?')); }

std::string_view shown_path(std::string_view target) noexcept { return path_of(target).substr(0, longest_path); }

void RequestLog::observed(const rest::Observation& observation) noexcept {
    const Severity severity = severity_of(observation.response.status);
    if (!log_.wants(severity)) return;
    log_.write(severity, "request",
               {{"request_id", observation.request_id},
                {"operation", observation.operation},
                {"method", std::string_view(observation.request.method)},
                {"path", shown_path(observation.request.target)},
                {"status", static_cast<std::int64_t>(observation.response.status)},
                {"code", observation.code},
                {"reason", observation.message},
                {"duration_us", static_cast<std::int64_t>(observation.duration.count())},
                {"principal", observation.principal},
                {"peer", std::string_view(observation.request.peer.address)}});
}

void RequestLog::unsettled(const Error& why) noexcept {
    log_.error("answers are held back, because the audit log takes no record",
               {{"reason", std::string_view(why.message)}});
}

}  // namespace kvp11::server
