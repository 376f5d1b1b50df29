#include "identity/entra_refusal.hpp"

#include <algorithm>
#include <array>

#include "identity/token_time.hpp"

namespace kvp11::identity {
namespace {

namespace json = boost::json;

struct Row {
    Aadsts code;
    unsigned status;
    std::string_view error;  // RFC 6749 §5.2
};

constexpr std::array rows{
    Row{Aadsts::AssertionMalformed, 400, "invalid_request"},
    Row{Aadsts::GrantTypeNotSupported, 400, "unsupported_grant_type"},
    Row{Aadsts::ScopeInvalid, 400, "invalid_scope"},
    Row{Aadsts::TenantNotFound, 400, "invalid_tenant"},
    Row{Aadsts::ApplicationNotFound, 400, "unauthorized_client"},
    Row{Aadsts::AssertionNotOfClient, 401, "invalid_client"},
    Row{Aadsts::AssertionAudience, 401, "invalid_client"},
    Row{Aadsts::AssertionOutsideItsTime, 401, "invalid_client"},
    Row{Aadsts::AssertionSignature, 401, "invalid_client"},
    Row{Aadsts::FederatedIssuer, 401, "invalid_client"},
    Row{Aadsts::FederatedAudience, 401, "invalid_client"},
    Row{Aadsts::FederatedSubject, 401, "invalid_client"},
    Row{Aadsts::ParameterMissing, 400, "invalid_request"},
    Row{Aadsts::ClientSecretWrong, 401, "invalid_client"},
    Row{Aadsts::ProofMissing, 401, "invalid_client"},
    Row{Aadsts::RequestMalformed, 400, "invalid_request"},
};

const Row& row_of(Aadsts code) {
    const auto* found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.code == code; });
    return found == rows.end() ? rows.back() : *found;
}

/// "2026-11-22 10:00:00Z"
std::string timestamp(std::int64_t time) {
    std::string text = utc_text(time);
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text;
}

}  // namespace

http::Response json_response(unsigned status, const json::value& body, const Occasion& occasion) {
    http::Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json; charset=utf-8"},
                        {"Cache-Control", "no-store, no-cache"},
                        {"Pragma", "no-cache"},
                        {"x-ms-request-id", occasion.request_id},
                        {"client-request-id", occasion.correlation_id}};
    response.body = json::serialize(body);
    return response;
}

http::Response refusal_response(const Refusal& refusal, const Occasion& occasion) {
    const Row& row = row_of(refusal.code);
    const auto number = static_cast<std::uint32_t>(refusal.code);
    const std::string description =
        "AADSTS" + std::to_string(number) + ": " + refusal.sentence + " Trace ID: " + occasion.request_id +
        " Correlation ID: " + occasion.correlation_id + " Timestamp: " + timestamp(occasion.time);
    return json_response(row.status,
                         json::object{{"error", json::string_view(row.error.data(), row.error.size())},
                                      {"error_description", description},
                                      {"error_codes", json::array{number}},
                                      {"timestamp", timestamp(occasion.time)},
                                      {"trace_id", occasion.request_id},
                                      {"correlation_id", occasion.correlation_id}},
                         occasion);
}

}  // namespace kvp11::identity
