// Fixed keys and the templates that import or generate keys, all as session objects.
//
// Importing a fixed key costs nothing next to generating an RSA key, so cases that are not about
// generation use these.
#pragma once

#include "support/template.hpp"

namespace kvp11::test {

struct RsaNumbers {
    Bytes n, e, d, p, q, dp, dq, qi;
};

/// A key on a curve: the DER of its OID, the scalar, the uncompressed point, bytes of the order.
struct EcNumbers {
    Bytes parameters, scalar, point;
    std::size_t size;
};

enum class Curve { P256, P384, P521, Secp256k1 };
/// Edwards and Montgomery curves, whose keys are published with the vectors (RFC 8032, RFC 7748).
enum class OtherCurve { Ed25519, Ed448, X25519, X448 };

const RsaNumbers& rsa_numbers();
const EcNumbers& ec_numbers(Curve curve);
Bytes der_octet_string(const Bytes& content);

Template rsa_public(const RsaNumbers& numbers = rsa_numbers());
Template rsa_private(const RsaNumbers& numbers = rsa_numbers());
Template ec_public(const EcNumbers& numbers);
Template ec_private(const EcNumbers& numbers);
/// The OID of RFC 8410 in DER.
Bytes curve_parameters(OtherCurve curve);
CK_KEY_TYPE key_type_of(OtherCurve curve);
/// `point` as PKCS#11 carries it.
Template curve_public(OtherCurve curve, const Bytes& point);
Template curve_private(OtherCurve curve, const Bytes& value);
/// A secret of another type, to do everything that such keys do, neither sensitive nor unextractable.
Template secret_key(CK_KEY_TYPE type, const Bytes& value);
/// Neither sensitive nor unextractable, allowed to do everything.
Template aes_key(const Bytes& value);
Template generic_secret(const Bytes& value);
/// For C_GenerateKey: like aes_key, with a length instead of a value.
Template aes_generation(CK_ULONG bytes);
/// For C_GenerateKeyPair: a signing pair; the private half is sensitive and unextractable.
Template pair_public(const Bytes& id);
Template pair_private(const Bytes& id);

}  // namespace kvp11::test
