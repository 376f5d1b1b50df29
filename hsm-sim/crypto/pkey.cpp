#include "crypto/pkey.hpp"

#include <openssl/core_names.h>
#include <openssl/encoder.h>

#include "crypto/library.hpp"
#include "crypto/numbers.hpp"
#include "crypto/octet_pair.hpp"
#include "crypto/parameters.hpp"

namespace kvp11::crypto {
namespace {

using EncoderCtx = Handle<OSSL_ENCODER_CTX, OSSL_ENCODER_CTX_free>;

/// Null when OpenSSL does not take the values.
EvpPkey build(const char* type, int selection, Parameters& parameters) {
    EVP_PKEY* key = nullptr;
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_name(library_context(), type, nullptr));
    if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, selection, parameters.rows()) != 1) {
        return nullptr;
    }
    return EvpPkey(key);
}

Result<EvpPkey> public_rsa(const PublicKey& key) {
    const BigNumber n = number_of(key.n);
    const BigNumber e = number_of(key.e);
    const int bits = BN_num_bits(n.get());
    if (bits < smallest_rsa_bits || bits > largest_rsa_bits || !BN_is_odd(n.get())) {
        return fail(Errc::AttributeValueInvalid,
                    "got an RSA modulus of " + std::to_string(bits) + " bits, want an odd one of 512 to 16384");
    }
    if (!BN_is_odd(e.get()) || BN_is_one(e.get()) || BN_cmp(e.get(), n.get()) >= 0) {
        return fail(Errc::AttributeValueInvalid, "the RSA public exponent is not odd, above 1 and below the modulus");
    }
    Parameters parameters;
    parameters.number(OSSL_PKEY_PARAM_RSA_N, n.get()).number(OSSL_PKEY_PARAM_RSA_E, e.get());
    EvpPkey made = build("RSA", EVP_PKEY_PUBLIC_KEY, parameters);
    if (!made) return fail(Errc::AttributeValueInvalid, "OpenSSL refused the RSA public key");
    return made;
}

Result<Curve> curve_of(const EVP_PKEY* key) {
    char name[80];
    std::size_t size = 0;
    if (EVP_PKEY_get_group_name(key, name, sizeof name, &size) != 1) {
        return fail(Errc::CurveNotSupported, "the curve has no name");
    }
    return curve_of_name({name, size});
}

Result<EvpPkey> curve_pkey(Curve curve) {
    Parameters parameters;
    parameters.text(OSSL_PKEY_PARAM_GROUP_NAME, curve_name(curve));
    EvpPkey key = build("EC", EVP_PKEY_KEY_PARAMETERS, parameters);
    if (!key) return openssl_failure("a curve");
    return key;
}

}  // namespace

Result<void> set_point(EVP_PKEY* key, Curve curve, ByteView point) {
    if (point.size() != 1 + 2 * curve_size(curve) || point[0] != 4) {
        return fail(Errc::PublicKeyInvalid, "the point is not 04 || X || Y of the curve's size");
    }
    // Reading the point checks that it is on the curve; all four curves have cofactor 1.
    if (EVP_PKEY_set1_encoded_public_key(key, point.data(), point.size()) != 1) {
        return fail(Errc::PublicKeyInvalid, "the point is not on the curve");
    }
    return {};
}

Result<EvpPkey> public_pkey(const PublicKey& key) {
    ErrorMark mark;
    if (key.type == KeyType::Rsa) return public_rsa(key);
    if (!is_on_curve(key.type)) return fail(Errc::KeyTypeInconsistent, "a secret key has no public half");
    if (type_of(key.curve) != key.type) return fail(Errc::PublicKeyInvalid, "the curve is one of another type of key");
    if (key.type != KeyType::Ec) return octet_public_pkey(key.curve, key.point);
    EvpPkey made = TRY(curve_pkey(key.curve));
    TRY(set_point(made.get(), key.curve, key.point));
    return made;
}

Result<PublicKey> public_key_of(const EVP_PKEY* key) {
    ErrorMark mark;
    PublicKey value;
    if (EVP_PKEY_is_a(key, "RSA")) {
        const BigNumber n = number_of(key, OSSL_PKEY_PARAM_RSA_N);
        const BigNumber e = number_of(key, OSSL_PKEY_PARAM_RSA_E);
        if (!n || !e) return openssl_failure("reading an RSA key");
        value.n = bytes_of_number(n.get());
        value.e = bytes_of_number(e.get());
        return value;
    }
    if (const std::optional<Curve> octet_curve = octet_curve_of(key)) {
        value.type = type_of(*octet_curve);
        value.curve = *octet_curve;
        value.point = TRY(octet_point_of(key));
        return value;
    }
    if (!EVP_PKEY_is_a(key, "EC")) return fail(Errc::KeyTypeInconsistent, "the key is of a type that is unknown here");
    value.type = KeyType::Ec;
    value.curve = TRY(curve_of(key));
    const BigNumber x = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X);
    const BigNumber y = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y);
    if (!x || !y) return fail(Errc::PublicKeyInvalid, "the EC key has no usable point");
    const auto size = static_cast<int>(curve_size(value.curve));
    value.point.resize(1 + 2 * curve_size(value.curve));
    value.point[0] = 4;
    if (BN_bn2binpad(x.get(), value.point.data() + 1, size) < 0 ||
        BN_bn2binpad(y.get(), value.point.data() + 1 + size, size) < 0) {
        return fail(Errc::PublicKeyInvalid, "the EC key's point does not fit its curve");
    }
    return value;
}

