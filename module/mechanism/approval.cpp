// Which of a row's roles an approved one can have: the policy of hsm-sim/fips asked about the strongest key.
#include "fips/approved_mode.hpp"
#include "mechanism/registry.hpp"

namespace kvp11::mechanism {
namespace {

using fips::Use;

KeySpec strongest(KeyType type) {
    KeySpec spec;
    spec.type = type;
    spec.bits = type == KeyType::Rsa ? 4096 : 256;
    return spec;
}

template <class Algorithm>
CK_FLAGS approved_pair(const Mechanism& row, const Algorithm& algorithm, std::pair<Use, CK_FLAGS> one,
                       std::pair<Use, CK_FLAGS> other) {
    const KeySpec key = strongest(*row.key_type);
    return (fips::is_approved(one.first, key, algorithm) ? one.second : 0) |
           (fips::is_approved(other.first, key, algorithm) ? other.second : 0);
}

CK_FLAGS approved_signatures(const Mechanism& row) {
    if (!row.needs_signature) return 0;
    const Digest digest = row.prehash.value_or(Digest::Sha256);
    const SignatureAlgorithm algorithm{.scheme = *row.needs_signature, .digest = digest, .mgf_digest = digest};
    return approved_pair(row, algorithm, {Use::Sign, CKF_SIGN}, {Use::Verify, CKF_VERIFY});
}

CK_FLAGS approved_ciphers(const Mechanism& row) {
    if (!row.needs_cipher) return 0;
    const CipherAlgorithm algorithm{.scheme = *row.needs_cipher, .iv = {}, .aad = {}};
    return approved_pair(row, algorithm, {Use::Encrypt, CKF_ENCRYPT}, {Use::Decrypt, CKF_DECRYPT});
}

CK_FLAGS approved_wraps(const Mechanism& row) {
    if (!row.needs_wrap) return 0;
    const WrapAlgorithm algorithm{.scheme = *row.needs_wrap, .label = {}, .iv = {}};
    return approved_pair(row, algorithm, {Use::Wrap, CKF_WRAP}, {Use::Unwrap, CKF_UNWRAP});
}

}  // namespace

CK_FLAGS approved_flags(const Mechanism& row) {
    CK_FLAGS result = approved_signatures(row) | approved_ciphers(row) | approved_wraps(row);
    if (row.digest) result |= CKF_DIGEST;
    if (!row.key_type) return result;
    const KeySpec key = strongest(*row.key_type);
    if (fips::is_approved(Use::Generate, key)) result |= CKF_GENERATE | CKF_GENERATE_KEY_PAIR;
    if (fips::is_approved(Use::Derive, key)) result |= CKF_DERIVE;
    return result & flags(row);
}

}  // namespace kvp11::mechanism
