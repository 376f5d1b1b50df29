// Principal: whom a token speaks for. A value; holds no token.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kvp11/result.hpp"

namespace kvp11::identity {

struct Principal {
    std::string object_id;            // oid claim: what roles are assigned to
    std::string application;          // appid or azp claim
    std::string user_name;            // upn or preferred_username claim; may be empty
    std::string tenant;               // tid claim
    std::vector<std::string> groups;  // groups claim: roles may be assigned to these as well
    std::int64_t expires = 0;         // Unix seconds
};
using PrincipalPtr = std::shared_ptr<const Principal>;

/// Who knows what a bearer token is worth. Thread-safe; called for every request, so a token seen before is cheap.
class Authenticator {
public:
    virtual ~Authenticator() = default;
    /// UserNotLoggedIn with a plain sentence (which never holds the token) for a token that is not valid now and
    /// here. Never null.
    [[nodiscard]] virtual Result<PrincipalPtr> authenticate(std::string_view token) = 0;
};

}  // namespace kvp11::identity
