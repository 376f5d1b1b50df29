#include "managed_hsm/remote_key.hpp"

#include "managed_hsm/remote_algorithm.hpp"
#include "managed_hsm/remote_cipher.hpp"
#include "managed_hsm/remote_mac.hpp"
#include "managed_hsm/remote_signer.hpp"
#include "managed_hsm/remote_wrapping.hpp"

namespace kvp11::managed_hsm {
namespace {

bool is_ecdsa(const SignatureAlgorithm& algorithm) { return algorithm.scheme == SignatureScheme::Ecdsa; }

bool is_of_aes(const SignatureAlgorithm& algorithm) {
    return algorithm.scheme == SignatureScheme::AesCmac || algorithm.scheme == SignatureScheme::AesGmac;
}

bool fits(const SignatureAlgorithm& algorithm, KeyType type) {
    const bool is_mac = algorithm.scheme == SignatureScheme::Hmac || is_of_aes(algorithm);
    return !is_mac && type == (is_ecdsa(algorithm) ? KeyType::Ec : KeyType::Rsa);
}

bool is_rsa(CipherScheme scheme) {
    return scheme == CipherScheme::RsaPkcs1 || scheme == CipherScheme::RsaOaep || scheme == CipherScheme::RsaRaw;
}

bool is_rsa(WrapScheme scheme) {
    return scheme == WrapScheme::RsaPkcs1 || scheme == WrapScheme::RsaOaep || scheme == WrapScheme::RsaAesKeyWrap;
}

template <class Scheme>
bool fits(Scheme scheme, KeyType type) {
    return type == (is_rsa(scheme) ? KeyType::Rsa : KeyType::Aes);
}

}  // namespace

RemoteKey::RemoteKey(const RemoteService& service, KeyRecordPtr record, std::shared_ptr<const crypto::PublicHalf> half)
    : service_(service), record_(std::move(record)), half_(std::move(half)) {
    if (!is_pair(record_->spec.type)) size_ = std::make_shared<SecretSize>(*record_);
}

Result<std::shared_ptr<const Key>> RemoteKey::open(const RemoteService& service, KeyRecordPtr record) {
    std::shared_ptr<const crypto::PublicHalf> half;
    if (is_pair(record->spec.type)) half = TRY(crypto::PublicHalf::parse(record->public_key));
    return std::make_shared<const RemoteKey>(service, std::move(record), std::move(half));
}

Result<void> RemoteKey::permit(bool type_fits, KeyOps wanted) const {
    if (!type_fits) {
        return fail(Errc::KeyTypeInconsistent,
                    "the key '" + record_->id.name + "' is of a type that this algorithm does not take");
    }
    const auto known = check_use(*record_, wanted);
    if (known.ok()) return {};
    // Somebody may have enabled it since.
    const auto now = service_.directory().fetch(record_->id);
    return now.ok() ? check_use(**now, wanted) : known;
}

Result<std::unique_ptr<Signer>> RemoteKey::signer(const SignatureAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm, record_->spec.type), KeyOps::Sign));
    return remote_signer(service_, record_, algorithm);
}

Result<std::unique_ptr<Verifier>> RemoteKey::verifier(const SignatureAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm, record_->spec.type), KeyOps::Verify));
    return half_->verifier(algorithm);
}

Result<std::unique_ptr<Mac>> RemoteKey::mac(const SignatureAlgorithm& algorithm, bool for_verifying) const {
    if (is_of_aes(algorithm)) {
        return refused(Errc::AlgorithmNotSupported, "a MAC of AES: the service has HMAC");
    }
    TRY(permit(algorithm.scheme == SignatureScheme::Hmac && record_->spec.type == KeyType::GenericSecret,
               for_verifying ? KeyOps::Verify : KeyOps::Sign));
    return remote_mac(service_, record_, algorithm);
}

Result<std::unique_ptr<Cipher>> RemoteKey::encryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Encrypt));
    if (half_) return half_->encryptor(algorithm);
    return remote_aes_cipher(service_, record_, size_, algorithm, Direction::Encrypt);
}

Result<std::unique_ptr<Cipher>> RemoteKey::decryptor(const CipherAlgorithm& algorithm) const {
    TRY(permit(fits(algorithm.scheme, record_->spec.type), KeyOps::Decrypt));
    if (half_) return remote_rsa_decryptor(service_, record_, algorithm);
    return remote_aes_cipher(service_, record_, size_, algorithm, Direction::Decrypt);
}

Result<Bytes> RemoteKey::wrap(const WrapAlgorithm& algorithm, const SecretMaterial& material) const {
    const bool encrypts = algorithm.scheme == WrapScheme::AesCbcPad;
    TRY(permit(fits(algorithm.scheme, record_->spec.type), encrypts ? KeyOps::Wrap | KeyOps::Encrypt : KeyOps::Wrap));
    if (half_) return half_->wrap(algorithm, material);
    return wrap_with_secret(service_, *record_, *size_, algorithm, material);
}

Result<SecretMaterial> RemoteKey::unwrap(const WrapAlgorithm& algorithm, ByteView wrapped) const {
    const bool decrypts = algorithm.scheme == WrapScheme::AesCbcPad;
    TRY(permit(fits(algorithm.scheme, record_->spec.type),
               decrypts ? KeyOps::Unwrap | KeyOps::Decrypt : KeyOps::Unwrap));
    if (half_) return unwrap_with_rsa(service_, *record_, algorithm, wrapped);
    return unwrap_with_secret(service_, *record_, *size_, algorithm, wrapped);
}

Result<SecretBytes> RemoteKey::agree(const PublicKey&) const {
    return refused(Errc::KeyFunctionNotPermitted, "ECDH: the service has no key agreement");
}

Result<SecretMaterial> RemoteKey::expose_material(MaterialUse use) const {
    const std::string key = "the key '" + record_->id.name + "' does not leave the service";
    switch (use) {
        case MaterialUse::Reveal: return fail(Errc::AttributeSensitive, key);
        case MaterialUse::Wrap:
            return refused(Errc::KeyUnextractable,
                           key + ": keys move between HSMs by backup and restore within one security domain, to an "
                                 "attested environment by release of an exportable key, and into the service by BYOK");
        case MaterialUse::Copy:
        case MaterialUse::Derive: break;
    }
    // Not in the log: who reads CKA_CHECK_VALUE comes here, too.
    return fail(Errc::ActionProhibited, key + ": there are no copies of it as another object");
}

}  // namespace kvp11::managed_hsm
