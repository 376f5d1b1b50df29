// Pairs of keys, parsed once. Both classes are immutable and thread-safe; the operations that they
// make are one caller's at a time and keep what they need of the key alive.
#pragma once

#include <memory>

#include "kvp11/backend.hpp"

namespace kvp11::crypto {

/// The public half: what needs no secret runs here, on partitions and remote slots alike.
class PublicHalf {
public:
    /// PublicKeyInvalid / AttributeValueInvalid for a point off the curve or an unusable modulus.
    static Result<std::shared_ptr<const PublicHalf>> parse(const PublicKey& key);
    ~PublicHalf();

    [[nodiscard]] const PublicKey& value() const noexcept;
    [[nodiscard]] const KeySpec& spec() const noexcept;
    [[nodiscard]] Result<std::unique_ptr<Verifier>> verifier(const SignatureAlgorithm&) const;
    /// RsaPkcs1, RsaOaep, RsaRaw.
    [[nodiscard]] Result<std::unique_ptr<Cipher>> encryptor(const CipherAlgorithm&) const;
    /// RsaPkcs1, RsaOaep, RsaAesKeyWrap.
    [[nodiscard]] Result<Bytes> wrap(const WrapAlgorithm&, const SecretMaterial&) const;

private:
    struct State;
    explicit PublicHalf(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

class PrivateHalf {
public:
    /// Fresh key; testing the pair is the caller's (fips/pairwise.hpp). KeySizeRange, CurveNotSupported.
    static Result<std::shared_ptr<const PrivateHalf>> generate(const KeySpec& spec);
    /// PKCS#8 DER. AttributeValueInvalid when it is no RSA key and none on a curve, or inconsistent;
    /// CurveNotSupported for a curve that is not one of ours.
    static Result<std::shared_ptr<const PrivateHalf>> parse(const SecretMaterial& pkcs8);
    ~PrivateHalf();

    [[nodiscard]] const KeySpec& spec() const noexcept;
    [[nodiscard]] const PublicKey& public_key() const noexcept;
    [[nodiscard]] Result<SecretMaterial> expose_pkcs8() const;

    [[nodiscard]] Result<std::unique_ptr<Signer>> signer(const SignatureAlgorithm&) const;
    /// RsaPkcs1 (implicit rejection is not available in OpenSSL 3.0: constant-time error), RsaOaep, RsaRaw.
    [[nodiscard]] Result<std::unique_ptr<Cipher>> decryptor(const CipherAlgorithm&) const;
    [[nodiscard]] Result<SecretMaterial> unwrap(const WrapAlgorithm&, ByteView wrapped) const;
    /// ECDH, X25519, X448. PublicKeyInvalid; KeyTypeInconsistent for keys that do not agree.
    [[nodiscard]] Result<SecretBytes> agree(const PublicKey& peer) const;

private:
    struct State;
    explicit PrivateHalf(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace kvp11::crypto
