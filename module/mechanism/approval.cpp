// Which of a row's roles an approved one can have: the policy of hsm-sim/fips asked about the strongest key.
#include "fips/approved_mode.hpp"
#include "mechanism/registry.hpp"

namespace kvp11::mechanism {
namespace {

using fips::Use;

KeySpec strongest(KeyType type) {
    KeySpec spec;
    spec.type = type;
    spec.bits = type == KeyType::Rsa ? 4096 : type == KeyType::AesXts ? 512 : 256;
    if (type == KeyType::EcEdwards) spec.curve = Curve::Ed448;
    if (type == KeyType::EcMontgomery) spec.curve = Curve::X448;
    return spec;
}

template <class Algorithm>
CK_FLAGS approved_pair(const Mechanism& row, const Algorithm& algorithm, std::pair<Use, CK_FLAGS> one,
                       std::pair<Use, CK_FLAGS> other) {
    const auto approved = [&](Use use) {
        return row.keys.any([&](KeyType type) { return fips::is_approved(use, strongest(type), algorithm); });
    };
    return (approved(one.first) ? one.second : 0) | (approved(other.first) ? other.second : 0);
}

CK_FLAGS approved_signatures(const Mechanism& row) {
    if (!row.needs_signature) return 0;
    const Digest digest = row.prehash.value_or(Digest::Sha256);
    const SignatureAlgorithm algorithm{.scheme = *row.needs_signature, .digest = digest, .mgf_digest = digest};
    return approved_pair(row, algorithm, {Use::Sign, CKF_SIGN}, {Use::Verify, CKF_VERIFY});
}

CK_FLAGS approved_ciphers(const Mechanism& row) {
    if (!row.needs_cipher) return 0;
    // Only an IV that the key makes is approved.
    const bool iv_inside = *row.needs_cipher == CipherScheme::AesGcm;
    const CipherAlgorithm algorithm{.scheme = *row.needs_cipher, .iv = {}, .aad = {}, .iv_inside = iv_inside};
    return approved_pair(row, algorithm, {Use::Encrypt, CKF_ENCRYPT}, {Use::Decrypt, CKF_DECRYPT});
}

CK_FLAGS approved_wraps(const Mechanism& row) {
    if (!row.needs_wrap) return 0;
    const bool iv_inside = *row.needs_wrap == WrapScheme::AesGcm;
    const WrapAlgorithm algorithm{.scheme = *row.needs_wrap, .label = {}, .iv = {}, .iv_inside = iv_inside};
    return approved_pair(row, algorithm, {Use::Wrap, CKF_WRAP}, {Use::Unwrap, CKF_UNWRAP});
}

}  // namespace

CK_FLAGS approved_flags(const Mechanism& row) {
    CK_FLAGS result = approved_signatures(row) | approved_ciphers(row) | approved_wraps(row);
    if (row.digest) result |= CKF_DIGEST;
    const auto approved = [&](Use use) {
        return row.keys.any([&](KeyType type) { return fips::is_approved(use, strongest(type)); });
    };
    // Whether a password is as good as a key cannot be seen here (SP 800-132 section 5).
    if (!row.password && approved(Use::Generate)) result |= CKF_GENERATE | CKF_GENERATE_KEY_PAIR;
    const bool derives = row.derivation != nullptr || row.derives_public_half ? row.derivation_approved : true;
    if (derives && approved(Use::Derive)) result |= CKF_DERIVE;
    return result & flags(row);
}

}  // namespace kvp11::mechanism
