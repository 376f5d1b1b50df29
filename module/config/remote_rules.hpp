// What strings of a slot on a Managed HSM may be. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "config/schema.hpp"

namespace kvp11::config {

/// Before each pin, as curl and HPKP write them.
inline constexpr std::string_view pin_prefix = "sha256/";

[[nodiscard]] std::string without_last_slash(std::string_view url);

[[nodiscard]] Problem problem_with_plain_url(std::string_view text);
[[nodiscard]] Problem problem_with_proxy(std::string_view text);
[[nodiscard]] Problem problem_with_api_version(std::string_view text);
[[nodiscard]] Problem problem_with_guid(std::string_view text);
[[nodiscard]] Problem problem_with_tenant(std::string_view text);
[[nodiscard]] Problem problem_with_resource_id(std::string_view text);
[[nodiscard]] Problem problem_with_pin(std::string_view text);
[[nodiscard]] Problem problem_with_host_address(std::string_view text);
[[nodiscard]] Problem problem_with_key_name(std::string_view text);

}  // namespace kvp11::config
