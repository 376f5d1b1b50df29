#include "partition/partition_key.hpp"

#include "crypto/symmetric.hpp"
#include "fips/approved_input.hpp"
#include "partition/capabilities.hpp"

namespace kvp11::partition {
namespace {

std::string quoted(const KeyRecord& record) { return "the key '" + record.id.name + "'"; }

}  // namespace

PartitionKey::PartitionKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const KeyMaterial> material,
                           Errc absent, KeyRules rules)
    : record_(std::move(record)), material_(std::move(material)), absent_(absent), rules_(rules) {}

bool PartitionKey::is_pair() const noexcept { return kvp11::is_pair(record_->spec.type); }

Result<void> PartitionKey::permit(bool type_fits, KeyOps wanted) const {
    if (!type_fits) {
        return fail(Errc::KeyTypeInconsistent, quoted(*record_) + " is of a type that this algorithm does not take");
    }
    if (!record_->enabled) return fail(Errc::KeyDisabled, quoted(*record_) + " is disabled");
    TRY(check_time(wanted));
    if (!allows(record_->ops, wanted)) {
        return fail(Errc::KeyFunctionNotPermitted, quoted(*record_) + " does not allow this operation");
    }
    return {};
}

// What was protected while the key was valid can still be read and checked (Azure, "About keys": date-time
// controlled operations).
Result<void> PartitionKey::check_time(KeyOps wanted) const {
    constexpr KeyOps always = KeyOps::Decrypt | KeyOps::Unwrap | KeyOps::Verify | KeyOps::Export;
    if (!has_time() || allows(always, wanted)) return {};
    const std::int64_t now = rules_.clock->now();
    if (record_->not_before && now < *record_->not_before) {
        return fail(Errc::KeyNotYetValid, quoted(*record_) + " is not valid yet");
    }
    if (record_->expires && now >= *record_->expires) return fail(Errc::KeyExpired, quoted(*record_) + " has expired");
    return {};
}

template <class... Algorithm>
Result<void> PartitionKey::permit_by_mode(fips::Use use, const Algorithm&... algorithm) const {
    if (rules_.mode == fips::Mode::All) return {};
    return fips::approve(use, record_->spec, algorithm...);
}

Result<const crypto::PrivateHalf*> PartitionKey::private_half() const {
    if (material_->private_half) return material_->private_half.get();
    return fail(absent_, absent_ == Errc::UserNotLoggedIn
                             ? "the private half of '" + record_->id.name + "' needs the user to be logged in"
                             : "the private half of '" + record_->id.name + "' was destroyed");
}

Result<const crypto::PublicHalf*> PartitionKey::public_half() const {
    std::call_once(public_parsed_, [this] { public_half_.emplace(crypto::PublicHalf::parse(record_->public_key)); });
    if (!public_half_->ok()) return fail(public_half_->error());
    return public_half_->value().get();
}

Result<const SecretBytes*> PartitionKey::secret() const {
    if (!material_->secret.empty()) return &material_->secret;
    return fail(absent_, quoted(*record_) + " needs the user to be logged in");
}

Result<std::unique_ptr<Signer>> PartitionKey::signer(const SignatureAlgorithm& algorithm) const {
    TRY(permit(is_pair() && fits(algorithm.scheme, record_->spec.type), KeyOps::Sign));
    TRY(permit_by_mode(fips::Use::Sign, algorithm));
    const crypto::PrivateHalf* half = TRY(private_half());
    auto signer = TRY(half->signer(algorithm));
    if (rules_.mode == fips::Mode::All) return signer;
    return fips::with_approved_input(std::move(signer), algorithm);
}

Result<std::unique_ptr<Verifier>> PartitionKey::verifier(const SignatureAlgorithm& algorithm) const {
    TRY(permit(is_pair() && fits(algorithm.scheme, record_->spec.type), KeyOps::Verify));
    TRY(permit_by_mode(fips::Use::Verify, algorithm));
    const crypto::PublicHalf* half = TRY(public_half());
    auto verifier = TRY(half->verifier(algorithm));
    if (rules_.mode == fips::Mode::All) return verifier;
    return fips::with_approved_input(std::move(verifier), algorithm);
}

