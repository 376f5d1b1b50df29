#include "crypto/drbg.hpp"

#include <openssl/core_names.h>

#include "crypto/library.hpp"
#include "crypto/parameters.hpp"

namespace kvp11::crypto {
namespace {

constexpr unsigned strength = 256;

using EvpRand = Handle<EVP_RAND, EVP_RAND_free>;
using EvpRandCtx = Handle<EVP_RAND_CTX, EVP_RAND_CTX_free>;

EvpRandCtx new_generator(const char* name, EVP_RAND_CTX* parent) {
    const EvpRand method(EVP_RAND_fetch(library_context(), name, nullptr));
    return EvpRandCtx(method ? EVP_RAND_CTX_new(method.get(), parent) : nullptr);
}

/// OpenSSL's source that gives out what it was told.
EvpRandCtx known_source(ByteView entropy, ByteView nonce) {
    EvpRandCtx source = new_generator("TEST-RAND", nullptr);
    unsigned bits = strength;
    Parameters parameters;
    parameters.octets(OSSL_RAND_PARAM_TEST_ENTROPY, entropy).octets(OSSL_RAND_PARAM_TEST_NONCE, nonce);
    const OSSL_PARAM said[] = {OSSL_PARAM_construct_uint(OSSL_RAND_PARAM_STRENGTH, &bits), OSSL_PARAM_construct_end()};
    if (!source || EVP_RAND_CTX_set_params(source.get(), said) != 1 ||
        EVP_RAND_instantiate(source.get(), strength, 0, nullptr, 0, parameters.rows()) != 1) {
        return nullptr;
    }
    return source;
}

}  // namespace

Result<Bytes> ctr_drbg_second_answer(ByteView entropy, ByteView nonce, std::size_t size) {
    ErrorMark mark;
    const EvpRandCtx source = known_source(entropy, nonce);
    const EvpRandCtx generator = source ? new_generator("CTR-DRBG", source.get()) : nullptr;
    int with_function = 1;
    Parameters parameters;
    parameters.text(OSSL_DRBG_PARAM_CIPHER, "AES-256-CTR");
    const OSSL_PARAM function[] = {OSSL_PARAM_construct_int(OSSL_DRBG_PARAM_USE_DF, &with_function),
                                   OSSL_PARAM_construct_end()};
    // A null pointer would mean OpenSSL's own personalisation string, not none.
    static constexpr std::uint8_t none = 0;
    Bytes answer(size);
    if (!generator || EVP_RAND_CTX_set_params(generator.get(), parameters.rows()) != 1 ||
        EVP_RAND_CTX_set_params(generator.get(), function) != 1 ||
        EVP_RAND_instantiate(generator.get(), strength, 0, &none, 0, nullptr) != 1 ||
        EVP_RAND_generate(generator.get(), answer.data(), size, strength, 0, nullptr, 0) != 1 ||
        EVP_RAND_generate(generator.get(), answer.data(), size, strength, 0, nullptr, 0) != 1) {
        return openssl_failure("a generator with a known seed");
    }
    return answer;
}

}  // namespace kvp11::crypto