Result<EvpPkey> rsa_pkey(const RsaNumbers& numbers) {
    ErrorMark mark;
    Parameters parameters;
    parameters.number(OSSL_PKEY_PARAM_RSA_N, numbers.n.get())
        .number(OSSL_PKEY_PARAM_RSA_E, numbers.e.get())
        .number(OSSL_PKEY_PARAM_RSA_D, numbers.d.get())
        .number(OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.p.get())
        .number(OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.q.get())
        .number(OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.dp.get())
        .number(OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.dq.get())
        .number(OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.qi.get());
    EvpPkey key = build("RSA", EVP_PKEY_KEYPAIR, parameters);
    if (!key) return fail(Errc::AttributeValueInvalid, "OpenSSL refused the RSA components");
    return key;
}

Result<RsaNumbers> rsa_numbers_of(const EVP_PKEY* key) {
    ErrorMark mark;
    RsaNumbers numbers{number_of(key, OSSL_PKEY_PARAM_RSA_N),         number_of(key, OSSL_PKEY_PARAM_RSA_E),
                       number_of(key, OSSL_PKEY_PARAM_RSA_D),         number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR1),
                       number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR2),   number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT1),
                       number_of(key, OSSL_PKEY_PARAM_RSA_EXPONENT2), number_of(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1)};
    if (!numbers.n || !numbers.e || !numbers.d || !numbers.p || !numbers.q || !numbers.dp || !numbers.dq ||
        !numbers.qi) {
        return fail(Errc::AttributeValueInvalid, "the RSA key lacks some of its eight components");
    }
    if (number_of(key, OSSL_PKEY_PARAM_RSA_FACTOR3)) {
        return fail(Errc::AttributeValueInvalid, "RSA keys of more than two primes are not supported");
    }
    return numbers;
}

Result<EvpPkey> ec_pkey(Curve curve, const BIGNUM* scalar) {
    ErrorMark mark;
    const EC_GROUP* group = curve_group(curve);
    if (BN_is_zero(scalar) || BN_is_negative(scalar) || BN_cmp(scalar, EC_GROUP_get0_order(group)) >= 0) {
        return fail(Errc::AttributeValueInvalid, "the EC private value is not between 1 and the order");
    }
    BnCtx context(required(BN_CTX_secure_new_ex(library_context()), "big numbers"));
    EcPoint point(required(EC_POINT_new(group), "a point"));
    Bytes encoded(1 + 2 * curve_size(curve));
    if (EC_POINT_mul(group, point.get(), scalar, nullptr, nullptr, context.get()) != 1 ||
        EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(),
                           context.get()) != encoded.size()) {
        return openssl_failure("an EC public key");
    }
    Parameters parameters;
    parameters.text(OSSL_PKEY_PARAM_GROUP_NAME, curve_name(curve))
        .octets(OSSL_PKEY_PARAM_PUB_KEY, encoded)
        .number(OSSL_PKEY_PARAM_PRIV_KEY, scalar);
    EvpPkey key = build("EC", EVP_PKEY_KEYPAIR, parameters);
    if (!key) return openssl_failure("an EC key");
    return key;
}

Result<EvpPkey> checked_private(EvpPkey key) {
    ErrorMark mark;
    if (EVP_PKEY_is_a(key.get(), "RSA")) {
        const RsaNumbers numbers = TRY(rsa_numbers_of(key.get()));
        if (BN_num_bits(numbers.n.get()) < smallest_rsa_bits || BN_num_bits(numbers.n.get()) > largest_rsa_bits) {
            return fail(Errc::AttributeValueInvalid, "the RSA modulus is not of 512 to 16384 bits");
        }
        TRY(check_consistent(numbers));
        return key;
    }
    if (octet_curve_of(key.get())) {
        TRY(expose_private_octets(key.get()));
        return key;
    }
    if (!EVP_PKEY_is_a(key.get(), "EC")) {
        return fail(Errc::AttributeValueInvalid, "the key is of a type that is unknown here");
    }
    const Result<Curve> curve = curve_of(key.get());
    const BigNumber scalar = number_of(key.get(), OSSL_PKEY_PARAM_PRIV_KEY);
    if (!curve) return fail(Errc::AttributeValueInvalid, curve.error().message);
    if (!scalar) return fail(Errc::AttributeValueInvalid, "the EC key has no private value");
    EvpPkey canonical = TRY(ec_pkey(*curve, scalar.get()));
    const Result<PublicKey> claimed = public_key_of(key.get());
    if (!claimed || *claimed != TRY(public_key_of(canonical.get()))) {
        return fail(Errc::AttributeValueInvalid, "the EC key's point does not belong to its private value");
    }
    return canonical;
}

Result<SecretMaterial> expose_pkcs8(const EVP_PKEY* key) {
    ErrorMark mark;
    EncoderCtx encoder(OSSL_ENCODER_CTX_new_for_pkey(key, EVP_PKEY_KEYPAIR, "DER", "PrivateKeyInfo", nullptr));
    std::uint8_t* der = nullptr;
    std::size_t size = 0;
    if (!encoder || OSSL_ENCODER_to_data(encoder.get(), &der, &size) != 1) return openssl_failure("encoding a key");
    SecretMaterial material = SecretBytes::copy_of({der, size});
    OPENSSL_clear_free(der, size);
    return material;
}

}  // namespace kvp11::crypto
