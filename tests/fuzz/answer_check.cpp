#include "answer_check.hpp"

#include <algorithm>

#include <boost/json.hpp>

namespace kvp11::fuzz {
namespace {

namespace json = boost::json;

bool is_guid(std::string_view text) {
    if (text.size() != 36) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        const char letter = text[i];
        const bool is_hex = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
        if (is_dash ? letter != '-' : !is_hex) return false;
    }
    return true;
}

// A header that a client sends must not become one of ours.
bool is_header_text(const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

std::string text_of(const json::object& object, const char* name) {
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The one sentence that was seen without an Activity ID.
constexpr std::string_view bare_sentence = "The customer provided SAS token is malformed.";

std::string fault_of_error(const http::Response& response, std::string_view request_id) {
    boost::system::error_code problem;
    const json::value body = json::parse(response.body, problem);
    if (problem || !body.is_object()) return "the body of an error is no JSON object";
    const json::value* error = body.get_object().if_contains("error");
    if (!error || !error->is_object()) return "an error has no member error";
    if (text_of(error->get_object(), "code").empty()) return "an error has no code";
    const std::string wanted = " (Activity ID: " + std::string(request_id) + ")";
    const std::string message = text_of(error->get_object(), "message");
    if (message.starts_with(bare_sentence)) return {};
    if (!message.ends_with(wanted) || message.size() == wanted.size()) return "a message does not end with its id";
    return {};
}

std::string fault_of_challenge(const http::Response& response, bool is_get) {
    const auto challenge = response.headers.find("WWW-Authenticate").value_or("");
    if (!challenge.starts_with("Bearer authorization=\"") || challenge.find("resource=\"") == challenge.npos) {
        return "a 401 has no challenge";
    }
    return response.body == (is_get ? "OK" : "") ? "" : "a 401 has another body than the service's";
}

// A full restore answers everything else so, and says when to come again.
bool is_restoring(const http::Response& response) {
    return response.status == 503 && response.headers.find("Retry-After").has_value() &&
           response.body.find("A full restore is in progress") != std::string::npos;
}

}  // namespace

std::string fault_of(const http::Response& response, bool is_get, bool may_fail) {
    for (const http::Header& header : response.headers.all()) {
        if (!is_header_text(header.name) || !is_header_text(header.value)) return "a header has a control character";
    }
    const auto request_id = response.headers.find("x-ms-request-id").value_or("");
    if (!is_guid(request_id)) return "x-ms-request-id is no GUID";
    if (response.status < 200 || response.status > 599) return "the status is none";
    if (response.status >= 500 && !may_fail && !is_restoring(response)) return "the service failed";
    if (response.status == 401) return fault_of_challenge(response, is_get);
    if (response.status >= 400) return fault_of_error(response, request_id);
    boost::system::error_code problem;
    if (!response.body.empty()) json::parse(response.body, problem);
    return problem ? "the body of a success is no JSON" : "";
}

std::string shown(const http::Response& response) {
    std::string text = std::to_string(response.status) + "\n";
    for (const http::Header& header : response.headers.all()) text += header.name + ": " + header.value + "\n";
    return text + "\n" + response.body.substr(0, 2000);
}

}  // namespace kvp11::fuzz
