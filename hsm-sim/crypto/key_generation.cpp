// Fresh pairs.
#include <openssl/core_names.h>

#include "crypto/library.hpp"
#include "crypto/octet_pair.hpp"
#include "crypto/parameters.hpp"
#include "crypto/pkey.hpp"

namespace kvp11::crypto {
namespace {

constexpr std::uint32_t smallest_generated = 1024;
constexpr std::uint32_t largest_generated = 8192;

Result<EvpPkey> generate_with(const char* type, const OSSL_PARAM* parameters) {
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_name(library_context(), type, nullptr));
    EVP_PKEY* key = nullptr;
    if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_params(context.get(), parameters) != 1 || EVP_PKEY_generate(context.get(), &key) != 1) {
        return openssl_failure("generating a key");
    }
    return EvpPkey(key);
}

Result<EvpPkey> generate_rsa(const KeySpec& spec) {
    if (spec.bits < smallest_generated || spec.bits > largest_generated || spec.bits % 8 != 0) {
        return fail(Errc::KeySizeRange,
                    "got an RSA key of " + std::to_string(spec.bits) + " bits, want 1024 to 8192 in steps of 8");
    }
    if (spec.public_exponent < 3 || spec.public_exponent % 2 == 0) {
        return fail(Errc::AttributeValueInvalid, "got the RSA public exponent " + std::to_string(spec.public_exponent) +
                                                     ", want an odd number of 3 or more");
    }
    std::size_t bits = spec.bits;
    BigNumber exponent(required(BN_new(), "a big number"));
    BN_set_word(exponent.get(), spec.public_exponent);
    Parameters parameters;
    parameters.size(OSSL_PKEY_PARAM_RSA_BITS, bits).number(OSSL_PKEY_PARAM_RSA_E, exponent.get());
    return generate_with("RSA", parameters.rows());
}

Result<EvpPkey> generate_ec(const KeySpec& spec) {
    Parameters parameters;
    parameters.text(OSSL_PKEY_PARAM_GROUP_NAME, curve_name(spec.curve));
    return generate_with("EC", parameters.rows());
}

}  // namespace

Result<EvpPkey> generate_pkey(const KeySpec& spec) {
    ErrorMark mark;
    if (spec.type == KeyType::Rsa) return generate_rsa(spec);
    if (!is_on_curve(spec.type)) return fail(Errc::KeyTypeInconsistent, "a secret key has no halves");
    if (type_of(spec.curve) != spec.type) {
        return fail(Errc::CurveNotSupported, "the curve is one of another type of key");
    }
    return spec.type == KeyType::Ec ? generate_ec(spec) : generate_octet_pkey(spec.curve);
}

}  // namespace kvp11::crypto
