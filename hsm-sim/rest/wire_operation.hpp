// Results of operations with keys: {"alg":…,"kid":…,"value":…} and what some have beside. Written straight into the
// body: the hot path makes no tree, and plaintext no second copy.
#pragma once

#include <string>

#include "rest/wire_key.hpp"

namespace kvp11::rest {

/// Empty ones are left out.
struct ResultBytes {
    ByteView value;
    ByteView iv = {};
    ByteView tag = {};
    ByteView aad = {};
};
/// `algorithm` is the name of one of ours: it needs no escaping, nor does the kid of a key that was found.
Reply operation_reply(std::string_view base_url, const KeyId& id, std::string_view algorithm,
                      const ResultBytes& result);
/// {"value":true}: the documents have nothing else in it.
Reply verification_reply(bool is_valid);

}  // namespace kvp11::rest
