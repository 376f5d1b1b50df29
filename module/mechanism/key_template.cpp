#include "mechanism/key_template.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "crypto/asymmetric.hpp"
#include "crypto/digest.hpp"
#include "crypto/key_material.hpp"
#include "crypto/symmetric.hpp"
#include "crypto/x509.hpp"
#include "mechanism/ec_point.hpp"

namespace kvp11::mechanism {
namespace {

Failure value_invalid(std::string message) { return fail(Errc::AttributeValueInvalid, std::move(message)); }

Result<ByteView> required(const AttributeSource& attributes, CK_ATTRIBUTE_TYPE type, std::string_view name) {
    if (const auto value = attributes.find(type)) return *value;
    return fail(Errc::TemplateIncomplete, std::string(name) + " is missing");
}

Result<CK_ULONG> required_number(const AttributeSource& attributes, CK_ATTRIBUTE_TYPE type, std::string_view name) {
    const ByteView value = TRY(required(attributes, type, name));
    if (value.size() != sizeof(CK_ULONG)) return value_invalid(std::string(name) + " is no CK_ULONG");
    CK_ULONG number;
    std::memcpy(&number, value.data(), sizeof number);
    return number;
}

ByteView without_leading_zeros(ByteView integer) {
    const auto first = std::find_if(integer.begin(), integer.end(), [](std::uint8_t byte) { return byte != 0; });
    return {first, integer.end()};
}

/// A condition of the crypto room about a value that came out of a template.
template <class T>
Result<T> as_attribute(Result<T> result) {
    if (result.ok() || result.code() == Errc::CurveNotSupported) return result;
    return value_invalid(result.error().message);
}

Result<Curve> curve_in(KeyType type, const AttributeSource& attributes) {
    const ByteView params = TRY(required(attributes, CKA_EC_PARAMS, "CKA_EC_PARAMS"));
    const Curve curve = TRY(crypto::parse_curve_parameters(params));
    if (type_of(curve) == type) return curve;
    return fail(Errc::CurveNotSupported, "the curve is one of another key type");
}

// --- sizes of secrets

/// Bytes that a key type may have; a first size of 0 stands for any size.
struct SecretSizes {
    KeyType type;
    std::array<std::size_t, 3> sizes;
};
constexpr SecretSizes secret_sizes[] = {
    {KeyType::Aes, {16, 24, 32}},
    {KeyType::GenericSecret, {}},
    {KeyType::ChaCha20, {32, 32, 32}},
    {KeyType::AesXts, {32, 64, 64}},
};
constexpr std::size_t longest_secret = 65536;

const SecretSizes& sizes_of(KeyType type) {
    const auto row = std::find_if(std::begin(secret_sizes), std::end(secret_sizes),
                                  [&](const SecretSizes& sizes) { return sizes.type == type; });
    return row != std::end(secret_sizes) ? *row : secret_sizes[1];
}

bool is_secret_size(KeyType type, std::size_t bytes) {
    const auto& sizes = sizes_of(type).sizes;
    if (sizes.front() == 0) return bytes >= 1 && bytes <= longest_secret;
    return std::find(sizes.begin(), sizes.end(), bytes) != sizes.end();
}

// --- specs of keys to be generated

Result<std::uint32_t> public_exponent_in(const AttributeSource& attributes) {
    const auto given = attributes.find(CKA_PUBLIC_EXPONENT);
    if (!given) return 65537U;
    const ByteView bytes = without_leading_zeros(*given);
    if (bytes.empty() || bytes.size() > 4) return value_invalid("CKA_PUBLIC_EXPONENT out of range");
    std::uint32_t exponent = 0;
    for (const std::uint8_t byte : bytes) exponent = exponent << 8 | byte;
    if (exponent < 3 || exponent % 2 == 0) return value_invalid("CKA_PUBLIC_EXPONENT is even or too small");
    return exponent;
}

Result<KeySpec> rsa_spec(const AttributeSource& attributes) {
    const CK_ULONG bits = TRY(required_number(attributes, CKA_MODULUS_BITS, "CKA_MODULUS_BITS"));
    if (bits != 2048 && bits != 3072 && bits != 4096) {
        return fail(Errc::KeySizeRange, "RSA key of " + std::to_string(bits) + " bits, want 2048, 3072 or 4096");
    }
    return KeySpec{.type = KeyType::Rsa,
                   .bits = static_cast<std::uint32_t>(bits),
                   .public_exponent = TRY(public_exponent_in(attributes))};
}

// --- material of keys to be created

SecretBytes secret_integer(const AttributeSource& attributes, CK_ATTRIBUTE_TYPE type) {
    const auto value = attributes.find(type);
    return value ? SecretBytes::copy_of(without_leading_zeros(*value)) : SecretBytes();
}

Result<SecretMaterial> rsa_material(const AttributeSource& attributes) {
    crypto::RsaComponents key;
    key.n = copy_of(without_leading_zeros(TRY(required(attributes, CKA_MODULUS, "CKA_MODULUS"))));
    key.e = copy_of(without_leading_zeros(TRY(required(attributes, CKA_PUBLIC_EXPONENT, "CKA_PUBLIC_EXPONENT"))));
    TRY(required(attributes, CKA_PRIVATE_EXPONENT, "CKA_PRIVATE_EXPONENT"));
    key.d = secret_integer(attributes, CKA_PRIVATE_EXPONENT);
    key.p = secret_integer(attributes, CKA_PRIME_1);
    key.q = secret_integer(attributes, CKA_PRIME_2);
    key.dp = secret_integer(attributes, CKA_EXPONENT_1);
    key.dq = secret_integer(attributes, CKA_EXPONENT_2);
    key.qi = secret_integer(attributes, CKA_COEFFICIENT);
    return as_attribute(crypto::pack_rsa(key));
}

Result<SecretMaterial> curve_material(KeyType type, const AttributeSource& attributes) {
    const Curve curve = TRY(curve_in(type, attributes));
    const ByteView value = TRY(required(attributes, CKA_VALUE, "CKA_VALUE"));
    // A scalar is a number; the private bytes of the other curves are not.
    const ByteView scalar = type == KeyType::Ec ? without_leading_zeros(value) : value;
    auto material = TRY(as_attribute(crypto::pack_ec(curve, SecretBytes::copy_of(scalar))));
    // NSS sends the point along; one that does not belong to the scalar would be a trap for its user.
    if (const auto given = attributes.find(CKA_EC_POINT)) {
        const auto point = public_point(curve, *given);
        const auto half = TRY(as_attribute(crypto::PrivateHalf::parse(material)));
        if (!point || copy_of(*point) != half->public_key().point) {
            return value_invalid("CKA_EC_POINT does not belong to CKA_VALUE");
        }
    }
    return material;
}

Result<SecretMaterial> secret_material(KeyType type, const AttributeSource& attributes) {
    const ByteView value = TRY(required(attributes, CKA_VALUE, "CKA_VALUE"));
    if (!is_secret_size(type, value.size())) {
        return value_invalid("CKA_VALUE of " + std::to_string(value.size()) + " bytes");
    }
    return SecretBytes::copy_of(value);
}

Result<PublicKey> public_key_in(KeyType type, const AttributeSource& attributes) {
    const bool components = attributes.find(type == KeyType::Rsa ? CKA_MODULUS : CKA_EC_POINT).has_value();
    if (const auto info = attributes.find(CKA_PUBLIC_KEY_INFO); info && !components) {
        auto key = TRY(as_attribute(crypto::parse_subject_public_key_info(*info)));
        if (key.type != type) return value_invalid("CKA_PUBLIC_KEY_INFO is of another key type");
        return key;
    }
    PublicKey key{.type = type, .curve = {}, .n = {}, .e = {}, .point = {}};
    if (type == KeyType::Rsa) {
        key.n = copy_of(without_leading_zeros(TRY(required(attributes, CKA_MODULUS, "CKA_MODULUS"))));
        key.e = copy_of(without_leading_zeros(TRY(required(attributes, CKA_PUBLIC_EXPONENT, "CKA_PUBLIC_EXPONENT"))));
        return key;
    }
    key.curve = TRY(curve_in(type, attributes));
    const auto point = public_point(key.curve, TRY(required(attributes, CKA_EC_POINT, "CKA_EC_POINT")));
    if (!point) return value_invalid("CKA_EC_POINT is no point of the curve in a form that is known here");
    key.point = copy_of(*point);
    return key;
}

Failure no_attribute(CK_ATTRIBUTE_TYPE type) {
    return fail(Errc::AttributeTypeInvalid, "the key has no attribute " + std::to_string(type));
}

Bytes number(CK_ULONG value) {
    Bytes bytes(sizeof value);
    std::memcpy(bytes.data(), &value, sizeof value);
    return bytes;
}

Result<Bytes> rsa_attribute(const PublicKey& key, CK_ATTRIBUTE_TYPE type) {
    switch (type) {
        case CKA_MODULUS: return key.n;
        case CKA_PUBLIC_EXPONENT: return key.e;
        case CKA_MODULUS_BITS:
            return number(key.n.empty() ? 0 : 8 * (key.n.size() - 1) + static_cast<CK_ULONG>(std::bit_width(key.n[0])));
        default: return no_attribute(type);
    }
}

}  // namespace

namespace {

struct KeyTypeRow {
    CK_KEY_TYPE ck;
    KeyType type;
};
// The first row of a type is what its keys are called when nobody says otherwise.
constexpr KeyTypeRow key_type_rows[] = {
    {CKK_RSA, KeyType::Rsa},
    {CKK_EC, KeyType::Ec},
    {CKK_AES, KeyType::Aes},
    {CKK_GENERIC_SECRET, KeyType::GenericSecret},
    {CKK_EC_EDWARDS, KeyType::EcEdwards},
    {CKK_EC_MONTGOMERY, KeyType::EcMontgomery},
    {CKK_CHACHA20, KeyType::ChaCha20},
    {CKK_AES_XTS, KeyType::AesXts},
    {CKK_HKDF, KeyType::GenericSecret},
    {CKK_SHA_1_HMAC, KeyType::GenericSecret},
    {CKK_SHA224_HMAC, KeyType::GenericSecret},
    {CKK_SHA256_HMAC, KeyType::GenericSecret},
    {CKK_SHA384_HMAC, KeyType::GenericSecret},
    {CKK_SHA512_HMAC, KeyType::GenericSecret},
    {CKK_SHA512_224_HMAC, KeyType::GenericSecret},
    {CKK_SHA512_256_HMAC, KeyType::GenericSecret},
    {CKK_SHA3_224_HMAC, KeyType::GenericSecret},
    {CKK_SHA3_256_HMAC, KeyType::GenericSecret},
    {CKK_SHA3_384_HMAC, KeyType::GenericSecret},
    {CKK_SHA3_512_HMAC, KeyType::GenericSecret},
};

}  // namespace

Result<KeyType> key_type_of(CK_KEY_TYPE type) {
    for (const KeyTypeRow& row : key_type_rows) {
        if (row.ck == type) return row.type;
    }
    return value_invalid("unsupported CKA_KEY_TYPE " + std::to_string(type));
}

CK_KEY_TYPE ck_key_type(KeyType type) {
    for (const KeyTypeRow& row : key_type_rows) {
        if (row.type == type) return row.ck;
    }
    return CKK_GENERIC_SECRET;
}

CK_MECHANISM_TYPE generation_mechanism(KeyType type) {
    switch (type) {
        case KeyType::Rsa: return CKM_RSA_PKCS_KEY_PAIR_GEN;
        case KeyType::Ec: return CKM_EC_KEY_PAIR_GEN;
        case KeyType::Aes: return CKM_AES_KEY_GEN;
        case KeyType::GenericSecret: break;
        case KeyType::EcEdwards: return CKM_EC_EDWARDS_KEY_PAIR_GEN;
        case KeyType::EcMontgomery: return CKM_EC_MONTGOMERY_KEY_PAIR_GEN;
        case KeyType::ChaCha20: return CKM_CHACHA20_KEY_GEN;
        case KeyType::AesXts: return CKM_AES_XTS_KEY_GEN;
    }
    return CKM_GENERIC_SECRET_KEY_GEN;
}

Result<KeySpec> generated_spec(const Mechanism& row, const AttributeSource& attributes) {
    if (row.keys.empty() || !(row.generates_key || row.generates_pair)) {
        return fail(Errc::MechanismInvalid, std::string(row.name) + " does not generate keys");
    }
    const KeyType type = row.keys.first();
    if (type == KeyType::Rsa) return rsa_spec(attributes);
    if (!is_on_curve(type)) return secret_spec(type, attributes);
    return KeySpec{.type = type, .curve = TRY(curve_in(type, attributes))};
}

std::size_t fixed_size(KeyType type) {
    const auto& sizes = sizes_of(type).sizes;
    return sizes.front() == sizes.back() ? sizes.front() : 0;
}

Result<KeySpec> secret_spec(KeyType type, const AttributeSource& attributes) {
    const std::size_t only = fixed_size(type);
    const bool is_said = only == 0 || attributes.find(CKA_VALUE_LEN);
    const CK_ULONG bytes = is_said ? TRY(required_number(attributes, CKA_VALUE_LEN, "CKA_VALUE_LEN")) : only;
    if (!is_secret_size(type, bytes)) {
        return fail(Errc::KeySizeRange, "secret key of " + std::to_string(bytes) + " bytes");
    }
    return KeySpec{.type = type, .bits = static_cast<std::uint32_t>(bytes * 8)};
}

Result<SecretMaterial> created_material(KeyType type, const AttributeSource& attributes) {
    if (type == KeyType::Rsa) return rsa_material(attributes);
    if (is_on_curve(type)) return curve_material(type, attributes);
    return secret_material(type, attributes);
}

Result<PublicKey> created_public_key(KeyType type, const AttributeSource& attributes) {
    if (!is_pair(type)) return value_invalid("a secret key has no public half");
    auto key = TRY(public_key_in(type, attributes));
    TRY(as_attribute(crypto::PublicHalf::parse(key)));
    return key;
}

Result<Bytes> public_attribute(const PublicKey& key, CK_ATTRIBUTE_TYPE type) {
    if (!is_pair(key.type)) return no_attribute(type);
    if (type == CKA_PUBLIC_KEY_INFO) return crypto::subject_public_key_info(key);
    if (key.type == KeyType::Rsa) return rsa_attribute(key, type);
    if (type == CKA_EC_PARAMS) return crypto::curve_parameters(key.curve);
    if (type == CKA_EC_POINT) return der_point(key.point);
    return no_attribute(type);
}

Result<SecretBytes> expose_attribute(KeyType type, const SecretMaterial& material, CK_ATTRIBUTE_TYPE attribute) {
    if (type == KeyType::Rsa) {
        auto key = TRY(crypto::expose_rsa(material));
        switch (attribute) {
            case CKA_PRIVATE_EXPONENT: return std::move(key.d);
            case CKA_PRIME_1: return std::move(key.p);
            case CKA_PRIME_2: return std::move(key.q);
            case CKA_EXPONENT_1: return std::move(key.dp);
            case CKA_EXPONENT_2: return std::move(key.dq);
            case CKA_COEFFICIENT: return std::move(key.qi);
            default: return no_attribute(attribute);
        }
    }
    if (attribute != CKA_VALUE) return no_attribute(attribute);
    return is_on_curve(type) ? crypto::expose_ec_scalar(material) : material.clone();
}

Result<Bytes> check_value(KeyType type, const SecretMaterial& material) {
    constexpr std::size_t size = 3;
    Bytes value;
    if (type == KeyType::Aes) {
        const CipherAlgorithm ecb{.scheme = CipherScheme::AesEcb, .iv = {}, .aad = {}};
        auto cipher = TRY(crypto::aes_cipher(material, ecb, crypto::Direction::Encrypt));
        const Bytes zeros(16);
        value.resize(cipher->output_bound(zeros.size()));
        value.resize(TRY(cipher->update(zeros, value)));
    } else {
        value = crypto::hash(Digest::Sha1, material.expose_bytes());
    }
    value.resize(size);
    return value;
}

}  // namespace kvp11::mechanism
