#include "policy_cases.hpp"

namespace kvp11::test {
namespace {

using fips::Use;

constexpr const char* use_names[] = {"generate", "import", "sign",   "verify", "encrypt",
                                     "decrypt",  "wrap",   "unwrap", "derive"};

template <class Value>
struct Named {
    const char* name;
    Value value;
};

KeySpec rsa(std::uint32_t bits, std::uint32_t exponent = 65537) { return {KeyType::Rsa, bits, Curve::P256, exponent}; }
KeySpec ec(Curve curve) { return {type_of(curve), 0, curve}; }
KeySpec sized(KeyType type, std::uint32_t bits) { return {type, bits}; }
KeySpec aes(std::uint32_t bits) { return {KeyType::Aes, bits}; }
KeySpec generic(std::uint32_t bits) { return {KeyType::GenericSecret, bits}; }

const std::vector<Named<KeySpec>> keys = {
    {"RSA 1023", rsa(1023)},
    {"RSA 1024", rsa(1024)},
    {"RSA 2047", rsa(2047)},
    {"RSA 2048", rsa(2048)},
    {"RSA 2048 e=3", rsa(2048, 3)},
    {"RSA 2048 e=65535", rsa(2048, 65535)},
    {"RSA 2048 e=2^32+1", rsa(2048, 0)},
    {"RSA 2049", rsa(2049)},
    {"RSA 4096", rsa(4096)},
    {"P-256", ec(Curve::P256)},
    {"P-384", ec(Curve::P384)},
    {"P-521", ec(Curve::P521)},
    {"P-256K", ec(Curve::P256K)},
    {"Ed25519", ec(Curve::Ed25519)},
    {"Ed448", ec(Curve::Ed448)},
    {"X25519", ec(Curve::X25519)},
    {"X448", ec(Curve::X448)},
    {"AES 64", aes(64)},
    {"AES 128", aes(128)},
    {"AES 192", aes(192)},
    {"AES 256", aes(256)},
    {"AES-XTS 256", sized(KeyType::AesXts, 256)},
    {"AES-XTS 384", sized(KeyType::AesXts, 384)},
    {"AES-XTS 512", sized(KeyType::AesXts, 512)},
    {"ChaCha20", sized(KeyType::ChaCha20, 256)},
    {"secret 104", generic(104)},
    {"secret 112", generic(112)},
    {"secret 256", generic(256)},
};

template <class Algorithm>
struct Case {
    const char* name;
    KeyType type;
    Algorithm value;
};

using Scheme = SignatureScheme;
SignatureAlgorithm shortened(Scheme scheme, std::size_t bytes) { return {.scheme = scheme, .mac_length = bytes}; }
const std::vector<Case<SignatureAlgorithm>> signatures = {
    {"PKCS#1 v1.5 SHA-1", KeyType::Rsa, {Scheme::RsaPkcs1, Digest::Sha1}},
    {"PKCS#1 v1.5 SHA-224", KeyType::Rsa, {Scheme::RsaPkcs1, Digest::Sha224}},
    {"PKCS#1 v1.5 SHA-512", KeyType::Rsa, {Scheme::RsaPkcs1, Digest::Sha512}},
    {"PKCS#1 v1.5 DigestInfo", KeyType::Rsa, {Scheme::RsaPkcs1DigestInfo}},
    {"PSS SHA-1 MGF SHA-1 salt 20", KeyType::Rsa, {Scheme::RsaPss, Digest::Sha1, Digest::Sha1, 20}},
    {"PSS SHA-256 MGF SHA-1 salt 32", KeyType::Rsa, {Scheme::RsaPss, Digest::Sha256, Digest::Sha1, 32}},
    {"PSS SHA-256 MGF SHA-256 salt 0", KeyType::Rsa, {Scheme::RsaPss, Digest::Sha256, Digest::Sha256, 0}},
    {"PSS SHA-256 MGF SHA-256 salt 32", KeyType::Rsa, {Scheme::RsaPss, Digest::Sha256, Digest::Sha256, 32}},
    {"PSS SHA-256 MGF SHA-256 salt 33", KeyType::Rsa, {Scheme::RsaPss, Digest::Sha256, Digest::Sha256, 33}},
    {"raw RSA", KeyType::Rsa, {Scheme::RsaRaw}},
    {"ECDSA SHA-1", KeyType::Ec, {Scheme::Ecdsa, Digest::Sha1}},
    {"ECDSA SHA-256", KeyType::Ec, {Scheme::Ecdsa, Digest::Sha256}},
    {"ECDSA SHA3-256", KeyType::Ec, {Scheme::Ecdsa, Digest::Sha3_256}},
    {"EdDSA", KeyType::EcEdwards, {Scheme::EdDsa}},
    {"EdDSA", KeyType::EcMontgomery, {Scheme::EdDsa}},
    {"HMAC SHA-1", KeyType::GenericSecret, {Scheme::Hmac, Digest::Sha1}},
    {"HMAC SHA-256", KeyType::GenericSecret, {Scheme::Hmac, Digest::Sha256}},
    {"HMAC SHA3-512", KeyType::GenericSecret, {Scheme::Hmac, Digest::Sha3_512}},
    {"HMAC SHA-256, 32 bits", KeyType::GenericSecret, shortened(Scheme::Hmac, 4)},
    {"HMAC SHA-256, 24 bits", KeyType::GenericSecret, shortened(Scheme::Hmac, 3)},
    {"CMAC", KeyType::Aes, {Scheme::AesCmac}},
    {"CMAC, 64 bits", KeyType::Aes, shortened(Scheme::AesCmac, 8)},
    {"CMAC, 24 bits", KeyType::Aes, shortened(Scheme::AesCmac, 3)},
    {"CMAC", KeyType::GenericSecret, {Scheme::AesCmac}},
    {"GMAC", KeyType::Aes, {Scheme::AesGmac}},
    {"GMAC, 96 bits", KeyType::Aes, shortened(Scheme::AesGmac, 12)},
    {"GMAC, 64 bits", KeyType::Aes, shortened(Scheme::AesGmac, 8)},
};

CipherAlgorithm cipher(CipherScheme scheme, std::size_t tag = 16) {
    return {.scheme = scheme, .iv = {}, .aad = {}, .tag_length = tag};
}
CipherAlgorithm with_iv_inside(std::size_t tag) {
    CipherAlgorithm algorithm = cipher(CipherScheme::AesGcm, tag);
    algorithm.iv_inside = true;
    return algorithm;
}
const std::vector<Case<CipherAlgorithm>> ciphers = {
    {"PKCS#1 v1.5", KeyType::Rsa, cipher(CipherScheme::RsaPkcs1)},
    {"OAEP SHA-1", KeyType::Rsa, cipher(CipherScheme::RsaOaep)},
    {"raw RSA", KeyType::Rsa, cipher(CipherScheme::RsaRaw)},
    {"OAEP SHA-1", KeyType::Ec, cipher(CipherScheme::RsaOaep)},
    {"ECB", KeyType::Aes, cipher(CipherScheme::AesEcb)},
    {"CBC", KeyType::Aes, cipher(CipherScheme::AesCbc)},
    {"CBC padded", KeyType::Aes, cipher(CipherScheme::AesCbcPad)},
    {"CTR", KeyType::Aes, cipher(CipherScheme::AesCtr)},
    {"OFB", KeyType::Aes, cipher(CipherScheme::AesOfb)},
    {"CFB8", KeyType::Aes, cipher(CipherScheme::AesCfb8)},
    {"CFB128", KeyType::Aes, cipher(CipherScheme::AesCfb128)},
    {"CTS", KeyType::Aes, cipher(CipherScheme::AesCts)},
    {"CCM tag 64", KeyType::Aes, cipher(CipherScheme::AesCcm, 8)},
    {"CCM tag 48", KeyType::Aes, cipher(CipherScheme::AesCcm, 6)},
    {"XTS", KeyType::AesXts, cipher(CipherScheme::AesXts)},
    {"XTS", KeyType::Aes, cipher(CipherScheme::AesXts)},
    {"ChaCha20", KeyType::ChaCha20, cipher(CipherScheme::ChaCha20)},
    {"ChaCha20-Poly1305", KeyType::ChaCha20, cipher(CipherScheme::ChaCha20Poly1305)},
    {"GCM tag 128", KeyType::Aes, cipher(CipherScheme::AesGcm)},
    {"GCM tag 96", KeyType::Aes, cipher(CipherScheme::AesGcm, 12)},
    {"GCM tag 64", KeyType::Aes, cipher(CipherScheme::AesGcm, 8)},
    {"GCM IV inside tag 128", KeyType::Aes, with_iv_inside(16)},
    {"GCM IV inside tag 64", KeyType::Aes, with_iv_inside(8)},
};

WrapAlgorithm wrap(WrapScheme scheme, Bytes iv = {}) { return {.scheme = scheme, .label = {}, .iv = std::move(iv)}; }
WrapAlgorithm sealed(WrapScheme scheme, std::size_t tag, bool iv_inside = false) {
    return {.scheme = scheme, .label = {}, .iv = {}, .tag_length = tag, .iv_inside = iv_inside};
}
const std::vector<Case<WrapAlgorithm>> wrappings = {
    {"KW", KeyType::Aes, wrap(WrapScheme::AesKw)},
    {"KW standard IV given", KeyType::Aes, wrap(WrapScheme::AesKw, Bytes(8, 0xa6))},
    {"KW other IV", KeyType::Aes, wrap(WrapScheme::AesKw, Bytes(8, 0xa7))},
    {"KWP", KeyType::Aes, wrap(WrapScheme::AesKwp)},
    {"KWP standard IV given", KeyType::Aes, wrap(WrapScheme::AesKwp, {0xa6, 0x59, 0x59, 0xa6})},
    {"KWP other IV", KeyType::Aes, wrap(WrapScheme::AesKwp, Bytes(4, 0xa6))},
    {"CBC padded", KeyType::Aes, wrap(WrapScheme::AesCbcPad)},
    {"GCM tag 128", KeyType::Aes, sealed(WrapScheme::AesGcm, 16)},
    {"GCM tag 64", KeyType::Aes, sealed(WrapScheme::AesGcm, 8)},
    {"GCM IV inside tag 128", KeyType::Aes, sealed(WrapScheme::AesGcm, 16, true)},
    {"GCM IV inside tag 64", KeyType::Aes, sealed(WrapScheme::AesGcm, 8, true)},
    {"CCM tag 64", KeyType::Aes, sealed(WrapScheme::AesCcm, 8)},
    {"CCM tag 48", KeyType::Aes, sealed(WrapScheme::AesCcm, 6)},
    {"PKCS#1 v1.5", KeyType::Rsa, wrap(WrapScheme::RsaPkcs1)},
    {"OAEP SHA-1", KeyType::Rsa, wrap(WrapScheme::RsaOaep)},
    {"OAEP and KWP", KeyType::Rsa, wrap(WrapScheme::RsaAesKeyWrap)},
};

template <class Algorithm, class Set>
void add(std::vector<PolicyCase>& all, std::initializer_list<Use> uses, const std::vector<Case<Algorithm>>& algorithms,
         Set set) {
    for (const auto& algorithm : algorithms) {
        for (const auto& key : keys) {
            if (key.value.type != algorithm.type) continue;
            for (const Use use : uses) {
                PolicyCase& made = all.emplace_back();
                made.use = use;
                made.key = key.value;
                set(made, algorithm.value);
                made.text = std::string(use_names[static_cast<int>(use)]) + " | " + key.name + " | " + algorithm.name;
            }
        }
    }
}

std::vector<PolicyCase> make_all() {
    std::vector<PolicyCase> all;
    for (const Use use : {Use::Generate, Use::Import, Use::Derive}) {
        for (const auto& key : keys) {
            PolicyCase& made = all.emplace_back();
            made.use = use;
            made.key = key.value;
            made.text = std::string(use_names[static_cast<int>(use)]) + " | " + key.name + " |";
        }
    }
    add(all, {Use::Sign, Use::Verify}, signatures, [](PolicyCase& c, const auto& value) { c.signature = value; });
    add(all, {Use::Encrypt, Use::Decrypt}, ciphers, [](PolicyCase& c, const auto& value) { c.cipher = value; });
    add(all, {Use::Wrap, Use::Unwrap}, wrappings, [](PolicyCase& c, const auto& value) { c.wrapping = value; });
    return all;
}

}  // namespace

fips::Service PolicyCase::service() const {
    return {.use = use,
            .key = key,
            .signature = signature ? &*signature : nullptr,
            .cipher = cipher ? &*cipher : nullptr,
            .wrapping = wrapping ? &*wrapping : nullptr};
}

Result<void> PolicyCase::verdict() const {
    if (signature) return approve(use, key, *signature);
    if (cipher) return approve(use, key, *cipher);
    if (wrapping) return approve(use, key, *wrapping);
    return fips::approve(use, key);
}

const std::vector<PolicyCase>& policy_cases() {
    static const std::vector<PolicyCase> all = make_all();
    return all;
}

}  // namespace kvp11::test
