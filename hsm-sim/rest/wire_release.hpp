// What a released key comes in: the payload of the JWS that POST …/release answers with.
#pragma once

#include <string>

#include "rest/wire_key.hpp"

namespace kvp11::rest {

struct ReleaseRequest {
    std::string kid;    // as asked for: without a version where none was given
    std::string enc;    // how the key is wrapped
    std::string nonce;  // empty: none was given
};

/// `recipient_id` is the kid of the key that it is wrapped for.
json::object release_payload(const Exchange& exchange, const KeyScene& scene, const ReleaseRequest& request,
                             const ReleasedKey& released, const std::string& recipient_id);

}  // namespace kvp11::rest
