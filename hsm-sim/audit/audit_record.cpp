#include "audit/audit_record.hpp"

#include <array>

namespace kvp11::audit {
namespace {

constexpr std::array<std::string_view, 3> names = {"off", "management", "all"};

}  // namespace

std::string_view name_of(Level level) noexcept { return names[static_cast<std::size_t>(level)]; }

std::optional<Level> level_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<Level>(i);
    }
    return std::nullopt;
}

AuditEntry::AuditEntry(const AuditRecord& record)
    : time_us(record.time_us),
      operation(record.operation),
      operation_version(record.operation_version),
      key(record.key),
      request_uri(record.request_uri),
      result(record.result),
      http_status(record.http_status),
      duration_us(record.duration_us),
      principal(record.principal),
      application(record.application),
      user_name(record.user_name),
      caller_address(record.caller_address),
      client_info(record.client_info),
      correlation_id(record.correlation_id),
      approved(record.approved) {}

}  // namespace kvp11::audit
