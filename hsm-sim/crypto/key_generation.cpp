// Fresh RSA and EC keys, each with a signature made and verified before anybody else uses it.
#include <array>

#include <openssl/core_names.h>

#include "crypto/library.hpp"
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

/// FIPS 140-3's pairwise consistency test: what the private half signs, the public half verifies.
bool pair_is_consistent(EVP_PKEY* key) {
    const std::array<std::uint8_t, 32> message{1, 2, 3};
    std::array<std::uint8_t, largest_generated / 8> signature;
    std::size_t size = signature.size();
    EvpPkeyCtx signing(EVP_PKEY_CTX_new_from_pkey(library_context(), key, nullptr));
    EvpPkeyCtx verifying(EVP_PKEY_CTX_new_from_pkey(library_context(), key, nullptr));
    return signing && verifying && EVP_PKEY_sign_init(signing.get()) == 1 &&
           EVP_PKEY_sign(signing.get(), signature.data(), &size, message.data(), message.size()) == 1 &&
           EVP_PKEY_verify_init(verifying.get()) == 1 &&
           EVP_PKEY_verify(verifying.get(), signature.data(), size, message.data(), message.size()) == 1;
}

}  // namespace

Result<EvpPkey> generate_pkey(const KeySpec& spec) {
    ErrorMark mark;
    if (spec.type != KeyType::Rsa && spec.type != KeyType::Ec) {
        return fail(Errc::KeyTypeInconsistent, "a secret key has no halves");
    }
    EvpPkey key = TRY(spec.type == KeyType::Rsa ? generate_rsa(spec) : generate_ec(spec));
    if (!pair_is_consistent(key.get())) return fail(Errc::DeviceError, "a fresh key failed its consistency check");
    return key;
}

}  // namespace kvp11::crypto
