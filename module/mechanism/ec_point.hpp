// Public points of curves as PKCS#11 carries them. Functions over values; thread-safe.
//
// Points of short Weierstrass curves are 04 || X || Y in a DER OCTET STRING. For Edwards and Montgomery curves 3.0 has
// the bytes of RFC 8032 and RFC 7748 without one; SoftHSM2, OpenSC and GnuTLS want them in an OCTET STRING, too, and
// others send a BIT STRING. We take all of these and give the OCTET STRING.
#pragma once

#include <optional>

#include "kvp11/algorithm.hpp"

namespace kvp11::mechanism {

Bytes der_point(ByteView point);
/// The point of a raw or DER encoding as PublicKey has it; nothing for any other length or form.
std::optional<ByteView> public_point(Curve curve, ByteView raw_or_der);

}  // namespace kvp11::mechanism
