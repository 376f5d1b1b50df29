#include "partition/attestation.hpp"

#include <boost/json.hpp>

#include "crypto/certificate_issue.hpp"
#include "crypto/digest.hpp"
#include "crypto/jose.hpp"
#include "crypto/sealing.hpp"
#include "fips/pairwise.hpp"
#include "store/binary_encoding.hpp"

namespace kvp11::partition {
namespace {

namespace json = boost::json;

constexpr int certificate_days = 25 * 365;
constexpr const char* issuer = "kvp11 hsm-sim";
constexpr const char* disclaimer = "made by a simulated HSM: it proves nothing about hardware";
constexpr const char* curve_names[curve_count] = {"P-256",   "P-384", "P-521",  "P-256K",
                                                  "Ed25519", "Ed448", "X25519", "X448"};

Result<std::shared_ptr<const crypto::PrivateHalf>> fresh_pair() {
    auto pair = TRY(crypto::PrivateHalf::generate({.type = KeyType::Ec, .curve = Curve::P256}));
    TRY(fips::pairwise_consistent(*pair, KeyOps::Sign, fips::PairOrigin::Generated));
    return pair;
}

crypto::CertificateWish wish_for(const std::string& name, const std::string& serial) {
    crypto::CertificateWish wish;
    wish.common_name = serial.empty() ? name : name + " " + serial;
    wish.days = certificate_days;
    return wish;
}

Bytes binding_of(ByteView certificate, ByteView root) {
    return store::BinaryWriter().text("kvp11 attestation key 1").bytes(certificate).bytes(root).take();
}

std::string encoded(const json::object& object) { return crypto::base64url(bytes_of(json::serialize(object))); }

Result<std::string> signed_by(const AttestationKey& attester, const json::object& statement) {
    const json::object header{
        {"alg", "ES256"}, {"typ", "JWT"}, {"x5t#S256", crypto::base64url(attester.certificate.sha256_thumbprint)}};
    std::string text = encoded(header) + "." + encoded(statement);
    const auto signer = TRY(attester.key->signer({.scheme = SignatureScheme::Ecdsa}));
    Bytes signature(signer->size());
    TRY(signer->sign(crypto::hash(Digest::Sha256, bytes_of(text)), signature));
    return text + "." + crypto::base64url(signature);
}

// As RFC 7517 has it, with the service's types; a secret key's has no value.
json::object public_jwk(const KeyRecord& record) {
    const PublicKey& key = record.public_key;
    if (record.spec.type == KeyType::Rsa) {
        return {{"kty", "RSA-HSM"}, {"n", crypto::base64url(key.n)}, {"e", crypto::base64url(key.e)}};
    }
    if (!is_on_curve(record.spec.type)) return {{"kty", "oct-HSM"}};
    const char* const curve = curve_names[static_cast<std::size_t>(record.spec.curve)];
    if (record.spec.type != KeyType::Ec) {  // RFC 8037
        return {{"kty", "OKP-HSM"}, {"crv", curve}, {"x", crypto::base64url(key.point)}};
    }
    json::object jwk{{"kty", "EC-HSM"}, {"crv", curve}};
    const std::size_t size = curve_size(record.spec.curve);
    if (key.point.size() == 1 + 2 * size) {
        jwk["x"] = crypto::base64url(ByteView(key.point).subspan(1, size));
        jwk["y"] = crypto::base64url(ByteView(key.point).subspan(1 + size));
    }
    return jwk;
}

json::object statement_of(const AttestedKey& attested, const char* half) {
    const KeyRecord& record = attested.record;
    json::object statement{{"iss", issuer},
                           {"iat", attested.now},
                           {"note", disclaimer},
                           {"simulation", true},
                           {"hsm", json::object{{"model", "hsm-sim"}, {"serial", attested.serial}}},
                           {"half", half},
                           {"key", json::object{{"name", record.id.name}, {"version", record.id.version}}},
                           {"jwk", public_jwk(record)},
                           {"created", record.created},
                           {"generated", record.generated}};
    if (!is_on_curve(record.spec.type)) statement["bits"] = record.spec.bits;
    return statement;
}

}  // namespace

Result<AttestationKey> make_attestation_key(const std::string& serial) {
    AttestationKey attester;
    const auto root = TRY(fresh_pair());
    attester.key = TRY(fresh_pair());
    crypto::CertificateWish authority = wish_for("kvp11 simulated HSM attestation root", serial);
    authority.is_authority = true;
    attester.root = TRY(crypto::issue_certificate(authority, *root, *root, nullptr));
    attester.certificate = TRY(crypto::issue_certificate(wish_for("kvp11 simulated HSM attestation", serial),
                                                         *attester.key, *root, &attester.root));
    return attester;
}

Result<Bytes> seal_attestation_key(const AttestationKey& attester, const SecretBytes& partition_key) {
    const SecretMaterial plain = TRY(attester.key->expose_pkcs8());
    const Bytes& leaf = attester.certificate.der;
    const Bytes& root = attester.root.der;
    const Bytes box = TRY(crypto::seal(partition_key, binding_of(leaf, root), plain));
    return store::BinaryWriter().bytes(leaf).bytes(root).bytes(box).take();
}

Result<AttestationKey> unseal_attestation_key(ByteView stored, const SecretBytes& partition_key) {
    store::BinaryReader reader(stored);
    const Bytes leaf = reader.bytes();
    const Bytes root = reader.bytes();
    const Bytes box = reader.bytes();
    if (!reader.complete()) return fail(Errc::StoreDamaged, "the store is damaged: the attestation key");
    const SecretMaterial plain = TRY(crypto::unseal(partition_key, binding_of(leaf, root), box));
    AttestationKey attester;
    attester.key = TRY(crypto::PrivateHalf::parse(plain));
    attester.certificate = TRY(crypto::parse_certificate(leaf));
    attester.root = TRY(crypto::parse_certificate(root));
    return attester;
}

Result<KeyAttestation> attest(const AttestationKey& attester, const AttestedKey& attested) {
    const KeyRecord& record = attested.record;
    json::object statement = statement_of(attested, is_pair(record.spec.type) ? "private" : "secret");
    statement["sensitive"] = record.protection.sensitive;
    statement["extractable"] = record.protection.extractable;
    statement["exportable"] = record.exportable;
    statement["destroyed"] = !record.has_material;
    KeyAttestation attestation;
    attestation.certificates_pem =
        crypto::certificate_pem(attester.certificate) + crypto::certificate_pem(attester.root);
    attestation.statement = TRY(signed_by(attester, statement));
    if (is_pair(record.spec.type))
        attestation.public_statement = TRY(signed_by(attester, statement_of(attested, "public")));
    return attestation;
}

}  // namespace kvp11::partition
