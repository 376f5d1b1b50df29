// Attributes that PKCS#11 has and the service has not, in the value of one tag, and which of them need no place there,
// because they follow from what the service says of the key. Attributes are known by number here, as in the seam.
// Functions over values; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvp11/key.hpp"

namespace kvp11::managed_hsm {

/// What decides which attributes of a face follow from the key itself.
struct FaceRules {
    KeyType type = KeyType::Rsa;
    bool generated = false;
    bool is_public = false;
};

/// Empty when there is nothing to keep. Not limited in length: the caller knows what a tag holds.
std::string packed_extras(const Face& face, const FaceRules& rules);
/// Sets is_private and extras of the face; a value that is damaged changes nothing.
void unpack_extras(std::string_view packed, Face& face);

}  // namespace kvp11::managed_hsm
