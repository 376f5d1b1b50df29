// Statements of a partition about its keys, signed by a key of its own: compact JWS (RFC 7515) by ES256, with a
// certificate under a root that the partition made too. What a real HSM's maker would vouch for, nobody does here, and
// each statement says so. Thread-safe.
#pragma once

#include <memory>
#include <string>

#include "crypto/asymmetric.hpp"
#include "crypto/x509.hpp"
#include "kvp11/key_life_cycle.hpp"

namespace kvp11::partition {

/// The key of the root is not kept: it signs one certificate, this one's.
struct AttestationKey {
    std::shared_ptr<const crypto::PrivateHalf> key;  // EC P-256
    crypto::Certificate certificate;
    crypto::Certificate root;
};

Result<AttestationKey> make_attestation_key(const std::string& serial);
/// For the store; both certificates are bound to the sealed key.
Result<Bytes> seal_attestation_key(const AttestationKey& attester, const SecretBytes& partition_key);
/// StoreDamaged for anything that was not sealed with this partition key.
Result<AttestationKey> unseal_attestation_key(ByteView stored, const SecretBytes& partition_key);

/// What is said about whom, when and by whom.
struct AttestedKey {
    const KeyRecord& record;
    std::string serial;  // of the partition
    std::int64_t now = 0;
};
Result<KeyAttestation> attest(const AttestationKey& attester, const AttestedKey& attested);

}  // namespace kvp11::partition
