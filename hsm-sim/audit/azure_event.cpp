// A record in the words of Azure's diagnostic logs (category AuditEvent of a Managed HSM), with ours under "kvp11".
// Tenant, subscription and resource group are those of nobody: a simulated pool has none.
#include <algorithm>

#include "audit/audit_log.hpp"
#include "audit/json_line.hpp"

namespace kvp11::audit {
namespace {

constexpr std::string_view nobody = "00000000-0000-0000-0000-000000000000";
constexpr std::string_view resource_group = "kvp11";

std::string upper_case(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char letter) {
        return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter;
    });
    return text;
}

std::string resource_id(const std::string& pool) {
    return upper_case("/subscriptions/" + std::string(nobody) + "/resourceGroups/" + std::string(resource_group) +
                      "/providers/Microsoft.KeyVault/managedHSMs/" + pool);
}

/// JSON in a string of JSON, as the service has it.
std::string identity_of(const AuditRecord& record) {
    std::string text;
    JsonLine(text, std::string::npos)
        .begin()
        .begin("claim")
        .present("appid", record.application)
        .begin("http_schemas_microsoft_com_identity")
        .begin("claims")
        .field("objectidentifier", record.principal)
        .end()
        .end()
        .begin("http_schemas_xmlsoap_org_ws_2005_05_identity")
        .begin("claims")
        .present("upn", record.user_name)
        .end()
        .end()
        .end()
        .end();
    return text;
}

}  // namespace

std::string azure_json(const AuditRecord& record, const std::string& pool) {
    std::string text;
    JsonLine(text, std::string::npos)
        .begin()
        .field("TenantId", nobody)
        .time("time", record.time_us)
        .field("resourceId", resource_id(pool))
        .field("operationName", record.operation)
        .field("operationVersion", record.operation_version)
        .field("category", "AuditEvent")
        .field("resultType", record.result)
        .begin("properties")
        .field("PoolType", "M-HSM")
        .field("sku_Family", "B")
        .field("sku_Name", "Standard_B1")
        .end()
        .field("durationMs", (record.duration_us + 500U) / 1000U)
        .field("callerIpAddress", record.caller_address)
        .field("identity", identity_of(record))
        .field("clientInfo", record.client_info)
        .field("correlationId", record.correlation_id)
        .field("subnetId", "(unknown)")
        .field("httpStatusCode", record.http_status)
        .field("PoolName", pool)
        .field("requestUri", record.request_uri.empty() ? record.key : record.request_uri)
        .field("resourceGroup", resource_group)
        .field("resourceProvider", "MICROSOFT.KEYVAULT")
        .field("resource", pool)
        .field("resourceType", "managedHSMs")
        .begin("kvp11")
        .field("principal", record.principal)
        .field("key", record.key)
        .field("durationUs", record.duration_us)
        .flag("approved", record.approved)
        .end()
        .end();
    return text;
}

}  // namespace kvp11::audit
