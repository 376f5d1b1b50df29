#include "config/slot_rows.hpp"

#include <array>
#include <limits>

#include "config/value_rules.hpp"

namespace kvp11::config {

namespace {

using std::filesystem::path;

constexpr std::array<std::string_view, 5> levels{"error", "warn", "info", "debug", "trace"};
constexpr std::array<std::string_view, 2> backends{partition_kind, managed_hsm_kind};
// In the order of the enumeration Mode.
constexpr std::array<std::string_view, 2> modes{"all", "approved"};
// In the order of the enumeration AuditLevel.
constexpr std::array<std::string_view, 3> audit_levels{"off", "management", "all"};
// log2 of scrypt's N, as hsm-sim/partition/role_credential.hpp bounds it (not ours to include).
constexpr std::int64_t least_kdf_cost = 10;
constexpr std::int64_t greatest_kdf_cost = 20;

constexpr std::int64_t largest_id = std::numeric_limits<std::int32_t>::max();

Problem store_level(LogSettings& log, const Node& value, const path&) {
    log.level = value.text;
    return std::nullopt;
}

Problem store_target(LogSettings& log, const Node& value, const path&) {
    log.target = value.text;
    return problem_with_log_target(value.text);
}

Problem store_id(SlotDraft& slot, const Node& value, const path&) {
    slot.id = static_cast<std::uint32_t>(value.integer);
    return std::nullopt;
}

Problem store_label(SlotDraft& slot, const Node& value, const path&) {
    slot.label = value.text;
    return problem_with_label(value.text);
}

Problem store_backend(SlotDraft& slot, const Node& value, const path&) {
    slot.backend = value.text;
    return std::nullopt;
}

Problem store_path(SlotDraft& slot, const Node& value, const path& file) {
    slot.partition.path = beside(file, value.text);
    return problem_with_path(value.text);
}

Problem store_group(SlotDraft& slot, const Node& value, const path&) {
    slot.partition.group = value.text;
    return problem_with_group(value.text);
}

Problem store_kdf_cost(SlotDraft& slot, const Node& value, const path&) {
    slot.partition.kdf_cost = static_cast<std::uint32_t>(value.integer);
    return std::nullopt;
}

Problem store_mode(SlotDraft& slot, const Node& value, const path&) {
    slot.partition.mode = position<Mode>(modes, value.text);
    return std::nullopt;
}

Problem store_audit(SlotDraft& slot, const Node& value, const path&) {
    slot.partition.audit = position<AuditLevel>(audit_levels, value.text);
    return std::nullopt;
}

/// Of either kind of slot.
Problem store_certificates(SlotDraft& slot, const Node& value, const path& file) {
    for (const auto& item : value.items) {
        if (auto problem = problem_with_path(item.text)) return problem;
        slot.partition.certificates.push_back(beside(file, item.text).string());
    }
    slot.managed_hsm.certificates = slot.partition.certificates;
    return std::nullopt;
}

constexpr std::array<KeyRow<LogSettings>, 2> rows_of_log{{
    {{.key = "level", .type = ValueType::Text, .example = "\"info\"", .choices = levels}, store_level},
    {{.key = "target", .type = ValueType::Text, .example = "\"stderr\""}, store_target},
}};

constexpr std::array<KeyRow<SlotDraft>, 9> rows_of_partition{{
    {{.key = "id", .type = ValueType::Integer, .example = "0", .required = true, .most = largest_id}, store_id},
    {{.key = "label", .type = ValueType::Text, .example = "\"dev\""}, store_label},
    {{.key = "backend", .type = ValueType::Text, .example = "\"partition\"", .choices = backends}, store_backend},
    {{.key = "path",
      .type = ValueType::Text,
      .example = "\"/var/lib/kvp11/dev\"",
      .only_for = partition_kind,
      .required = true},
     store_path},
    {{.key = "group", .type = ValueType::Text, .example = "\"www-data\"", .only_for = partition_kind}, store_group},
    {{.key = "kdf_cost",
      .type = ValueType::Integer,
      .example = "14",
      .only_for = partition_kind,
      .least = least_kdf_cost,
      .most = greatest_kdf_cost},
     store_kdf_cost},
    {{.key = "mode", .type = ValueType::Text, .example = "\"all\"", .only_for = partition_kind, .choices = modes},
     store_mode},
    {{.key = "audit",
      .type = ValueType::Text,
      .example = "\"management\"",
      .only_for = partition_kind,
      .choices = audit_levels},
     store_audit},
    {{.key = "certificates", .type = ValueType::Texts, .example = "[\"/etc/kvp11/certs/*.pem\"]"}, store_certificates},
}};

}  // namespace

std::vector<KeyRow<LogSettings>> log_rows() { return {rows_of_log.begin(), rows_of_log.end()}; }

std::vector<KeyRow<SlotDraft>> slot_rows() {
    std::vector<KeyRow<SlotDraft>> rows(rows_of_partition.begin(), rows_of_partition.end());
    const auto further = managed_hsm_rows();
    rows.insert(rows.end(), further.begin(), further.end());
    return rows;
}

}  // namespace kvp11::config
