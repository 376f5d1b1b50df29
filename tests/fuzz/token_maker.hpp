// Tokens that are valid, for what changes them: signed with a key that is made once per process.
#pragma once

#include <memory>
#include <string>

#include <boost/json.hpp>

#include "identity/token_validator.hpp"

namespace kvp11::fuzz {

inline constexpr std::int64_t token_time = 1'800'000'000;

/// Claims that validator() takes.
boost::json::object good_claims();
/// RS256 with the right key.
std::string signed_token(const boost::json::object& header, const boost::json::object& claims);
/// Its clock stands at token_time.
std::unique_ptr<identity::Authenticator> validator();
/// Its keys.
std::string jwks();

}  // namespace kvp11::fuzz
