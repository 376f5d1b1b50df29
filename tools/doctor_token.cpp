#include "tools/doctor_token.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "crypto/jose.hpp"
#include "host/clock.hpp"
#include "tools/pin_entry.hpp"
#include "tools/time_text.hpp"

namespace kvp11::tools {
namespace {

namespace json = boost::json;

std::string text_member(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string first_of(const json::object& object, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names)
        if (std::string text = text_member(object, name); !text.empty()) return text;
    return {};
}

std::string without_slash(std::string text) {
    if (text.ends_with('/')) text.pop_back();
    return text;
}

Finding no_token(const RemoteSlot& slot, const Error& error) {
    const std::string who = slot.pipeline->tokens().credential_name();
    const bool is_named = who.empty() || error.message.find(who) != std::string::npos;
    const std::string text = (is_named ? "" : who + ": ") + error.message;
    if (error.code == Errc::DeviceError) {
        return failed(Area::Token, text,
                      "see whether the login server or the machine's identity endpoint can be reached; authority_host "
                      "and imds_host name them");
    }
    return failed(
        Area::Token, text,
        "docs/credentials.md says what each credential looks at, and what the codes of the login server mean");
}

std::string claims_text(const TokenClaims& claims) {
    const std::pair<const char*, const std::string&> rows[] = {{"audience", claims.audience},
                                                               {"tenant", claims.tenant},
                                                               {"object id", claims.object_id},
                                                               {"application", claims.application}};
    std::string text;
    for (const auto& [name, value] : rows)
        if (!value.empty()) text += ", " + std::string(name) + " " + value;
    return text;
}

/// Where tokens are for: what the service asks for, else what is known of its cloud.
std::string resource_of(const RemoteSlot& slot) {
    if (slot.challenge) return slot.challenge->resource;
    return credential::cloud_of(slot.endpoint.host).resource;
}

Result<credential::TokenPtr> get_token(RemoteSlot& slot, const std::string& resource) {
    if (slot.settings.pipeline.credential_by_pin) {
        slot.pin = TRY(enter_pin({.file = slot.wishes.pin_file, .environment = "KVP11_PIN", .prompt = "slot's PIN"}));
        TRY(slot.pipeline->log_in(slot.pin));
    }
    credential::TokenRequest request;
    request.resource = resource;
    if (slot.challenge) request.tenant = slot.challenge->tenant;
    return slot.pipeline->tokens().token(request, slot.deadline());
}

Finding judge_token(RemoteSlot& slot, const credential::Token& token, const std::string& resource) {
    const std::int64_t expires = std::chrono::system_clock::to_time_t(token.expires);
    std::string text = token.source + ", until " + utc(expires);
    const auto claims = claims_in(token.value);
    if (claims) {
        text += claims_text(*claims);
        slot.principal = claims->object_id;
    }
    if (expires <= host::system_clock()->now()) {
        return failed(Area::Token, text + ": it has ended", "get a new one; check this machine's clock");
    }
    if (claims && !claims->audience.empty() && without_slash(claims->audience) != without_slash(resource)) {
        return failed(Area::Token, text + ": the service wants one for " + resource,
                      "get a token for that resource; a Managed HSM and a Key Vault have different ones");
    }
    return fine(Area::Token, text);
}

}  // namespace

std::optional<TokenClaims> claims_in(const SecretBytes& token) {
    const std::string_view text = text_of(token.expose_bytes());
    const auto first = text.find('.');
    const auto second = first == text.npos ? text.npos : text.find('.', first + 1);
    if (second == text.npos) return std::nullopt;
    const auto payload = crypto::from_base64url(text.substr(first + 1, second - first - 1));
    if (!payload) return std::nullopt;
    boost::system::error_code problem;
    const json::value value = json::parse(text_of(*payload), problem);
    if (problem || !value.is_object()) return std::nullopt;
    const json::object& claims = value.get_object();
    return TokenClaims{text_member(claims, "aud"), text_member(claims, "tid"), text_member(claims, "oid"),
                       first_of(claims, {"appid", "azp"})};
}

Finding check_token(RemoteSlot& slot) {
    const std::string resource = resource_of(slot);
    if (resource.empty()) {
        return failed(Area::Token, "the service did not say for which resource tokens are",
                      "see whether url is that of a Managed HSM or a Key Vault");
    }
    if (const auto ours = pipeline::check_resource(resource, slot.endpoint); !ours) {
        return failed(Area::Token, ours.error().message,
                      "do not go on: tokens for " + resource + " are not this server's business; check url");
    }
    const auto token = get_token(slot, resource);
    return token ? judge_token(slot, **token, resource) : no_token(slot, token.error());
}

}  // namespace kvp11::tools
