#include "partition/partition_key.hpp"

#include "crypto/symmetric.hpp"
#include "partition/capabilities.hpp"

namespace kvp11::partition {
namespace {

std::string quoted(const KeyRecord& record) { return "the key '" + record.id.name + "'"; }

}  // namespace

PartitionKey::PartitionKey(std::shared_ptr<const KeyRecord> record, std::shared_ptr<const KeyMaterial> material,
                           Errc absent)
    : record_(std::move(record)), material_(std::move(material)), absent_(absent) {}

bool PartitionKey::is_pair() const noexcept {
    return record_->spec.type == KeyType::Rsa || record_->spec.type == KeyType::Ec;
}

Result<void> PartitionKey::permit(bool type_fits, KeyOps wanted) const {
    if (!type_fits) {
        return fail(Errc::KeyTypeInconsistent, quoted(*record_) + " is of a type that this algorithm does not take");
    }
    if (!record_->enabled) return fail(Errc::KeyDisabled, quoted(*record_) + " is disabled");
    if (!allows(record_->ops, wanted)) {
        return fail(Errc::KeyFunctionNotPermitted, quoted(*record_) + " does not allow this operation");
    }
    return {};
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
    const crypto::PrivateHalf* half = TRY(private_half());
    return half->signer(algorithm);
}

Result<std::unique_ptr<Verifier>> PartitionKey::verifier(const SignatureAlgorithm& algorithm) const {
    TRY(permit(is_pair() && fits(algorithm.scheme, record_->spec.type), KeyOps::Verify));
    const crypto::PublicHalf* half = TRY(public_half());
    return half->verifier(algorithm);
}

Result<std::unique_ptr<Mac>> PartitionKey::mac(const SignatureAlgorithm& algorithm, bool for_verifying) const {
    TRY(permit(!is_pair() && fits(algorithm.scheme, record_->spec.type),
               for_verifying ? KeyOps::Verify : KeyOps::Sign));
    const SecretBytes* key = TRY(secret());
    return crypto::mac(*key, algorithm);
}

Result<std::unique_ptr<Cipher>> PartitionKey::encryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Encrypt));
    if (is_pair()) {
        const crypto::PublicHalf* half = TRY(public_half());
        return half->encryptor(algorithm);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_cipher(*key, algorithm, crypto::Direction::Encrypt);
}

Result<std::unique_ptr<Cipher>> PartitionKey::decryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Decrypt));
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->decryptor(algorithm);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_cipher(*key, algorithm, crypto::Direction::Decrypt);
}

Result<Bytes> PartitionKey::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Wrap));
    if (is_pair()) {
        const crypto::PublicHalf* half = TRY(public_half());
        return half->wrap(algorithm, material);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_wrap(*key, algorithm, material);
}

Result<SecretMaterial> PartitionKey::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Unwrap));
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->unwrap(algorithm, wrapped);
    }
    const SecretBytes* key = TRY(secret());
    return crypto::aes_unwrap(*key, algorithm, wrapped);
}

Result<SecretBytes> PartitionKey::agree(const PublicKey& peer) const {
    TRY(permit(record_->spec.type == KeyType::Ec, KeyOps::Derive));
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
    if (is_pair()) {
        const crypto::PrivateHalf* half = TRY(private_half());
        return half->expose_pkcs8();
    }
    const SecretBytes* key = TRY(secret());
    return key->clone();
}

}  // namespace kvp11::partition
