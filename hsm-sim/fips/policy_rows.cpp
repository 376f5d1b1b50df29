#include "fips/policy_rows.hpp"

#include <algorithm>
#include <initializer_list>

namespace kvp11::fips {
namespace {

using S = const Service&;

template <class T>
bool is_in(T value, std::initializer_list<T> set) {
    return std::find(set.begin(), set.end(), value) != set.end();
}

bool always(S) { return true; }
bool never(S) { return false; }

// --- which services

bool is_rsa(S s) { return s.key.type == KeyType::Rsa; }
bool is_ec(S s) { return s.key.type == KeyType::Ec; }
bool is_aes(S s) { return s.key.type == KeyType::Aes; }
bool is_xts(S s) { return s.key.type == KeyType::AesXts; }
bool is_edwards(S s) { return s.key.type == KeyType::EcEdwards; }
bool is_montgomery(S s) { return s.key.type == KeyType::EcMontgomery; }
bool is_chacha(S s) { return s.key.type == KeyType::ChaCha20; }
bool is_secret(S s) { return s.key.type == KeyType::GenericSecret; }
bool signs(S s, std::initializer_list<SignatureScheme> schemes) {
    return s.signature && is_in(s.signature->scheme, schemes);
}
bool ciphers(S s, std::initializer_list<CipherScheme> schemes) { return s.cipher && is_in(s.cipher->scheme, schemes); }
bool wraps(S s, std::initializer_list<WrapScheme> schemes) { return s.wrapping && is_in(s.wrapping->scheme, schemes); }
bool is_about_key(S s) { return !s.signature && !s.cipher && !s.wrapping; }
bool makes_key(S s) { return is_about_key(s) && is_in(s.use, {Use::Generate, Use::Import}); }

bool rsa_but_verifying(S s) { return is_rsa(s) && s.use != Use::Verify; }
bool rsa_verifying(S s) { return is_rsa(s) && s.use == Use::Verify; }
bool secret_but_verifying(S s) { return is_secret(s) && s.use != Use::Verify; }
bool makes_pair(S s) { return makes_key(s) && (is_rsa(s) || is_ec(s) || is_edwards(s)); }
bool makes_secret(S s) {
    return (makes_key(s) || (is_about_key(s) && s.use == Use::Derive)) && (is_aes(s) || is_xts(s) || is_secret(s));
}
bool ecdh(S s) { return is_about_key(s) && s.use == Use::Derive && is_ec(s); }
bool rsa_signature(S s) { return is_rsa(s) && signs(s, {SignatureScheme::RsaPkcs1, SignatureScheme::RsaPss}); }
bool digest_info(S s) { return is_rsa(s) && signs(s, {SignatureScheme::RsaPkcs1DigestInfo}); }
bool pss(S s) { return is_rsa(s) && signs(s, {SignatureScheme::RsaPss}); }
bool ecdsa(S s) { return is_ec(s) && signs(s, {SignatureScheme::Ecdsa}); }
bool new_signature(S s) { return s.use == Use::Sign && (rsa_signature(s) || ecdsa(s)); }
bool eddsa(S s) { return is_edwards(s) && signs(s, {SignatureScheme::EdDsa}); }
bool hmac(S s) { return is_secret(s) && signs(s, {SignatureScheme::Hmac}); }
bool cmac(S s) { return is_aes(s) && signs(s, {SignatureScheme::AesCmac}); }
bool gmac(S s) { return is_aes(s) && signs(s, {SignatureScheme::AesGmac}); }
bool gmac_made(S s) { return gmac(s) && s.use == Use::Sign; }
bool gmac_checked(S s) { return gmac(s) && s.use == Use::Verify; }
bool shortened_mac(S s) { return (hmac(s) || cmac(s)) && s.signature->mac_length != 0; }
bool raw_rsa(S s) { return signs(s, {SignatureScheme::RsaRaw}) || ciphers(s, {CipherScheme::RsaRaw}); }
bool oaep(S s) { return is_rsa(s) && (ciphers(s, {CipherScheme::RsaOaep}) || wraps(s, {WrapScheme::RsaOaep})); }
bool oaep_and_kwp(S s) { return is_rsa(s) && wraps(s, {WrapScheme::RsaAesKeyWrap}); }
bool pkcs1_transport(S s) { return ciphers(s, {CipherScheme::RsaPkcs1}) || wraps(s, {WrapScheme::RsaPkcs1}); }
bool aes_mode(S s) {
    return is_aes(s) &&
           ciphers(s, {CipherScheme::AesEcb, CipherScheme::AesCbc, CipherScheme::AesCbcPad, CipherScheme::AesCtr,
                       CipherScheme::AesOfb, CipherScheme::AesCfb8, CipherScheme::AesCfb128});
}
bool cts(S s) { return is_aes(s) && ciphers(s, {CipherScheme::AesCts}); }
bool xts(S s) { return is_xts(s) && ciphers(s, {CipherScheme::AesXts}); }
bool ccm(S s) { return is_aes(s) && (ciphers(s, {CipherScheme::AesCcm}) || wraps(s, {WrapScheme::AesCcm})); }
bool gcm(S s) { return is_aes(s) && (ciphers(s, {CipherScheme::AesGcm}) || wraps(s, {WrapScheme::AesGcm})); }
bool opens(S s) { return is_in(s.use, {Use::Decrypt, Use::Unwrap}); }
bool makes_iv(S s) { return s.cipher ? s.cipher->iv_inside : s.wrapping->iv_inside; }
bool gcm_opening(S s) { return gcm(s) && opens(s); }
bool gcm_sealing(S s) { return gcm(s) && !opens(s) && makes_iv(s); }
bool gcm_sealing_with_given_iv(S s) { return gcm(s) && !opens(s) && !makes_iv(s); }
bool key_wrap(S s) { return is_aes(s) && wraps(s, {WrapScheme::AesKw, WrapScheme::AesKwp}); }
bool cbc_wrap(S s) { return wraps(s, {WrapScheme::AesCbcPad}); }

// --- what they must satisfy

bool at_least_2048(S s) { return s.key.bits >= 2048 && s.key.bits % 2 == 0; }
bool at_least_1024(S s) { return s.key.bits >= 1024; }
// Zero stands for one that does not fit into 32 bits: whether it is below 2^256 cannot be seen here.
bool exponent_from_65537(S s) { return s.key.public_exponent >= 65537; }
bool nist_curve(S s) { return is_in(s.key.curve, {Curve::P256, Curve::P384, Curve::P521}); }
bool aes_size(S s) { return is_in<std::uint32_t>(s.key.bits, {128, 192, 256}); }
bool xts_size(S s) { return is_in<std::uint32_t>(s.key.bits, {256, 512}); }
bool at_least_112(S s) { return s.key.bits >= 112; }
bool without_sha1(S s) {
    return s.signature->digest != Digest::Sha1 && (!pss(s) || s.signature->mgf_digest != Digest::Sha1);
}
bool salt_within_digest(S s) { return s.signature->salt_length <= digest_size(s.signature->digest); }
std::size_t tag_length(S s) { return s.cipher ? s.cipher->tag_length : s.wrapping->tag_length; }
bool tag_from_96_bits(S s) { return tag_length(s) >= 12; }
bool tag_from_64_bits(S s) { return tag_length(s) >= 8; }
bool gmac_from_96_bits(S s) { return s.signature->mac_length == 0 || s.signature->mac_length >= 12; }
bool mac_from_32_bits(S s) { return s.signature->mac_length >= 4; }
bool standard_initial_value(S s) {
    static const Bytes kw(8, 0xa6);
    static const Bytes kwp{0xa6, 0x59, 0x59, 0xa6};
    const Bytes& iv = s.wrapping->iv;
    return iv.empty() || iv == (s.wrapping->scheme == WrapScheme::AesKw ? kw : kwp);
}

constexpr bool scheme = true;
constexpr bool limit = false;

constexpr PolicyRow rows[] = {
    // keys
    {"RSA, EC and Edwards pairs, generated or imported", "within the limits of this table",
     "FIPS 186-5 7, A.1, A.2; SP 800-133 r2", scheme, makes_pair, always, Errc::MechanismInvalid},
    {"AES keys and secrets, generated, imported or derived", "within the limits of this table", "SP 800-133 r2", scheme,
     makes_secret, always, Errc::MechanismInvalid},
    {"RSA modulus", "2048 bits or more, an even number", "FIPS 186-5 5.1; SP 800-131A r2 3, 6", limit,
     rsa_but_verifying, at_least_2048, Errc::KeySizeRange},
    {"RSA modulus, verifying", "1024 bits or more (legacy use)", "SP 800-131A r2 3", limit, rsa_verifying,
     at_least_1024, Errc::KeySizeRange},
    {"RSA public exponent", "65537 or more, within 32 bits", "FIPS 186-5 A.1.1; SP 800-56B r2 6.2", limit, is_rsa,
     exponent_from_65537, Errc::KeySizeRange},
    {"Elliptic curves", "P-256, P-384, P-521; not P-256K", "SP 800-186 3.2.1, appendix H", limit, is_ec, nist_curve,
     Errc::CurveNotSupported},
    {"X25519 and X448", "not approved, whatever is done", "SP 800-56A r3 appendix D; SP 800-186 3.2.2", scheme,
     is_montgomery, never, Errc::CurveNotSupported},
    {"AES keys", "128, 192 or 256 bits", "FIPS 197", limit, is_aes, aes_size, Errc::KeySizeRange},
    {"AES-XTS keys", "256 or 512 bits, in two different halves", "SP 800-38E; FIPS 140-3 IG C.I", limit, is_xts,
     xts_size, Errc::KeySizeRange},
    {"ChaCha20 and ChaCha20-Poly1305", "not approved, whatever is done", "SP 800-131A r2 2", scheme, is_chacha, never,
     Errc::MechanismInvalid},
    {"Secrets for HMAC and derivation", "112 bits or more", "SP 800-131A r2 8, 10", limit, secret_but_verifying,
     at_least_112, Errc::KeySizeRange},
    // signatures
    {"RSA PKCS#1 v1.5 and PSS signatures", "approved", "FIPS 186-5 5.4", scheme, rsa_signature, always,
     Errc::MechanismInvalid},
    {"RSA PKCS#1 v1.5 over the caller's DigestInfo", "approved when it is a DigestInfo of an approved digest",
     "FIPS 186-5 5.4", scheme, digest_info, always, Errc::MechanismInvalid},
    {"ECDSA", "approved; over the caller's digest when it is as long as an approved one", "FIPS 186-5 6", scheme, ecdsa,
     always, Errc::MechanismInvalid},
    {"EdDSA with Ed25519 and Ed448", "approved, over the whole message", "FIPS 186-5 7; SP 800-186 3.2.3", scheme,
     eddsa, always, Errc::MechanismInvalid},
    {"SHA-1 in signatures", "verifying only (legacy use)", "SP 800-131A r2 9", limit, new_signature, without_sha1,
     Errc::MechanismParamInvalid},
    {"PSS salt", "no longer than the digest", "FIPS 186-5 5.4", limit, pss, salt_within_digest,
     Errc::MechanismParamInvalid},
    {"HMAC", "approved, with any digest; shorter keys for verifying only (legacy use)", "FIPS 198-1; SP 800-131A r2 10",
     scheme, hmac, always, Errc::MechanismInvalid},
    {"AES-CMAC", "approved", "SP 800-38B", scheme, cmac, always, Errc::MechanismInvalid},
    {"AES-GMAC, verifying", "approved", "SP 800-38D", scheme, gmac_checked, always, Errc::MechanismInvalid},
    {"AES-GMAC, signing", "not approved: the IV is the caller's", "SP 800-38D 8.2", scheme, gmac_made, never,
     Errc::MechanismParamInvalid},
    {"AES-GMAC tag", "96 bits or more", "SP 800-38D 5.2.1.2, appendix C", limit, gmac, gmac_from_96_bits,
     Errc::MechanismParamInvalid},
    {"HMAC and AES-CMAC, shortened", "32 bits or more", "SP 800-107 r1 5.3.3; SP 800-38B A.2", limit, shortened_mac,
     mac_from_32_bits, Errc::MechanismParamInvalid},
    {"RSA without padding", "not approved", "SP 800-131A r2 6", scheme, raw_rsa, never, Errc::MechanismInvalid},
    // encryption
    {"AES-ECB, AES-CBC with and without padding, AES-CTR, AES-OFB, AES-CFB8 and AES-CFB128", "approved", "SP 800-38A",
     scheme, aes_mode, always, Errc::MechanismInvalid},
    {"AES-CTS (CBC-CS1)", "approved", "SP 800-38A addendum", scheme, cts, always, Errc::MechanismInvalid},
    {"AES-XTS", "approved, to protect storage only", "SP 800-38E", scheme, xts, always, Errc::MechanismInvalid},
    {"AES-CCM, as encryption and as wrapping", "approved; the nonce is the caller's to keep from repeating",
     "SP 800-38C; SP 800-38F 3.1", scheme, ccm, always, Errc::MechanismInvalid},
    {"AES-CCM tag", "64 bits or more", "SP 800-38C B.2", limit, ccm, tag_from_64_bits, Errc::MechanismParamInvalid},
    {"AES-GCM, decryption and unwrapping", "approved", "SP 800-38D; SP 800-38F 3.1", scheme, gcm_opening, always,
     Errc::MechanismInvalid},
    {"AES-GCM, encryption and wrapping with an IV made inside", "approved: 96 random bits",
     "SP 800-38D 8.2.2; SP 800-38F 3.1", scheme, gcm_sealing, always, Errc::MechanismInvalid},
    {"AES-GCM, encryption and wrapping with the caller's IV", "not approved: the IV must be the module's",
     "SP 800-38D 8.2", scheme, gcm_sealing_with_given_iv, never, Errc::MechanismParamInvalid},
    {"AES-GCM tag", "96 bits or more", "SP 800-38D 5.2.1.2, appendix C", limit, gcm, tag_from_96_bits,
     Errc::MechanismParamInvalid},
    {"RSA-OAEP, as encryption and as wrapping", "approved, with any digest", "SP 800-56B r2 7.2.2", scheme, oaep,
     always, Errc::MechanismInvalid},
    {"RSA PKCS#1 v1.5 encryption and wrapping", "not approved", "SP 800-131A r2 6", scheme, pkcs1_transport, never,
     Errc::MechanismInvalid},
    // wrapping and agreement
    {"AES-KW and AES-KWP", "approved", "SP 800-38F", scheme, key_wrap, always, Errc::MechanismInvalid},
    {"Initial value of AES-KW and AES-KWP", "the standard's", "SP 800-38F 6.2, 6.3", limit, key_wrap,
     standard_initial_value, Errc::MechanismParamInvalid},
    {"AES-CBC with padding as wrapping", "not approved: nothing authenticates the key", "SP 800-38F 3.1", scheme,
     cbc_wrap, never, Errc::MechanismInvalid},
    {"RSA-OAEP with AES-KWP", "approved", "SP 800-56B r2 7.2.2; SP 800-38F", scheme, oaep_and_kwp, always,
     Errc::MechanismInvalid},
    {"ECDH, with or without X9.63 KDF", "approved", "SP 800-56A r3 5.7.1.2; SP 800-135 r1 4.2", scheme, ecdh, always,
     Errc::MechanismInvalid},
};

}  // namespace

std::span<const PolicyRow> policy_rows() { return rows; }

}  // namespace kvp11::fips
