// Where client secrets and assertions may be sent.
//
// The rule: to the authority host of the settings or of AZURE_AUTHORITY_HOST; else to the login server of the cloud
// that the token's resource belongs to; else to the one that the service named, if it is a login server of Azure by our
// own table. Never to another: whoever answers in the place of the service could otherwise name a server of his own and
// be given the secret. Always over TLS. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "credential/surroundings.hpp"

namespace kvp11::credential {

/// "https://login.microsoftonline.us", or with a path; no slash at its end. ConfigurationInvalid when the rule leaves
/// none.
Result<std::string> authority_for(const Surroundings& surroundings, const TokenRequest& request);

/// The credential's own tenant; the request's where it has none, or where AZURE_ADDITIONALLY_ALLOWED_TENANTS says so.
/// ConfigurationInvalid when there is none, or it is none that could be part of a URL.
Result<std::string> tenant_for(const Surroundings& surroundings, const TokenRequest& request);

/// Whether the request's tenant could be the one: the credential has none of its own, or may use others.
[[nodiscard]] bool may_take_tenant(const Surroundings& surroundings) noexcept;

/// "contoso.onmicrosoft.com" or a GUID: letters, digits, dots and dashes.
[[nodiscard]] bool is_tenant(std::string_view text) noexcept;
/// 8-4-4-4-12 hexadecimal digits.
[[nodiscard]] bool is_guid(std::string_view text) noexcept;

}  // namespace kvp11::credential