Result<std::unique_ptr<Mac>> PartitionKey::mac(const SignatureAlgorithm& algorithm, bool for_verifying) const {
    TRY(permit(!is_pair() && fits(algorithm.scheme, record_->spec.type),
               for_verifying ? KeyOps::Verify : KeyOps::Sign));
    const fips::Use use = for_verifying ? fips::Use::Verify : fips::Use::Sign;
    TRY(permit_by_mode(use, algorithm));
    const SecretBytes* key = TRY(secret());
    return crypto::mac(*key, algorithm);
}

Result<std::unique_ptr<Cipher>> PartitionKey::encryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Encrypt));
    TRY(permit_by_mode(fips::Use::Encrypt, algorithm));
    if (is_pair()) {
        const crypto::PublicHalf* half = TRY(public_half());
        return half->encryptor(algorithm);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::secret_cipher(*key, algorithm, crypto::Direction::Encrypt);
}

Result<std::unique_ptr<Cipher>> PartitionKey::decryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Decrypt));
    TRY(permit_by_mode(fips::Use::Decrypt, algorithm));
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->decryptor(algorithm);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::secret_cipher(*key, algorithm, crypto::Direction::Decrypt);
}

Result<Bytes> PartitionKey::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Wrap));
    TRY(permit_by_mode(fips::Use::Wrap, algorithm));
    if (is_pair()) {
        const crypto::PublicHalf* half = TRY(public_half());
        return half->wrap(algorithm, material);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_wrap(*key, algorithm, material);
}

Result<SecretMaterial> PartitionKey::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Unwrap));
    TRY(permit_by_mode(fips::Use::Unwrap, algorithm));
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->unwrap(algorithm, wrapped);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_unwrap(*key, algorithm, wrapped);
}

Result<SecretBytes> PartitionKey::agree(const PublicKey& peer) const {
    TRY(permit(fits_agreement(record_->spec.type), KeyOps::Derive));
    TRY(permit_by_mode(fips::Use::Derive));
    const crypto::PrivateHalf* half = TRY(private_half());
    return half->agree(peer);
}

Result<SecretMaterial> PartitionKey::expose_material(MaterialUse use) const {
    const Protection& protection = record_->protection;
    if (use == MaterialUse::Reveal && (protection.sensitive || !protection.extractable)) {
        return fail(Errc::AttributeSensitive, quoted(*record_) + " is not to be revealed");
    }
    if (use == MaterialUse::Wrap && !protection.extractable) {
        return fail(Errc::KeyUnextractable, quoted(*record_) + " is not extractable");
    }
    if (use == MaterialUse::Derive) {
        TRY(permit(fits_derivation(record_->spec.type), KeyOps::Derive));
        TRY(permit_by_mode(fips::Use::Derive));
    }
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->expose_pkcs8();
    }
    const SecretBytes* key = TRY(secret());
    return key->clone();
}

bool PartitionKey::is_approved(const SignatureAlgorithm& algorithm, bool for_verifying) const noexcept {
    return fips::is_approved(for_verifying ? fips::Use::Verify : fips::Use::Sign, record_->spec, algorithm);
}

bool PartitionKey::is_approved(const CipherAlgorithm& algorithm, bool for_decrypting) const noexcept {
    return fips::is_approved(for_decrypting ? fips::Use::Decrypt : fips::Use::Encrypt, record_->spec, algorithm);
}

bool PartitionKey::is_approved(const WrapAlgorithm& algorithm, bool for_unwrapping) const noexcept {
    return fips::is_approved(for_unwrapping ? fips::Use::Unwrap : fips::Use::Wrap, record_->spec, algorithm);
}

bool PartitionKey::agreement_is_approved() const noexcept {
    return fips::is_approved(fips::Use::Derive, record_->spec);
}

}  // namespace kvp11::partition
