// The published vectors of tests/vectors on the operations themselves: no module, no token, no store.
#include <map>

#include "checks.hpp"
#include "material_key.hpp"
#include "mechanism/key_template.hpp"
#include "mechanism/operation.hpp"
#include "support/vector_file.hpp"

using namespace kvp11;
using namespace kvp11::mechanism;
using kvp11::test::ask;
using kvp11::test::must;
using kvp11::test::parameter_of;
using kvp11::test::Vector;

namespace {

CK_MECHANISM_TYPE mechanism_named(const std::string& name) {
    for (const Mechanism* row : rows()) {
        if (row->name == name) return row->type;
    }
    throw std::runtime_error("no mechanism " + name);
}

CK_MECHANISM_TYPE mechanism_of(const Vector& vector) { return mechanism_named(vector.text("mechanism")); }

CK_RSA_PKCS_MGF_TYPE mgf_named(const std::string& hash) {
    const std::map<std::string, CK_RSA_PKCS_MGF_TYPE> mgfs = {{"CKM_SHA_1", CKG_MGF1_SHA1},
                                                              {"CKM_SHA224", CKG_MGF1_SHA224},
                                                              {"CKM_SHA256", CKG_MGF1_SHA256},
                                                              {"CKM_SHA384", CKG_MGF1_SHA384},
                                                              {"CKM_SHA512", CKG_MGF1_SHA512}};
    return mgfs.at(hash);
}

Curve curve_of(const Vector& vector) {
    const std::map<std::string, Curve> curves = {{"P-256", Curve::P256},    {"P-384", Curve::P384},
                                                 {"P-521", Curve::P521},    {"secp256k1", Curve::P256K},
                                                 {"X25519", Curve::X25519}, {"X448", Curve::X448}};
    return curves.at(vector.text("curve"));
}

/// Success, or one of the conditions that the vector names by their CKR.
template <class T>
void check(const Result<T>& result, const Vector& vector) {
    if (!vector.has("result")) {
        EXPECT_SUCCESS(result);
        return;
    }
    const std::map<Errc, std::string> names = {{Errc::DataLenRange, "CKR_DATA_LEN_RANGE"},
                                               {Errc::EncryptedDataInvalid, "CKR_ENCRYPTED_DATA_INVALID"},
                                               {Errc::EncryptedDataLenRange, "CKR_ENCRYPTED_DATA_LEN_RANGE"},
                                               {Errc::MechanismParamInvalid, "CKR_MECHANISM_PARAM_INVALID"},
                                               {Errc::SignatureInvalid, "CKR_SIGNATURE_INVALID"},
                                               {Errc::SignatureLenRange, "CKR_SIGNATURE_LEN_RANGE"},
                                               {Errc::WrappedKeyInvalid, "CKR_WRAPPED_KEY_INVALID"},
                                               {Errc::WrappedKeyLenRange, "CKR_WRAPPED_KEY_LEN_RANGE"}};
    BOOST_REQUIRE(!result.ok());
    const auto name = names.find(result.code());
    BOOST_REQUIRE(name != names.end());
    BOOST_TEST((("|" + vector.text("result") + "|").find("|" + name->second + "|") != std::string::npos),
               "got " << name->second << ", want " << vector.text("result"));
}

template <class Test>
void each(const char* file, Test test) {
    const auto vectors = test::read_vectors(std::string(KVP11_VECTORS "/") + file);
    BOOST_TEST(!vectors.empty());
    for (const Vector& vector : vectors) {
        BOOST_TEST_CONTEXT(file << ": " << vector.id()) { test(vector); }
    }
}

std::shared_ptr<const Key> rsa_public(const Vector& vector) {
    auto record = std::make_shared<KeyRecord>(test::permissive_record({.type = KeyType::Rsa, .bits = 0}));
    record->public_key = {
        .type = KeyType::Rsa, .curve = {}, .n = vector.bytes("n"), .e = vector.bytes("e"), .point = {}};
    return must(open_public_key(record));
}

class RsaAttributes final : public AttributeSource {
public:
    explicit RsaAttributes(const Vector& vector)
        : values_{{CKA_MODULUS, vector.bytes("n")},
                  {CKA_PUBLIC_EXPONENT, vector.bytes("e")},
                  {CKA_PRIVATE_EXPONENT, vector.bytes("d")}} {}
    std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override {
        const auto at = values_.find(type);
        return at == values_.end() ? std::nullopt : std::optional<ByteView>(at->second);
    }

private:
    std::map<CK_ATTRIBUTE_TYPE, Bytes> values_;
};

std::shared_ptr<const Key> rsa_private(const Vector& vector) {
    return test::private_key(must(created_material(KeyType::Rsa, RsaAttributes(vector))));
}

Result<Bytes> crypt(Result<std::unique_ptr<CipherOperation>> started, const Bytes& input) {
    const auto operation = TRY(std::move(started));
    Bytes output(operation->output_bound(input.size()));
    output.resize(TRY(operation->crypt(input, output)));
    return output;
}

Result<Bytes> sign(const Request& request, const std::shared_ptr<const Key>& key, const Bytes& message) {
    const auto operation = TRY(start_signing(request, key));
    Bytes signature(operation->size());
    signature.resize(TRY(operation->sign(message, signature)));
    return signature;
}

Result<void> verify(const Request& request, const std::shared_ptr<const Key>& key, const Bytes& message,
                    const Bytes& signature) {
    return TRY(start_verifying(request, key))->verify(message, signature);
}

void cipher(const Vector& vector) {
    const auto type = mechanism_of(vector);
    const auto key = test::secret_key(KeyType::Aes, vector.bytes("key"));
    Bytes iv = vector.bytes_or_none("iv");
    Bytes aad = vector.bytes_or_none("aad");
    CK_AES_CTR_PARAMS ctr{128, {}};
    if (type == CKM_AES_CTR) std::copy(iv.begin(), iv.end(), std::begin(ctr.cb));
    const CK_ULONG tag_bits = type == CKM_AES_GCM ? vector.number("tag_bits") : 0;
    const CK_GCM_PARAMS gcm{iv.data(), iv.size(), 0, aad.data(), aad.size(), tag_bits};
    const auto request = ask(type, type == CKM_AES_CTR   ? parameter_of(ctr)
                                   : type == CKM_AES_GCM ? parameter_of(gcm)
                                                         : ByteView(iv));
    const auto opened = crypt(start_decrypting(request, key), vector.bytes("ciphertext"));
    check(opened, vector);
    if (vector.has("result")) return;
    BOOST_CHECK(*opened == vector.bytes("plaintext"));
    BOOST_CHECK(must(crypt(start_encrypting(request, key), *opened)) == vector.bytes("ciphertext"));
}

void mac(const Vector& vector) {
    const auto type = vector.text("key_type") == "aes" ? KeyType::Aes : KeyType::GenericSecret;
    const auto key = test::secret_key(type, vector.bytes("key"));
    const auto request = ask(mechanism_of(vector));
    check(verify(request, key, vector.bytes("message"), vector.bytes("mac")), vector);
    if (vector.has("result")) return;
    BOOST_CHECK(must(sign(request, key, vector.bytes("message"))) == vector.bytes("mac"));
}

void keywrap(const Vector& vector) {
    const auto key = test::secret_key(KeyType::Aes, vector.bytes("key"));
    const auto request = ask(mechanism_of(vector));
    const auto material = unwrap(request, *key, vector.bytes("ciphertext"));
    check(material, vector);
    if (vector.has("result")) return;
    BOOST_CHECK(copy_of(material->value.expose_bytes()) == vector.bytes("plaintext"));
    const auto target = test::secret_key(KeyType::GenericSecret, material->value.expose_bytes());
    BOOST_CHECK(must(wrap(request, *key, *target)).value == vector.bytes("ciphertext"));
}

void signature(const Vector& vector) {
    CK_RSA_PKCS_PSS_PARAMS pss{};
    const bool is_pss = vector.has("salt_size");
    if (is_pss) {
        const std::string& hash = vector.text("hash");
        const std::string& mgf = vector.has("mgf") ? vector.text("mgf") : hash;
        pss = {mechanism_named(hash), mgf_named(mgf), vector.number("salt_size")};
    }
    const auto request = ask(mechanism_of(vector), is_pss ? parameter_of(pss) : ByteView());
    check(verify(request, rsa_public(vector), vector.bytes("message"), vector.bytes("signature")), vector);
    const bool repeatable = !is_pss && !vector.has("result") && !vector.bytes_or_none("d").empty();
    if (!repeatable) return;
    BOOST_CHECK(must(sign(request, rsa_private(vector), vector.bytes("message"))) == vector.bytes("signature"));
}

void decryption(const Vector& vector) {
    CK_RSA_PKCS_OAEP_PARAMS oaep{};
    Bytes label = vector.bytes_or_none("label");
    const bool is_oaep = vector.text("operation") == "oaep";
    if (is_oaep) {
        oaep = {mechanism_named(vector.text("hash")), mgf_named(vector.text("mgf")), CKZ_DATA_SPECIFIED, label.data(),
                label.size()};
    }
    const auto request = is_oaep ? ask(CKM_RSA_PKCS_OAEP, parameter_of(oaep)) : ask(mechanism_of(vector));
    const auto opened = crypt(start_decrypting(request, rsa_private(vector)), vector.bytes("ciphertext"));
    check(opened, vector);
    if (!vector.has("result")) BOOST_CHECK(*opened == vector.bytes("message"));
}

void ecdsa(const Vector& vector) {
    auto record =
        std::make_shared<KeyRecord>(test::permissive_record({.type = KeyType::Ec, .curve = curve_of(vector)}));
    record->public_key = {
        .type = KeyType::Ec, .curve = curve_of(vector), .n = {}, .e = {}, .point = vector.bytes("point")};
    const auto key = must(open_public_key(record));
    check(verify(ask(mechanism_of(vector)), key, vector.bytes("message"), vector.bytes("signature")), vector);
    check(verify(ask(CKM_ECDSA), key, vector.bytes("digest"), vector.bytes("signature")), vector);
}

class EcAttributes final : public AttributeSource {
public:
    EcAttributes(Curve curve, Bytes scalar) : scalar_(std::move(scalar)) {
        params_ = must(public_attribute(test::ec_key(curve)->record().public_key, CKA_EC_PARAMS));
    }
    std::optional<ByteView> find(CK_ATTRIBUTE_TYPE type) const override {
        if (type == CKA_EC_PARAMS) return params_;
        return type == CKA_VALUE ? std::optional<ByteView>(scalar_) : std::nullopt;
    }

private:
    Bytes params_;
    Bytes scalar_;
};

void ecdh(const Vector& vector) {
    const EcAttributes attributes(curve_of(vector), vector.bytes("private"));
    const auto key = test::private_key(must(created_material(type_of(curve_of(vector)), attributes)));
    Bytes point = vector.bytes("point");
    const CK_ECDH1_DERIVE_PARAMS params{CKD_NULL, 0, nullptr, point.size(), point.data()};
    const auto secret = derive(ask(CKM_ECDH1_DERIVE, parameter_of(params)), *key, 0);
    check(secret, vector);
    if (!vector.has("result")) BOOST_CHECK(copy_of(secret->value.expose_bytes()) == vector.bytes("secret"));
}

void digest(const Vector& vector) {
    const auto operation = must(start_digesting(ask(mechanism_of(vector))));
    Bytes got(operation->size());
    EXPECT_SUCCESS(operation->update(vector.bytes("message")));
    EXPECT_SUCCESS(operation->finish(got));
    BOOST_CHECK(got == vector.bytes("digest"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(published_vectors)

BOOST_AUTO_TEST_CASE(aes_ciphers) {
    for (const auto* file : {"aes_ecb.txt", "aes_cbc.txt", "aes_cbc_pad.txt", "aes_ctr.txt", "aes_gcm.txt"}) {
        each(file, cipher);
    }
}

BOOST_AUTO_TEST_CASE(key_wrap) {
    for (const auto* file : {"aes_kw.txt", "aes_kwp.txt"}) each(file, keywrap);
}

BOOST_AUTO_TEST_CASE(macs) {
    for (const auto* file : {"aes_cmac.txt", "hmac.txt"}) each(file, mac);
}

BOOST_AUTO_TEST_CASE(digests) { each("digest.txt", digest); }

BOOST_AUTO_TEST_CASE(rsa_signatures) {
    for (const auto* file : {"rsa_pkcs1_sign.txt", "rsa_pss.txt"}) each(file, signature);
}

BOOST_AUTO_TEST_CASE(rsa_decryption) {
    for (const auto* file : {"rsa_oaep.txt", "rsa_pkcs1_decrypt.txt", "rsa_x509.txt"}) each(file, decryption);
}

BOOST_AUTO_TEST_CASE(elliptic_curves) {
    each("ecdsa.txt", ecdsa);
    each("ecdh.txt", ecdh);
}

BOOST_AUTO_TEST_SUITE_END()
