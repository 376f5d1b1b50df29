// Certificates and encodings of keys, as functions over values. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

class PrivateHalf;

/// What is needed of a certificate: its DER, its key and its names in DER.
struct Certificate {
    Bytes der;
    PublicKey key;
    Bytes subject;  // DER Name
    Bytes issuer;
    Bytes serial;  // DER INTEGER
    Bytes sha1_thumbprint;
    Bytes sha256_thumbprint;
};

/// PEM or DER. FileUnreadable with a plain sentence when it is neither.
Result<Certificate> parse_certificate(ByteView pem_or_der);
std::string certificate_pem(const Certificate& certificate);
/// A certificate for the key itself, SHA-256 or EdDSA, valid from now. KeyTypeInconsistent for a key that
/// does not sign.
Result<Certificate> self_signed(const PrivateHalf& key, const std::string& common_name, int days);

/// A PEM private key (PKCS#8 or traditional), `password` empty when it is not encrypted.
Result<std::shared_ptr<const PrivateHalf>> parse_private_key_pem(const SecretBytes& pem, const SecretBytes& password);

/// SubjectPublicKeyInfo DER (RFC 5280), for CKA_PUBLIC_KEY_INFO.
Result<Bytes> subject_public_key_info(const PublicKey& key);
Result<PublicKey> parse_subject_public_key_info(ByteView der);
/// The same as a PEM file; back also from DER. FileUnreadable with a plain sentence for what is no public key.
Result<std::string> public_key_pem(const PublicKey& key);
Result<PublicKey> parse_public_key(ByteView pem_or_der);
/// The curve's OBJECT IDENTIFIER in DER, for CKA_EC_PARAMS; and back (also PrintableString names).
Bytes curve_parameters(Curve curve);
Result<Curve> parse_curve_parameters(ByteView der);

}  // namespace kvp11::crypto
