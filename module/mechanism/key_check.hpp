// Whether a key fits a mechanism's row. Functions over values; thread-safe.
#pragma once

#include "mechanism/mechanism.hpp"

namespace kvp11::mechanism {

/// Bits of the curve's field, as CK_MECHANISM_INFO counts them (PKCS#11 3.1 §6.3): 255 for Ed25519 and X25519.
CK_ULONG field_bits(Curve curve);
/// The key's size in the unit of the row's min_size and max_size.
CK_ULONG size_for(const Mechanism& row, const KeyRecord& record);
/// KeyTypeInconsistent, KeySizeRange.
Result<void> check_key(const Mechanism& row, const KeyRecord& record);
/// Whether this is a private key in its transport encoding, which nobody has for a secret.
bool is_private_key(const SecretMaterial& material);

}  // namespace kvp11::mechanism
