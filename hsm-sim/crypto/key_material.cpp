#include "crypto/key_material.hpp"

#include <openssl/core_names.h>

#include "crypto/library.hpp"
#include "crypto/numbers.hpp"
#include "crypto/octet_pair.hpp"
#include "crypto/pkey.hpp"

namespace kvp11::crypto {
namespace {

/// Null where nothing is given.
BigNumber optional_number(const SecretBytes& bytes) {
    const ByteView digits = without_leading_zeros(bytes.expose_bytes());
    return digits.empty() ? nullptr : number_of(digits);
}

SecretBytes minimal(const BigNumber& number) {
    return secret_of_number(number.get(), static_cast<std::size_t>(BN_num_bytes(number.get())));
}

}  // namespace

Result<SecretMaterial> pack_rsa(const RsaComponents& components) {
    ErrorMark mark;
    RsaNumbers numbers{number_of(components.n),        number_of(components.e),       optional_number(components.d),
                       optional_number(components.p),  optional_number(components.q), optional_number(components.dp),
                       optional_number(components.dq), optional_number(components.qi)};
    const int bits = BN_num_bits(numbers.n.get());
    if (bits < smallest_rsa_bits || bits > largest_rsa_bits) {
        return fail(Errc::AttributeValueInvalid,
                    "got an RSA modulus of " + std::to_string(bits) + " bits, want 512 to 16384");
    }
    if (!numbers.d || BN_is_zero(numbers.e.get())) {
        return fail(Errc::AttributeValueInvalid, "an RSA key needs its public and private exponent");
    }
    TRY(complete(numbers));
    const EvpPkey key = TRY(rsa_pkey(numbers));
    return expose_pkcs8(key.get());
}

Result<RsaComponents> expose_rsa(const SecretMaterial& pkcs8) {
    ErrorMark mark;
    const EvpPkey key = TRY(parse_pkcs8(pkcs8.expose_bytes()));
    if (!EVP_PKEY_is_a(key.get(), "RSA")) return fail(Errc::AttributeValueInvalid, "the key is no RSA key");
    const RsaNumbers numbers = TRY(rsa_numbers_of(key.get()));
    return RsaComponents{bytes_of_number(numbers.n.get()),
                         bytes_of_number(numbers.e.get()),
                         minimal(numbers.d),
                         minimal(numbers.p),
                         minimal(numbers.q),
                         minimal(numbers.dp),
                         minimal(numbers.dq),
                         minimal(numbers.qi)};
}

Result<SecretMaterial> pack_ec(Curve curve, const SecretBytes& scalar) {
    ErrorMark mark;
    if (type_of(curve) != KeyType::Ec) {
        const EvpPkey pair = TRY(octet_pkey(curve, scalar.expose_bytes()));
        return expose_pkcs8(pair.get());
    }
    const ByteView digits = without_leading_zeros(scalar.expose_bytes());
    if (digits.size() > curve_size(curve)) {
        return fail(Errc::AttributeValueInvalid, "the EC private value is longer than the order");
    }
    const EvpPkey key = TRY(ec_pkey(curve, number_of(digits).get()));
    return expose_pkcs8(key.get());
}

Result<SecretBytes> expose_ec_scalar(const SecretMaterial& pkcs8) {
    ErrorMark mark;
    const EvpPkey key = TRY(parse_pkcs8(pkcs8.expose_bytes()));
    if (octet_curve_of(key.get())) return expose_private_octets(key.get());
    if (!EVP_PKEY_is_a(key.get(), "EC")) return fail(Errc::AttributeValueInvalid, "the key is not on a curve");
    const PublicKey public_key = TRY(public_key_of(key.get()));
    const BigNumber scalar = number_of(key.get(), OSSL_PKEY_PARAM_PRIV_KEY);
    return secret_of_number(scalar.get(), curve_size(public_key.curve));
}

}  // namespace kvp11::crypto
