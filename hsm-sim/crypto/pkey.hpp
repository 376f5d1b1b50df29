// EVP_PKEYs from values and back. Of this room only; thread-safe functions.
#pragma once

#include "crypto/handles.hpp"
#include "crypto/rsa_numbers.hpp"
#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

constexpr int smallest_rsa_bits = 512;
constexpr int largest_rsa_bits = 16384;

Result<EvpPkey> public_pkey(const PublicKey& key);
Result<PublicKey> public_key_of(const EVP_PKEY* key);

/// A point 04 || X || Y on the curve, into a key that holds the curve already. PublicKeyInvalid.
Result<void> set_point(EVP_PKEY* key, Curve curve, ByteView point);
Result<EvpPkey> rsa_pkey(const RsaNumbers& numbers);
Result<RsaNumbers> rsa_numbers_of(const EVP_PKEY* key);

/// A scalar from 1 to the order - 1, AttributeValueInvalid else; the point is computed.
Result<EvpPkey> ec_pkey(Curve curve, const BIGNUM* scalar);

/// KeySizeRange, CurveNotSupported.
Result<EvpPkey> generate_pkey(const KeySpec& spec);

/// PKCS#8 DER, the whole of it; checked for consistency, in our canonical form. CurveNotSupported.
Result<EvpPkey> parse_pkcs8(ByteView der);
/// Every curve's OBJECT IDENTIFIER without tag and length. CurveNotSupported.
Result<Curve> curve_of_identifier(ByteView identifier);
/// The same checks for a key that was read in another way.
Result<EvpPkey> checked_private(EvpPkey key);
Result<SecretMaterial> expose_pkcs8(const EVP_PKEY* key);

/// With SHA-256, or EdDSA. KeyTypeInconsistent for a key that does not sign.
Result<void> sign_certificate(X509* certificate, EVP_PKEY* key);

}  // namespace kvp11::crypto
