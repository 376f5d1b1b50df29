// Points of curves as PKCS#11 carries them: DER OCTET STRING of 04 || X || Y. Functions over values; thread-safe.
#pragma once

#include <optional>

#include "kvp11/algorithm.hpp"

namespace kvp11::mechanism {

Bytes der_point(ByteView uncompressed);
/// The uncompressed point of a raw or DER encoding; nothing for any other length or form.
std::optional<ByteView> uncompressed_point(Curve curve, ByteView raw_or_der);

}  // namespace kvp11::mechanism
