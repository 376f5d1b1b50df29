// The check of `kvp11 doctor` that gets a token and shows what it says, never the token itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/doctor_remote.hpp"

namespace kvp11::tools {

/// What a token tells of itself; what is not there is empty. Nothing was verified.
struct TokenClaims {
    std::string audience;
    std::string tenant;
    std::string object_id;
    std::string application;
};

/// Of a JWT; nothing for tokens of another form.
std::optional<TokenClaims> claims_in(const SecretBytes& token);

Finding check_token(RemoteSlot& slot);

}  // namespace kvp11::tools
