// A Key of material in memory, made of the crypto room alone, so that the mechanism room is tested
// without a partition. It may do everything; what it must not do is said in `record`.
#pragma once

#include <memory>

#include "crypto/asymmetric.hpp"
#include "crypto/symmetric.hpp"
#include "kvp11/backend.hpp"

namespace kvp11::test {

class MaterialKey final : public Key {
public:
    MaterialKey(KeyRecord record, SecretMaterial material);

    const KeyRecord& record() const noexcept override { return record_; }
    bool makes_iv() const noexcept override { return makes_iv_; }
    /// As keys of a service do.
    void make_ivs() noexcept { makes_iv_ = true; }
    Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const override;
    Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm&) const override;
    Result<std::unique_ptr<Mac>> mac(const SignatureAlgorithm&, bool for_verifying) const override;
    Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm&) const override;
    Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const override;
    Result<Bytes> wrap(const WrapAlgorithm&, const SecretMaterial& material) const override;
    Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView wrapped) const override;
    Result<SecretBytes> agree(const PublicKey& peer) const override;
    Result<SecretMaterial> expose_material(MaterialUse) const override { return material_.clone(); }
    bool is_approved(const SignatureAlgorithm&, bool for_verifying) const noexcept override;
    bool is_approved(const CipherAlgorithm&, bool for_decrypting) const noexcept override;
    bool is_approved(const WrapAlgorithm&, bool for_unwrapping) const noexcept override;
    bool agreement_is_approved() const noexcept override;

private:
    KeyRecord record_;
    bool makes_iv_ = false;
    SecretMaterial material_;
    std::shared_ptr<const crypto::PrivateHalf> private_;
    std::shared_ptr<const crypto::PublicHalf> public_;
};

/// Every operation allowed, extractable.
KeyRecord permissive_record(KeySpec spec);
std::shared_ptr<const MaterialKey> secret_key(KeyType type, ByteView value);
/// PKCS#8.
std::shared_ptr<const MaterialKey> private_key(SecretMaterial material);
/// Made once per program: key generation is slow.
std::shared_ptr<const MaterialKey> rsa_key();
std::shared_ptr<const MaterialKey> ec_key(Curve curve = Curve::P256);

}  // namespace kvp11::test
