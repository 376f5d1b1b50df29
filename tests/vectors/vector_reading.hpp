// What a vector names, as keys and mechanisms of the tests. They throw where a file says what nobody knows.
#pragma once

#include <optional>

#include "support/keys.hpp"
#include "support/mechanism.hpp"
#include "support/vector_file.hpp"

namespace kvp11::test {

CK_MECHANISM_TYPE mechanism_type(const Vector& vector);
Curve curve_of(const Vector& vector);
/// Nothing when it is one of the other kind.
std::optional<OtherCurve> other_curve_of(const Vector& vector);
/// `key_type` of a vector; without one: AES for ciphers.
Template secret_of(const Vector& vector);
RsaNumbers rsa_of(const Vector& vector);

Mechanism cipher_mechanism(const Vector& vector);
Mechanism pss_mechanism(const Vector& vector);
Mechanism oaep_mechanism(const Vector& vector);
Mechanism derivation_mechanism(const Vector& vector);

}  // namespace kvp11::test
