// Vectors for RSA and elliptic curves. The private keys are published ones: they protect nothing.
#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/key_material.hpp"
#include "fips/self_test_rows.hpp"

namespace kvp11::fips {
namespace {

SecretBytes secret(std::string_view digits) { return SecretBytes::copy_of(from_hex(digits)); }

PublicKey rsa_public(std::string_view modulus) {
    PublicKey key;
    key.n = from_hex(modulus);
    key.e = {1, 0, 1};
    return key;
}

Result<std::shared_ptr<const crypto::PrivateHalf>> rsa_private(std::string_view n, std::string_view d,
                                                               std::string_view p) {
    crypto::RsaComponents components;
    components.n = from_hex(n);
    components.e = {1, 0, 1};
    components.d = secret(d);
    components.p = secret(p);
    const SecretMaterial pkcs8 = TRY(crypto::pack_rsa(components));
    return crypto::PrivateHalf::parse(pkcs8);
}

/// Takes the signature of this digest and not of another.
Result<bool> verifies(const PublicKey& key, const SignatureAlgorithm& algorithm, Bytes digest, ByteView signature) {
    const auto half = TRY(crypto::PublicHalf::parse(key));
    const auto verifier = TRY(half->verifier(algorithm));
    if (!verifier->verify(digest, signature).ok()) return false;
    digest.front() ^= 1U;
    return !verifier->verify(digest, signature).ok();
}

Result<Bytes> signature_of(const crypto::PrivateHalf& key, const SignatureAlgorithm& algorithm, ByteView digest) {
    const auto signer = TRY(key.signer(algorithm));
    Bytes signature(signer->size());
    TRY(signer->sign(digest, signature));
    return signature;
}

// --- RSA

// RFC 7515 A.2, key and JWS with RS256.
constexpr std::string_view jws_n =
    "a1f8160ae2e3c9b465ce8d2d656263362b927dbe29e1f02477fc1625cc90a136e38bd93497c5b6ea63dd7711e67c7429f956"
    "b0fb8a8f089adc4b69893cc1333f53edd019b87784252fec914fe4857769594bea4280d32c0f55bf62944f130396bc6e9bdf"
    "6ebdd2bda3678eeca0c668f701b38dbffb38c8342ce2fe6d27fade4a5a4874979dd4b9cf9adec4c75b05852c2c0f5ef8a5c1"
    "750392f944e8ed64c110c6b647609aa4783aeb9c6c9ad755313050638b83665c6f6f7a82a396702a1f641b82d3ebf2392219"
    "491fb686872c5716f50af8358d9a8b9d17c340728f7f87d89a18d8fcab67ad84590c2ecf759339363c07034d6f606f9e21e0"
    "5456cae5e9a1";
constexpr std::string_view jws_d =
    "12ae71a469cd0a2bc37e526c4500571f1d61751d64e949707b62590f9d0ba57c963c401e3fcf2f2cd3bdec88e503bfc6439b"
    "0b28c82f7d3797671f5213eed8c15a25d8d5cea0025ee3ab2e8b7f79216fc63bea562753b40644c6a15127d9b2954540a0bb"
    "e1a30556982d4e9fde5f6425f14d4b713441b55dc73b9b4aedcc92ace3927e37f57d0cfd5e7581fa512c8f4961a9eb0b80f8"
    "a80746728a55ff46471f3425063b9d53642f5ede1e84d613081afa5c22d051285bd63b943b565d898a05685413e53c3c6c65"
    "25ff1fe34e3ddc70f0d56450fda48ba12e104e9deb9fb81881e1c4bdf25d9247f450c865927968e77334f4414f75a750e139"
    "546e3a8a739d";
constexpr std::string_view jws_p =
    "e01cc410eb48a6655d54464d0aa4bb6da0b872b774a6a9d11ffe480778f0ddb7311a7e902ef9c4b5f75476262ba8176cb359"
    "79f014372a1a2829e4136bd001d07c3f3f2e4f25d4c934f63c7109fba2e67628a0dc9a73c6058e6def22dcd50950e711ddc1"
    "6d5586f2a7fa75ea8494c18083e0b65742f8a0d5e73fb2d970f01947";
constexpr std::string_view jws_message =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view jws_signature =
    "702e218943e88fd11eb5d82dbf7845f34106ae1b81fff7731116add1717d83656d420afd3c96eedd73a2663e5166687b000b"
    "87226e0187ed1073f945e582adfcef16d85a798ee8c66ddb3db8975b17d09402beedd5d9d97007108db28160d5f8040ca744"
    "5762b81fbe7ff9d92e0ae76f24f25b33bbe6f44ae61eb1040acb20044d3ef9128ed40130795bd4bd3b41eecad066ab651981"
    "fde48df77f372dc38b9fafdd3befb18b5da3cc3c2eb02f9e3a41d612caad15911273a05f23b9e838faaf849d698429ef5a1e"
    "88798236c3d40e604522a544c8f27a7a2db80663d16cf7caea56de405cb2215a45b2c25566b55ac1a748a070dfc8a32a4695"
    "43d019eefb47";

constexpr SignatureAlgorithm rs256{.scheme = SignatureScheme::RsaPkcs1, .digest = Digest::Sha256};

Result<bool> rsa_sign_passes(const Answers& answer) {
    const auto key = TRY(rsa_private(jws_n, jws_d, jws_p));
    const Bytes got = TRY(signature_of(*key, rs256, crypto::hash(Digest::Sha256, bytes_of(jws_message))));
    return got == answer(jws_signature);
}

Result<bool> rsa_verify_passes(const Answers& answer) {
    return verifies(rsa_public(jws_n), rs256, crypto::hash(Digest::Sha256, bytes_of(jws_message)),
                    answer(jws_signature));
}

constexpr std::string_view pss_n =
    "c6e0ed537a2d85cf1c4effad6419884d824ceabf5200e755691cb7328acd6a755fe85798502ccaec9e55d47afd0cf3258ebe"
    "920b50c5fd9d72897462bd0e459bbdf902b63d17195b2ef54908980be12aa7489f8af274b92c0cbc16aed2fa46f782d5517b"
    "666edfb2e5e5efeaff7e24965e26472e51980b0cfe457d297e6aa5dacb8e728dc6f58130f925a13275c3cace62f820db1e13"
    "cc5274c58ff4d7837671a1bf5f80d6ad8699c568df8d24dd0f152ded36ef4861f59b354bba96a076913a25facf4722737e6d"
    "eed95b69a00fb2bced0feeedea4ff01a92605cfe26a6b39553d0c74e5650eb3779705e135c4b2fa518a8d4339c53efab4bb0"
    "058238def555";
constexpr std::string_view pss_message =
    "81eaf473d40896dbf4deac0f35c63bd1e129147c76e7aa8d0ef921631f55a7436411079f1bcc7b98714ac2c13b5e7326e60d"
    "918db1f05ffb19da767a95bb141a84c4b73664ccebf844f3601f7c853f009b21becba11af3106f1de5827b14e9fac84b2cbf"
    "16d18c045622acb260024768e8acc4c0ae2c0bd5f60a98023828cdec";
constexpr std::string_view pss_signature =
    "40d59ebc6cb7b960cbda0db353f9b85d77e7c03f84447fb8e91b96a5a7377abc329d1f55c85e0dbedbc2886ce191d9e2cf3b"
    "e05b33d6bbd2ba92b85eee2ff89cd6ee29cd531e42016e6aba1d620fe55e44480c033e8a59c0852dd1caffbc2ce82969e3a9"
    "f44ceff79f89993b9ebf3741b2ccab0b9516f2e128656a5b2ad5251e20c6ce0c26a14eef7ee86458942ddbe95ccc1f67b253"
    "e43e72117f49595dab5ba423496ece12825435661112666dbae71aaffd5a8f1d58db9dc02e0d70fe3ac36a87b8eeed4f20c0"
    "0fd4303f9f767d03bca1a619bbe4b08e4e53b5cb69d2ba0235063e04ca392334d9979a41c42a66ca8b9721edcf76989ba89f"
    "3a170bb2e485";

// A signature has a random salt, so ours is verified instead of compared.
Result<bool> rsa_pss_passes(const Answers& answer) {
    SignatureAlgorithm algorithm{.scheme = SignatureScheme::RsaPss, .salt_length = 10};
    const Bytes digest = crypto::hash(Digest::Sha256, from_hex(pss_message));
    if (!TRY(verifies(rsa_public(pss_n), algorithm, digest, answer(pss_signature)))) return false;
    algorithm.salt_length = 32;
    const auto key = TRY(rsa_private(jws_n, jws_d, jws_p));
    const Bytes signature = TRY(signature_of(*key, algorithm, digest));
    return verifies(key->public_key(), algorithm, digest, signature);
}

constexpr std::string_view oaep_n =
    "ae45ed5601cec6b8cc05f803935c674ddbe0d75c4c09fd7951fc6b0caec313a8df39970c518bffba5ed68f3f0d7f22a4029d"
    "413f1ae07e4ebe9e4177ce23e7f5404b569e4ee1bdcf3c1fb03ef113802d4f855eb9b5134b5a7c8085adcae6fa2fa1417ec3"
    "763be171b0c62b760ede23c12ad92b980884c641f5a8fac26bdad4a03381a22fe1b754885094c82506d4019a535a286afeb2"
    "71bb9ba592de18dcf600c2aeeae56e02f7cf79fc14cf3bdc7cd84febbbf950ca90304b2219a7aa063aefa2c3c1980e560cd6"
    "4afe779585b6107657b957857efde6010988ab7de417fc88d8f384c4e6e72c3f943e0c31c0c4a5cc36f879d8a3ac9d7d5986"
    "0eaada6b83bb";
constexpr std::string_view oaep_d =
    "056b04216fe5f354ac77250a4b6b0c8525a85c59b0bd80c56450a22d5f438e596a333aa875e291dd43f48cb88b9d5fc0d499"
    "f9fcd1c397f9afc070cd9e398c8d19e61db7c7410a6b2675dfbf5d345b804d201add502d5ce2dfcb091ce9997bbebe57306f"
    "383e4d588103f036f7e85d1934d152a323e4a8db451d6f4a5b1b0f102cc150e02feee2b88dea4ad4c1baccb24d84072d14e1"
    "d24a6771f7408ee30564fb86d4393a34bcf0b788501d193303f13a2284b001f0f649eaf79328d4ac5c430ab4414920a9460e"
    "d1b7bc40ec653e876d09abc509ae45b525190116a0c26101848298509c1c3bf3a483e7274054e15e97075036e989f6093280"
    "7b5257751e79";
constexpr std::string_view oaep_p =
    "ecf5aecd1e5515fffacbd75a2816c6ebf49018cdfb4638e185d66a7396b6f8090f8018c7fd95cc34b857dc17f0cc6516bb13"
    "46ab4d582cadad7b4103352387b70338d084047c9d9539b6496204b3dd6ea442499207bec01f964287ff6336c39846583368"
    "46f56e46861881c10233d2176bf15a5e96ddc780bc868aa77d3ce769";
constexpr std::string_view oaep_sealed =
    "53ea5dc08cd260fb3b858567287fa91552c30b2febfba213f0ae87702d068d19bab07fe574523dfb42139d68c3c5afeee0bf"
    "e4cb7969cbf382b804d6e61396144e2d0e60741f8993c3014b58b9b1957a8babcd23af854f4c356fb1662aa72bfcc7e58655"
    "9dc4280d160c126785a723ebeebeff71f11594440aaef87d10793a8774a239d4a04c87fe1467b9daf85208ec6c7255794a96"
    "cc29142f9a8bd418e3c1fd67344b0cd0829df3b2bec60253196293c6b34d3f75d32f213dd45c6273d505adf4cced1057cb75"
    "8fc26aeefa441255ed4e64c199ee075e7f16646182fdb464739b68ab5daff0e63e9552016824f054bf4d3c8c90a97bb6b655"
    "3284eb429fcc";

// Opens the published ciphertext, and seals and opens a text of our own.
Result<bool> rsa_oaep_passes(const Answers& answer) {
    const CipherAlgorithm algorithm{.scheme = CipherScheme::RsaOaep, .iv = {}, .aad = {}};
    const auto key = TRY(rsa_private(oaep_n, oaep_d, oaep_p));
    const auto decryptor = TRY(key->decryptor(algorithm));
    const auto opens_to = [&](ByteView sealed, const Bytes& plain) -> Result<bool> {
        Bytes opened(decryptor->output_bound(sealed.size()));
        TRY(decryptor->start(algorithm));
        TRY(decryptor->update(sealed, {}));
        opened.resize(TRY(decryptor->finish(opened)));
        return opened == plain;
    };
    const Bytes plain = answer("8bba6bf82a6c0f86d5f1756e97956870b08953b06b4eb205bc1694ee");
    if (!TRY(opens_to(from_hex(oaep_sealed), plain))) return false;
    const auto half = TRY(crypto::PublicHalf::parse(key->public_key()));
    const auto encryptor = TRY(half->encryptor(algorithm));
    Bytes sealed(encryptor->output_bound(plain.size()));
    TRY(encryptor->update(plain, {}));
    TRY(encryptor->finish(sealed));
    if (!TRY(opens_to(sealed, plain))) return false;
    sealed.back() ^= 1U;
    const Result<bool> damaged = opens_to(sealed, plain);
    return !damaged.ok();
}

// --- Elliptic curves: P-256. The other curves share its code, with other constants.

PublicKey point_on_p256(Bytes point) {
    PublicKey key;
    key.type = KeyType::Ec;
    key.point = std::move(point);
    return key;
}

Result<std::shared_ptr<const crypto::PrivateHalf>> scalar_on_p256(std::string_view scalar) {
    const SecretMaterial pkcs8 = TRY(crypto::pack_ec(Curve::P256, secret(scalar)));
    return crypto::PrivateHalf::parse(pkcs8);
}

// The published signature, and one of our own, whose random number differs each time.
Result<bool> ecdsa_passes(const Answers& answer) {
    const SignatureAlgorithm algorithm{.scheme = SignatureScheme::Ecdsa};
    const Bytes digest = crypto::hash(Digest::Sha256, bytes_of("sample"));
    const Bytes point =
        from_hex("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2"
                 "f1b20c2d7e9f5177a3c294d4462299");
    const Bytes published =
        answer("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e9"
               "00dbb9aff4064dc4ab2f843acda8");
    if (!TRY(verifies(point_on_p256(point), algorithm, digest, published))) return false;
    const auto key = TRY(scalar_on_p256("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
    if (key->public_key().point != point) return false;
    const Bytes signature = TRY(signature_of(*key, algorithm, digest));
    return verifies(key->public_key(), algorithm, digest, signature);
}

Result<bool> ecdh_passes(const Answers& answer) {
    const auto key = TRY(scalar_on_p256("8087ab163864bfa81001c72f736b6d94e7612559ac4c847d06ba2171840684d6"));
    const PublicKey peer = point_on_p256(
        from_hex("045a3955c54a49645ed818f3774ea10971a1db88c370d8966c5a6e88234ed5d82003b13f0dad73f64532f42b8b2fa6d1450d"
                 "9ab24896e95c24674298f2da07ccda"));
    const SecretBytes got = TRY(key->agree(peer));
    return got.equals(SecretBytes::copy_of(answer("0cb890a0dcc277c3dde0f91b4322a32e6365d7ec85316185d3286b4977849410")));
}

// The published signature is the only one: EdDSA takes no random number. Ed448 shares its form, with SHAKE256.
Result<bool> eddsa_passes(const Answers& answer) {
    const SignatureAlgorithm algorithm{.scheme = SignatureScheme::EdDsa};
    const SecretMaterial pkcs8 = TRY(
        crypto::pack_ec(Curve::Ed25519, secret("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")));
    const auto key = TRY(crypto::PrivateHalf::parse(pkcs8));
    const Bytes message{0x72};
    const Bytes published =
        answer("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b"
               "2eaeb4302aeeb00d291612bb0c00");
    if (TRY(signature_of(*key, algorithm, message)) != published) return false;
    return verifies(key->public_key(), algorithm, message, published);
}

constexpr SelfTestRow rows[] = {
    {"RSA PKCS#1 v1.5 sign", "RFC 7515 appendix A.2", rsa_sign_passes},
    {"RSA PKCS#1 v1.5 verify", "RFC 7515 appendix A.2", rsa_verify_passes},
    {"RSA-PSS", "NIST CAVP 186-3RSAVS, SigVerPSS_186-3.rsp, 2048 bits, SHA-256", rsa_pss_passes},
    {"RSA-OAEP", "RSA Laboratories pkcs-1v2-1d2-vec, oaep-vect.txt, example 10.1", rsa_oaep_passes},
    {"ECDSA P-256", "RFC 6979 appendix A.2.5, SHA-256 of \"sample\"", ecdsa_passes},
    {"EdDSA Ed25519", "RFC 8032 section 7.1, TEST 2", eddsa_passes},
    {"ECDH P-256", "NIST CAVP KASVS, ECCStaticUnified NOKC ZZOnly init, P-256 COUNT 2", ecdh_passes},
};

}  // namespace

std::span<const SelfTestRow> asymmetric_self_tests() { return rows; }

}  // namespace kvp11::fips
