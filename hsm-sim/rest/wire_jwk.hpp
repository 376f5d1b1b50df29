// A private or secret key as an import brings it: the members of a JWK (RFC 7517, 7518), or a wrapped key.
#pragma once

#include "kvp11/key.hpp"
#include "rest/wire_value.hpp"

namespace kvp11::rest {

/// Either `material` or `transfer_blob` is there.
struct ImportedKey {
    KeySpec spec;  // bits 0: those of the material
    KeyOps ops = KeyOps::None;
    SecretMaterial material;
    std::string transfer_blob;  // JSON of a BYOK file, for KeyLifeCycle::import_wrapped_key
};

/// ArgumentsBad names the member that is missing or wrong. That the numbers belong together is the partition's to
/// check, but for the public half, which only the JWK has.
Result<ImportedKey> imported_key_of(const json::object& jwk);

}  // namespace kvp11::rest
