#include "pipeline/request_text.hpp"

#include <algorithm>

namespace kvp11::pipeline {
namespace {

constexpr std::string_view version_parameter = "api-version=";
constexpr std::string_view body_type = "Content-Type: application/json\r\n";
constexpr std::string_view id_name = "x-ms-client-request-id: ";

bool begins_with(std::string_view text, std::string_view word) noexcept {
    const auto same = [](char one, char other) { return (one >= 'A' && one <= 'Z' ? one - 'A' + 'a' : one) == other; };
    return text.size() >= word.size() &&
           std::equal(word.begin(), word.end(), text.begin(), [&](char w, char t) { return same(t, w); });
}

}  // namespace

bool has_api_version(std::string_view query) noexcept {
    for (std::size_t at = 0; at < query.size();) {
        const std::string_view rest = query.substr(at);
        if (begins_with(rest, version_parameter) || begins_with(rest, "api%2dversion=")) return true;
        at = std::min(query.find('&', at), query.size() - 1) + 1;
    }
    return false;
}

void RequestText::prepare(const Call& call, std::string_view api_version, const RequestId& id) {
    const bool adds_version = !has_api_version(call.query);
    text_.clear();
    text_.reserve(call.path.size() + call.query.size() + version_parameter.size() + api_version.size() + 2 +
                  body_type.size() + id_name.size() + id.text().size() + 2);
    text_.append(call.path).append(1, '?').append(call.query);
    if (adds_version) {
        if (!call.query.empty()) text_ += '&';
        text_.append(version_parameter).append(api_version);
    }
    target_size_ = text_.size();
    if (!call.body.empty()) text_ += body_type;
    text_.append(id_name).append(id.text()).append("\r\n");
}

transport::Request RequestText::request(const Call& call, std::string_view head_lines, bool with_body) const noexcept {
    const std::string_view text = text_;
    return {call.method, text.substr(0, target_size_), head_lines, text.substr(target_size_),
            with_body ? call.body : std::string_view{}};
}

}  // namespace kvp11::pipeline
