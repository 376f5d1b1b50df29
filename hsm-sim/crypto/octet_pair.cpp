#include "crypto/octet_pair.hpp"

#include <algorithm>

#include "crypto/library.hpp"
#include "crypto/numbers.hpp"

namespace kvp11::crypto {
namespace {

constexpr Curve octet_curves[] = {Curve::Ed25519, Curve::Ed448, Curve::X25519, Curve::X448};

/// The numbers of a twisted Edwards curve a·x² + y² = 1 + d·x²·y² (RFC 8032 §5.1, §5.2).
struct Edwards {
    const char* prime;
    const char* d;
    bool a_is_minus_one;
};
constexpr Edwards edwards25519 = {"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed",
                                  "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3", true};
constexpr Edwards edwards448 = {"fffffffffffffffffffffffffffffffffffffffffffffffffffffffe"
                                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                                "-98a9", false};

BigNumber number_of_hex(const char* digits) {
    BIGNUM* number = nullptr;
    BN_hex2bn(&number, digits);
    return BigNumber(required(number, "a big number"));
}

/// Whether an encoded y has an x: x² = (1 - y²) / (a - d·y²), and a fraction is a square when its product is.
/// OpenSSL finds out as well, but only when it verifies, where it looks like a wrong signature.
bool is_on_curve(const Edwards& curve, ByteView encoded) {
    Bytes digits(encoded.rbegin(), encoded.rend());
    digits.front() &= 0x7f;  // the sign of x
    const BigNumber prime = number_of_hex(curve.prime);
    const BigNumber d = number_of_hex(curve.d);
    const BigNumber y = number_of(digits);
    const BigNumber above(required(BN_new(), "a big number"));
    const BigNumber below(required(BN_new(), "a big number"));
    const BnCtx context(required(BN_CTX_new_ex(library_context()), "big numbers"));
    if (BN_cmp(y.get(), prime.get()) >= 0) return false;
    BN_CTX* const room = context.get();
    BN_mod_sqr(y.get(), y.get(), prime.get(), room);
    BN_mod_mul(below.get(), d.get(), y.get(), prime.get(), room);
    const BigNumber a = number_of_hex(curve.a_is_minus_one ? "-1" : "1");
    const BigNumber one = number_of_hex("1");
    BN_mod_sub(above.get(), one.get(), y.get(), prime.get(), room);
    BN_mod_sub(below.get(), a.get(), below.get(), prime.get(), room);
    BN_mod_mul(above.get(), above.get(), below.get(), prime.get(), room);
    const int symbol = BN_kronecker(above.get(), prime.get(), room);
    return symbol == 0 || symbol == 1;
}

bool is_point(Curve curve, ByteView octets) {
    if (curve == Curve::Ed25519) return is_on_curve(edwards25519, octets);
    return curve != Curve::Ed448 || is_on_curve(edwards448, octets);
}

}  // namespace

std::optional<Curve> octet_curve_of(const EVP_PKEY* key) {
    for (const Curve curve : octet_curves) {
        if (EVP_PKEY_is_a(key, curve_name(curve))) return curve;
    }
    return std::nullopt;
}

Result<EvpPkey> octet_public_pkey(Curve curve, ByteView point) {
    ErrorMark mark;
    if (point.size() != curve_size(curve)) {
        return fail(Errc::PublicKeyInvalid, "got a public key of " + std::to_string(point.size()) + " bytes, want " +
                                                std::to_string(curve_size(curve)));
    }
    if (!is_point(curve, point)) return fail(Errc::PublicKeyInvalid, "the public key is no point of its curve");
    EvpPkey key(
        EVP_PKEY_new_raw_public_key_ex(library_context(), curve_name(curve), nullptr, point.data(), point.size()));
    if (!key) return openssl_failure("a public key");
    return key;
}

Result<EvpPkey> octet_pkey(Curve curve, ByteView private_octets) {
    ErrorMark mark;
    if (private_octets.size() != curve_size(curve)) {
        return fail(Errc::AttributeValueInvalid, "got a private key of " + std::to_string(private_octets.size()) +
                                                     " bytes, want " + std::to_string(curve_size(curve)));
    }
    EvpPkey key(EVP_PKEY_new_raw_private_key_ex(library_context(), curve_name(curve), nullptr, private_octets.data(),
                                                private_octets.size()));
    if (!key) return openssl_failure("a private key");
    return key;
}

Result<EvpPkey> generate_octet_pkey(Curve curve) {
    ErrorMark mark;
    EvpPkey key(EVP_PKEY_Q_keygen(library_context(), nullptr, curve_name(curve)));
    if (!key) return openssl_failure("generating a key");
    return key;
}

Result<Bytes> octet_point_of(const EVP_PKEY* key) {
    Bytes point(128);
    std::size_t size = point.size();
    if (EVP_PKEY_get_raw_public_key(key, point.data(), &size) != 1) return openssl_failure("reading a public key");
    point.resize(size);
    return point;
}

Result<SecretBytes> expose_private_octets(const EVP_PKEY* key) {
    SecretBytes octets(128);
    std::size_t size = octets.size();
    if (EVP_PKEY_get_raw_private_key(key, octets.expose_writable().data(), &size) != 1) {
        return fail(Errc::AttributeValueInvalid, "the key has no private half");
    }
    octets.shrink(size);
    return octets;
}

}  // namespace kvp11::crypto
