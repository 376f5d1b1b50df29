// Secure key release: a key leaves for an environment of which an attestation service says what its policy wants. And
// what the partition itself attests of its keys.
#include "crypto/asymmetric.hpp"
#include "partition/attestation.hpp"
#include "partition/core_process.hpp"
#include "partition/item_of.hpp"
#include "partition/partition_core.hpp"
#include "partition/release_policy.hpp"

namespace kvp11::partition {
namespace {

constexpr std::uint32_t least_recipient_bits = 2048;

// Outside its time a key is still released; a key that is disabled does nothing.
Result<void> check_releasable(const KeyRecord& record) {
    const std::string quoted = "the key '" + record.id.name + "'";
    if (!record.enabled) return fail(Errc::KeyDisabled, quoted + " is disabled");
    if (!record.exportable) return fail(Errc::KeyUnextractable, quoted + " is not exportable");
    if (!record.release_policy) return fail(Errc::KeyUnextractable, quoted + " has no release policy");
    if (!record.has_material) return fail(Errc::KeyUnextractable, "the private half of " + quoted + " was destroyed");
    return {};
}

Result<std::shared_ptr<const crypto::PublicHalf>> recipient_of(const AttestedEnvironment& environment) {
    if (environment.recipient.type != KeyType::Rsa) {
        return fail(Errc::PublicKeyInvalid, "a key is released to an RSA key alone");
    }
    auto recipient = TRY(crypto::PublicHalf::parse(environment.recipient));
    if (recipient->spec().bits >= least_recipient_bits) return recipient;
    return fail(Errc::PublicKeyInvalid, "got an RSA key of " + std::to_string(recipient->spec().bits) +
                                            " bits to release to, want 2048 or more");
}

}  // namespace

Result<PartitionCore::Released> PartitionCore::release_key(const Caller& caller, const KeyId& id,
                                                           const AttestedEnvironment& environment,
                                                           const WrapAlgorithm& algorithm) const {
    const auto key = TRY(open(caller, id));
    const KeyRecord& record = key->record();
    TRY(check_releasable(record));
    if (algorithm.scheme != WrapScheme::RsaAesKeyWrap) {
        return fail(Errc::MechanismParamInvalid, "a key is released by RSA AES key wrap alone");
    }
    TRY(require_fulfilled(*record.release_policy, environment));
    const auto recipient = TRY(recipient_of(environment));
    if (settings_.mode == fips::Mode::Approved) TRY(fips::approve(fips::Use::Wrap, recipient->spec(), algorithm));
    const SecretMaterial material = TRY(key->expose_material(MaterialUse::Copy));
    Released released;
    released.key.record = key->shared_record();
    released.key.ciphertext = TRY(recipient->wrap(algorithm, material));
    released.is_approved = fips::is_approved(fips::Use::Wrap, recipient->spec(), algorithm);
    return released;
}

// Made when it is first wanted; all processes come to use the same one.
Result<AttestationKey> PartitionCore::attestation_key(const View& view) const {
    return until_undisturbed([&]() -> Result<AttestationKey> {
        const Bytes stored = TRY(view.store->meta(meta_name::attestation));
        if (!stored.empty()) return unseal_attestation_key(stored, view.session->partition_key);
        AttestationKey made = TRY(make_attestation_key(view.facts->serial));
        Bytes sealed = TRY(seal_attestation_key(made, view.session->partition_key));
        TRY(view.store->commit({PutMeta{meta_name::attestation, std::move(sealed), Bytes{}}}));
        return made;
    });
}

Result<KeyAttestation> PartitionCore::attest_key(const Caller& caller, const KeyId& id) const {
    const KeyRecordPtr record = TRY(key_record(caller, id));
    const View seen = TRY(unlocked_view());
    const AttestationKey attester = TRY(attestation_key(seen));
    return attest(attester, {*record, seen.facts->serial, now()});
}

}  // namespace kvp11::partition
