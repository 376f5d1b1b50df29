#include <boost/json.hpp>

#include "workplace.hpp"

using namespace kvp11;
using namespace kvp11::test;

BOOST_AUTO_TEST_SUITE(azure_event)

// Names and their order: the example in Azure's "Managed HSM logging".
BOOST_AUTO_TEST_CASE(an_event_has_azures_fields_in_azures_order) {
    const auto value = boost::json::parse(audit::azure_json(record(1), "contoso"));
    const char* names[] = {"TenantId",     "time",       "resourceId",    "operationName",    "operationVersion",
                           "category",     "resultType", "properties",    "durationMs",       "callerIpAddress",
                           "identity",     "clientInfo", "correlationId", "subnetId",         "httpStatusCode",
                           "PoolName",     "requestUri", "resourceGroup", "resourceProvider", "resource",
                           "resourceType", "kvp11"};
    std::vector<std::string> found;
    for (const auto& member : value.as_object()) found.emplace_back(member.key());
    BOOST_CHECK_EQUAL_COLLECTIONS(found.begin(), found.end(), std::begin(names), std::end(names));
}

BOOST_AUTO_TEST_CASE(an_event_says_what_the_record_says) {
    audit::AuditRecord made = record(7);
    made.duration_us = 1499;
    made.application = "04b07795";
    made.user_name = "adm\"in@contoso.com";
    made.http_status = 403;
    made.result = "AccessDenied";
    const auto event = boost::json::parse(audit::azure_json(made, "contoso")).as_object();
    BOOST_CHECK_EQUAL(event.at("time").as_string(), "2025-11-22T06:53:28.000007Z");
    BOOST_CHECK_EQUAL(event.at("resourceId").as_string(),
                      "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/KVP11/PROVIDERS/"
                      "MICROSOFT.KEYVAULT/MANAGEDHSMS/CONTOSO");
    BOOST_CHECK_EQUAL(event.at("category").as_string(), "AuditEvent");
    BOOST_CHECK_EQUAL(event.at("resultType").as_string(), "AccessDenied");
    BOOST_CHECK_EQUAL(event.at("httpStatusCode").as_int64(), 403);
    BOOST_CHECK_EQUAL(event.at("durationMs").as_int64(), 1);
    BOOST_CHECK_EQUAL(event.at("properties").as_object().at("PoolType").as_string(), "M-HSM");
    BOOST_CHECK_EQUAL(event.at("subnetId").as_string(), "(unknown)");
    BOOST_CHECK_EQUAL(event.at("requestUri").as_string(), made.key);
    BOOST_CHECK_EQUAL(event.at("kvp11").as_object().at("principal").as_string(), made.principal);
    BOOST_CHECK(event.at("kvp11").as_object().at("approved").as_bool());
    const auto identity = boost::json::parse(event.at("identity").as_string()).as_object().at("claim").as_object();
    BOOST_CHECK_EQUAL(identity.at("appid").as_string(), "04b07795");
    BOOST_CHECK_EQUAL(
        identity.at("http_schemas_microsoft_com_identity").at("claims").at("objectidentifier").as_string(),
        made.principal);
    BOOST_CHECK_EQUAL(identity.at("http_schemas_xmlsoap_org_ws_2005_05_identity").at("claims").at("upn").as_string(),
                      made.user_name);
}

BOOST_AUTO_TEST_CASE(a_long_identity_stays_json) {
    audit::AuditRecord made = record(7);
    made.user_name = std::string(3000, '"');
    const auto event = boost::json::parse(audit::azure_json(made, "contoso")).as_object();
    BOOST_CHECK_NO_THROW(boost::json::parse(event.at("identity").as_string()));
}

BOOST_AUTO_TEST_SUITE_END()
