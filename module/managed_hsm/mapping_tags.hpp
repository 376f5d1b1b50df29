// The names of our tags. Of this room only; constants.
#pragma once

#include <string_view>

namespace kvp11::managed_hsm {

inline constexpr const char* local_tag = "p11_local";
inline constexpr const char* bits_tag = "p11_bits";
inline constexpr const char* type_tag = "p11_type";
inline constexpr const char* no_public_tag = "p11_pub_none";
inline constexpr const char* yes_value = "true";

/// Of one half of a pair; a secret key has the private one's.
struct HalfTags {
    std::string_view prefix;
    const char* label;
    const char* id;
    const char* extras;
};
inline constexpr HalfTags private_tags{"p11_pri_", "p11_pri_label", "p11_pri_id", "p11_pri_extras"};
inline constexpr HalfTags public_tags{"p11_pub_", "p11_pub_label", "p11_pub_id", "p11_pub_extras"};

}  // namespace kvp11::managed_hsm
