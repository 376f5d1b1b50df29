// KeyLifeCycle: what Azure's service does with a key beside using it: versions, soft delete, rotation, backup
// of one key, import of wrapped keys. Beside Backend, and implemented by the same classes.
//
// Names are compared without case. Threads: every method may be called from any thread at once.
// Errors common to all: those of Backend, and AccessDenied when the caller's roles do not name the data
// action that the method needs (hsm-sim/partition/operations.cpp lists them).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kvp11/key.hpp"
#include "kvp11/result.hpp"
#include "kvp11/rotation.hpp"

namespace kvp11 {

using KeyRecordPtr = std::shared_ptr<const KeyRecord>;

/// A part of a list. `next` is opaque, empty on the last page, and goes on where the page ended whatever
/// was added or removed in between.
struct KeyPage {
    std::vector<KeyRecordPtr> keys;
    std::string next;
};
struct PageRequest {
    std::string after;       // the `next` of the page before; empty for the first
    std::size_t limit = 25;  // 1 or more
};

struct RecoverySettings {
    unsigned retention_days = 90;  // 7 to 90
    bool purge_protection = false;
};

/// What an attestation service says of the environment that asks for a key; its signature was checked by the caller.
struct AttestedEnvironment {
    std::string authority;  // the issuer, compared with the policy's "authority"
    std::string claims;     // the JSON object of all claims
    PublicKey recipient;    // RSA, 2048 bits or more: the released key is wrapped for it
};
/// The material, wrapped by RsaAesKeyWrap (PKCS#8 for pairs, raw bytes else).
struct ReleasedKey {
    KeyRecordPtr record;
    Bytes ciphertext;
};

/// What a partition says of a key of its own, signed. The certificates' root is the partition's own: this is a
/// simulation, and its statements prove nothing about hardware.
struct KeyAttestation {
    std::string certificates_pem;
    std::string statement;         // compact JWS of the private or secret half: where it was made, what protects it
    std::string public_statement;  // of the public half; empty for secret keys
};

class KeyLifeCycle {
public:
    virtual ~KeyLifeCycle() = default;

    /// How long deleted keys are kept here, and whether they may be purged before.
    [[nodiscard]] virtual Result<RecoverySettings> recovery_settings() const = 0;

    // --- lists. Idempotent. In the order of names, without regard to case; versions from old to new.
    /// The latest version of every key that is not deleted.
    [[nodiscard]] virtual Result<KeyPage> list_keys(const PageRequest& page) const = 0;
    /// Empty when there is no such key, or it is deleted.
    [[nodiscard]] virtual Result<KeyPage> list_versions(const std::string& name, const PageRequest& page) const = 0;
    /// The latest version of every deleted key whose retention has not ended.
    [[nodiscard]] virtual Result<KeyPage> list_deleted_keys(const PageRequest& page) const = 0;

    // --- soft delete. A deleted key keeps its name, is used by nobody and can be recovered until its
    // retention ends; then it is as if purged.
    /// All versions. KeyNotFound. Gives the latest version, with `deletion`.
    virtual Result<KeyRecordPtr> remove_key(const std::string& name) = 0;
    /// KeyNotFound unless it is deleted.
    [[nodiscard]] virtual Result<KeyRecordPtr> deleted_key(const std::string& name) const = 0;
    /// With all versions and PKCS#11 objects. KeyNotFound unless it is deleted.
    virtual Result<KeyRecordPtr> recover_key(const std::string& name) = 0;
    /// For good. KeyNotFound unless it is deleted, PurgeProtected.
    virtual Result<void> purge_key(const std::string& name) = 0;

    // --- rotation
    /// A new version with the parameters of the latest one. RotationPolicyMissing, KeyVersionLimit.
    virtual Result<KeyRecordPtr> rotate_key(const std::string& name) = 0;
    /// Without actions and times when none was ever set.
    [[nodiscard]] virtual Result<RotationPolicy> rotation_policy(const std::string& name) const = 0;
    /// RotationPolicyInvalid: periods of less than 28 days, an action without or with two triggers, a notify
    /// action. `created` and `updated` are ignored. Gives the policy as kept.
    virtual Result<RotationPolicy> set_rotation_policy(const std::string& name, const RotationPolicy& policy) = 0;

    // --- one key as bytes, bound to the security domain
    /// All versions, with policy and PKCS#11 attributes: a compact JWE as the service makes it.
    [[nodiscard]] virtual Result<std::string> backup_key(const std::string& name) const = 0;
    /// Under the names, versions and times of the backup. KeyExists, KeyDeleted; BackupForeign, BackupInvalid.
    virtual Result<KeyRecordPtr> restore_key(const std::string& backup) = 0;

    // --- BYOK
    /// `blob` is the JSON of a key-transfer file: its header names the key exchange key, a key of this partition
    /// whose operations are Import alone; its ciphertext is CKM_RSA_AES_KEY_WRAP of the material (PKCS#8 for RSA
    /// and EC, raw bytes else). WrappedKeyInvalid, UnwrappingKeyHandleInvalid when there is no such exchange key.
    virtual Result<KeyRecordPtr> import_wrapped_key(const NewKey& key, const std::string& blob) = 0;

    // --- secure key release and attestation
    /// KeyUnextractable for a key that is not exportable; AccessDenied when the environment does not fulfil the key's
    /// release policy; MechanismParamInvalid for another scheme than RsaAesKeyWrap.
    virtual Result<ReleasedKey> release_key(const KeyId& id, const AttestedEnvironment& environment,
                                            const WrapAlgorithm& algorithm) = 0;
    [[nodiscard]] virtual Result<KeyAttestation> attest_key(const KeyId& id) const = 0;
};

}  // namespace kvp11
