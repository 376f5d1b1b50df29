// Keys on Edwards and Montgomery curves: both halves are strings of octets (RFC 8032 §5.1.5, §5.2.5; RFC 7748 §5),
// where those of other curves are a number and a point. Of this room only; thread-safe functions.
#pragma once

#include <optional>

#include "crypto/handles.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

/// The key's curve, when it is on one of these.
std::optional<Curve> octet_curve_of(const EVP_PKEY* key);

/// curve_size octets. PublicKeyInvalid for another length and for what encodes no point of an Edwards curve; on
/// Montgomery curves every string is a key.
Result<EvpPkey> octet_public_pkey(Curve curve, ByteView point);
/// curve_size octets, AttributeValueInvalid else; the public half is computed.
Result<EvpPkey> octet_pkey(Curve curve, ByteView private_octets);
Result<EvpPkey> generate_octet_pkey(Curve curve);

Result<Bytes> octet_point_of(const EVP_PKEY* key);
Result<SecretBytes> expose_private_octets(const EVP_PKEY* key);

}  // namespace kvp11::crypto
