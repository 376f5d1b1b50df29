#include "material_key.hpp"

#include <map>

#include "fips/approved_mode.hpp"

namespace kvp11::test {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result.ok()) throw std::runtime_error(result.error().message);
    return std::move(result).value();
}

}  // namespace

MaterialKey::MaterialKey(KeyRecord record, SecretMaterial material)
    : record_(std::move(record)), material_(std::move(material)) {
    if (!is_pair(record_.spec.type)) return;
    private_ = must(crypto::PrivateHalf::parse(material_));
    public_ = must(crypto::PublicHalf::parse(private_->public_key()));
}

Result<std::unique_ptr<Signer>> MaterialKey::signer(const SignatureAlgorithm& algorithm) const {
    return private_->signer(algorithm);
}

Result<std::unique_ptr<Verifier>> MaterialKey::verifier(const SignatureAlgorithm& algorithm) const {
    return public_->verifier(algorithm);
}

Result<std::unique_ptr<Mac>> MaterialKey::mac(const SignatureAlgorithm& algorithm, bool) const {
    return crypto::mac(material_, algorithm);
}

Result<std::unique_ptr<Cipher>> MaterialKey::encryptor(const CipherAlgorithm& algorithm) const {
    return public_ ? public_->encryptor(algorithm)
                   : crypto::secret_cipher(material_, algorithm, crypto::Direction::Encrypt);
}

Result<std::unique_ptr<Cipher>> MaterialKey::decryptor(const CipherAlgorithm& algorithm) const {
    return private_ ? private_->decryptor(algorithm)
                    : crypto::secret_cipher(material_, algorithm, crypto::Direction::Decrypt);
}

Result<Bytes> MaterialKey::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    return public_ ? public_->wrap(algorithm, material) : crypto::aes_wrap(material_, algorithm, material);
}

Result<SecretMaterial> MaterialKey::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    return private_ ? private_->unwrap(algorithm, wrapped) : crypto::aes_unwrap(material_, algorithm, wrapped);
}

Result<SecretBytes> MaterialKey::agree(const PublicKey& peer) const { return private_->agree(peer); }

bool MaterialKey::is_approved(const SignatureAlgorithm& algorithm, bool for_verifying) const noexcept {
    return fips::is_approved(for_verifying ? fips::Use::Verify : fips::Use::Sign, record_.spec, algorithm);
}

bool MaterialKey::is_approved(const CipherAlgorithm& algorithm, bool for_decrypting) const noexcept {
    return fips::is_approved(for_decrypting ? fips::Use::Decrypt : fips::Use::Encrypt, record_.spec, algorithm);
}

bool MaterialKey::is_approved(const WrapAlgorithm& algorithm, bool for_unwrapping) const noexcept {
    return fips::is_approved(for_unwrapping ? fips::Use::Unwrap : fips::Use::Wrap, record_.spec, algorithm);
}

bool MaterialKey::agreement_is_approved() const noexcept { return fips::is_approved(fips::Use::Derive, record_.spec); }

KeyRecord permissive_record(KeySpec spec) {
    KeyRecord record;
    record.spec = spec;
    record.ops = KeyOps::Encrypt | KeyOps::Decrypt | KeyOps::Sign | KeyOps::Verify | KeyOps::Wrap | KeyOps::Unwrap |
                 KeyOps::Derive;
    record.protection = {.sensitive = false, .extractable = true};
    return record;
}

std::shared_ptr<const MaterialKey> secret_key(KeyType type, ByteView value) {
    auto record = permissive_record({.type = type, .bits = static_cast<std::uint32_t>(value.size() * 8)});
    return std::make_shared<const MaterialKey>(std::move(record), SecretBytes::copy_of(value));
}

std::shared_ptr<const MaterialKey> private_key(SecretMaterial material) {
    const auto half = must(crypto::PrivateHalf::parse(material));
    auto record = permissive_record(half->spec());
    record.public_key = half->public_key();
    return std::make_shared<const MaterialKey>(std::move(record), std::move(material));
}

std::shared_ptr<const MaterialKey> rsa_key() {
    static const auto key =
        private_key(must(must(crypto::PrivateHalf::generate({.type = KeyType::Rsa, .bits = 2048}))->expose_pkcs8()));
    return key;
}

std::shared_ptr<const MaterialKey> ec_key(Curve curve) {
    static std::map<Curve, std::shared_ptr<const MaterialKey>> keys;
    auto& key = keys[curve];
    if (!key) {
        const KeySpec spec{.type = type_of(curve), .curve = curve};
        key = private_key(must(must(crypto::PrivateHalf::generate(spec))->expose_pkcs8()));
    }
    return key;
}

}  // namespace kvp11::test
