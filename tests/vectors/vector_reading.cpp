#include "vectors/vector_reading.hpp"

#include <sstream>

#include "support/key_derivation.hpp"
#include "support/names.hpp"

namespace kvp11::test {
namespace {

/// Fields of SP 800-108's input: "iteration counter:8 feedback data:0a0b length:32".
std::vector<KdfField> fields_of(const Vector& vector) {
    std::vector<KdfField> fields;
    std::istringstream words(vector.text("input"));
    for (std::string word; words >> word;) {
        const auto colon = word.find(':');
        const std::string name = word.substr(0, colon);
        const std::string value = colon == std::string::npos ? "" : word.substr(colon + 1);
        if (name == "iteration") {
            fields.push_back({CK_SP800_108_ITERATION_VARIABLE, value.empty() ? 0 : std::stoul(value)});
        } else if (name == "counter") {
            fields.push_back({CK_SP800_108_COUNTER, std::stoul(value)});
        } else if (name == "length") {
            fields.push_back({CK_SP800_108_DKM_LENGTH, std::stoul(value)});
        } else {
            fields.push_back({CK_SP800_108_BYTE_ARRAY, 0, from_hex(value)});
        }
    }
    return fields;
}

Mechanism hkdf_mechanism(const Vector& vector) {
    HkdfChoice choice;
    const std::string steps = vector.has("steps") ? vector.text("steps") : "extract expand";
    choice.extract = steps.find("extract") != std::string::npos;
    choice.expand = steps.find("expand") != std::string::npos;
    choice.digest = ckm_number(vector.text("hash"));
    choice.salt = vector.bytes_or_none("salt");
    choice.info = vector.bytes_or_none("info");
    return hkdf(mechanism_type(vector), choice);
}

}  // namespace

CK_MECHANISM_TYPE mechanism_type(const Vector& vector) { return ckm_number(vector.text("mechanism")); }

Curve curve_of(const Vector& vector) {
    const std::string& name = vector.text("curve");
    if (name == "P-256") return Curve::P256;
    if (name == "P-384") return Curve::P384;
    if (name == "P-521") return Curve::P521;
    if (name == "secp256k1") return Curve::Secp256k1;
    throw std::runtime_error("unknown curve " + name);
}

std::optional<OtherCurve> other_curve_of(const Vector& vector) {
    const std::string& name = vector.text("curve");
    if (name == "Ed25519") return OtherCurve::Ed25519;
    if (name == "Ed448") return OtherCurve::Ed448;
    if (name == "X25519") return OtherCurve::X25519;
    if (name == "X448") return OtherCurve::X448;
    return std::nullopt;
}

Template secret_of(const Vector& vector) {
    const std::string type = vector.has("key_type") ? vector.text("key_type") : "aes";
    const Bytes value = vector.bytes("key");
    if (type == "aes") return aes_key(value).flag(CKA_DERIVE, true);
    if (type == "generic") return generic_secret(value).flag(CKA_DERIVE, true);
    if (type == "hkdf") return secret_key(CKK_HKDF, value);
    if (type == "xts") return secret_key(CKK_AES_XTS, value).without(CKA_DERIVE);
    if (type == "chacha20") return secret_key(CKK_CHACHA20, value).without(CKA_DERIVE);
    throw std::runtime_error("unknown key type " + type);
}

RsaNumbers rsa_of(const Vector& vector) {
    return {vector.bytes("n"),          vector.bytes("e"),         vector.bytes_or_none("d"),
            vector.bytes_or_none("p"),  vector.bytes_or_none("q"), vector.bytes_or_none("dp"),
            vector.bytes_or_none("dq"), vector.bytes_or_none("qi")};
}

Mechanism cipher_mechanism(const Vector& vector) {
    const CK_MECHANISM_TYPE type = mechanism_type(vector);
    switch (type) {
        case CKM_AES_GCM: return gcm(vector.bytes("iv"), vector.bytes("aad"), vector.number("tag_bits"));
        case CKM_AES_CTR: return ctr(vector.bytes("iv"));
        case CKM_AES_CCM: {
            const std::size_t mac_size = vector.number("mac_size");
            const std::size_t size = vector.bytes("ciphertext").size() - mac_size;
            return ccm(size, vector.bytes("iv"), vector.bytes("aad"), mac_size);
        }
        case CKM_CHACHA20: return chacha20(vector.bytes("iv"));
        case CKM_CHACHA20_POLY1305: return chacha20_poly1305(vector.bytes("iv"), vector.bytes("aad"));
        case CKM_AES_ECB: return {type};
        default: return {type, vector.bytes("iv")};
    }
}

Mechanism pss_mechanism(const Vector& vector) {
    const CK_MECHANISM_TYPE digest = ckm_number(vector.text("hash"));
    const CK_MECHANISM_TYPE mgf = vector.has("mgf") ? ckm_number(vector.text("mgf")) : digest;
    return pss(mechanism_type(vector), digest, mgf, vector.number("salt_size"));
}

Mechanism oaep_mechanism(const Vector& vector) {
    return oaep(ckm_number(vector.text("hash")), ckm_number(vector.text("mgf")), vector.bytes_or_none("label"));
}

Mechanism derivation_mechanism(const Vector& vector) {
    const CK_MECHANISM_TYPE type = mechanism_type(vector);
    switch (type) {
        case CKM_HKDF_DERIVE: return hkdf_mechanism(vector);
        case CKM_SP800_108_COUNTER_KDF:
        case CKM_SP800_108_FEEDBACK_KDF:
        case CKM_SP800_108_DOUBLE_PIPELINE_KDF:
            return sp800_108(type, ckm_number(vector.text("prf")), fields_of(vector), vector.bytes_or_none("iv"));
        case CKM_EXTRACT_KEY_FROM_KEY: return extraction(vector.number("bit"));
        case CKM_AES_CBC_ENCRYPT_DATA: return cbc_encrypt_data(vector.bytes("iv"), vector.bytes("data"));
        case CKM_CONCATENATE_BASE_AND_DATA:
        case CKM_CONCATENATE_DATA_AND_BASE:
        case CKM_XOR_BASE_AND_DATA:
        case CKM_AES_ECB_ENCRYPT_DATA: return with_data(type, vector.bytes("data"));
        default: return {type};
    }
}

}  // namespace kvp11::test
