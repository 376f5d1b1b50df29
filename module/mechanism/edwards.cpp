// PKCS#11 3.0 §2.3: Edwards and Montgomery curves. Sizes are bits of the field.
#include "mechanism/families.hpp"
#include "mechanism/parameters.hpp"

namespace kvp11::mechanism {
namespace {

constexpr CK_ULONG min_bits = 255;
constexpr CK_ULONG max_bits = 448;
// A message is read twice, so its parts are kept.
constexpr std::size_t longest_in_parts = 1UL << 20;

constexpr Mechanism table[] = {
    {.type = CKM_EC_EDWARDS_KEY_PAIR_GEN,
     .name = "CKM_EC_EDWARDS_KEY_PAIR_GEN",
     .keys = KeyType::EcEdwards,
     .min_size = min_bits,
     .max_size = max_bits,
     .generates_pair = true},
    {.type = CKM_EDDSA,
     .name = "CKM_EDDSA",
     .keys = KeyType::EcEdwards,
     .min_size = min_bits,
     .max_size = max_bits,
     .signature = decode_eddsa,
     .most_collected = longest_in_parts,
     .needs_signature = SignatureScheme::EdDsa},
    {.type = CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
     .name = "CKM_EC_MONTGOMERY_KEY_PAIR_GEN",
     .keys = KeyType::EcMontgomery,
     .min_size = min_bits,
     .max_size = max_bits,
     .generates_pair = true},
};

}  // namespace

std::span<const Mechanism> edwards_rows() { return table; }

}  // namespace kvp11::mechanism
