#include "partition/capabilities.hpp"

namespace kvp11::partition {
namespace {

template <class Scheme>
struct Row {
    Scheme scheme;
    KeyType type;
};

constexpr Row<SignatureScheme> signatures[] = {
    {SignatureScheme::RsaPkcs1, KeyType::Rsa}, {SignatureScheme::RsaPkcs1DigestInfo, KeyType::Rsa},
    {SignatureScheme::RsaPss, KeyType::Rsa},   {SignatureScheme::RsaRaw, KeyType::Rsa},
    {SignatureScheme::Ecdsa, KeyType::Ec},     {SignatureScheme::Hmac, KeyType::GenericSecret},
    {SignatureScheme::AesCmac, KeyType::Aes},  {SignatureScheme::EdDsa, KeyType::EcEdwards},
    {SignatureScheme::AesGmac, KeyType::Aes},
};
constexpr Row<CipherScheme> ciphers[] = {
    {CipherScheme::RsaPkcs1, KeyType::Rsa},      {CipherScheme::RsaOaep, KeyType::Rsa},
    {CipherScheme::RsaRaw, KeyType::Rsa},        {CipherScheme::AesEcb, KeyType::Aes},
    {CipherScheme::AesCbc, KeyType::Aes},        {CipherScheme::AesCbcPad, KeyType::Aes},
    {CipherScheme::AesCtr, KeyType::Aes},        {CipherScheme::AesGcm, KeyType::Aes},
    {CipherScheme::AesOfb, KeyType::Aes},        {CipherScheme::AesCfb8, KeyType::Aes},
    {CipherScheme::AesCfb128, KeyType::Aes},     {CipherScheme::AesCts, KeyType::Aes},
    {CipherScheme::AesCcm, KeyType::Aes},        {CipherScheme::AesXts, KeyType::AesXts},
    {CipherScheme::ChaCha20, KeyType::ChaCha20}, {CipherScheme::ChaCha20Poly1305, KeyType::ChaCha20},
};
constexpr Row<WrapScheme> wraps[] = {
    {WrapScheme::AesKw, KeyType::Aes},     {WrapScheme::AesKwp, KeyType::Aes},
    {WrapScheme::AesCbcPad, KeyType::Aes}, {WrapScheme::RsaPkcs1, KeyType::Rsa},
    {WrapScheme::RsaOaep, KeyType::Rsa},   {WrapScheme::RsaAesKeyWrap, KeyType::Rsa},
    {WrapScheme::AesGcm, KeyType::Aes},    {WrapScheme::AesCcm, KeyType::Aes},
};

template <class Scheme, std::size_t count>
bool is_in(const Row<Scheme> (&rows)[count], Scheme scheme, KeyType type) noexcept {
    for (const Row<Scheme>& row : rows) {
        if (row.scheme == scheme && row.type == type) return true;
    }
    return false;
}

}  // namespace

bool fits(SignatureScheme scheme, KeyType type) noexcept { return is_in(signatures, scheme, type); }
bool fits(CipherScheme scheme, KeyType type) noexcept { return is_in(ciphers, scheme, type); }
bool fits(WrapScheme scheme, KeyType type) noexcept { return is_in(wraps, scheme, type); }
bool fits_agreement(KeyType type) noexcept { return type == KeyType::Ec || type == KeyType::EcMontgomery; }
bool fits_derivation(KeyType type) noexcept { return type == KeyType::GenericSecret || type == KeyType::Aes; }

}  // namespace kvp11::partition
