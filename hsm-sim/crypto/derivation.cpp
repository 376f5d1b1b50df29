#include "crypto/derivation.hpp"

#include <limits>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/library.hpp"

namespace kvp11::crypto {
namespace {

// OSSL_PARAM wants pointers to non-const; it only reads.
OSSL_PARAM octets(const char* name, ByteView bytes) {
    static std::uint8_t nothing = 0;
    void* data = bytes.empty() ? &nothing : const_cast<std::uint8_t*>(bytes.data());
    return OSSL_PARAM_construct_octet_string(name, data, bytes.size());
}
OSSL_PARAM text(const char* name, const char* value) {
    return OSSL_PARAM_construct_utf8_string(name, const_cast<char*>(value), 0);
}

Result<SecretBytes> derive(KdfMethod method, const OSSL_PARAM* parameters, std::size_t size) {
    ErrorMark mark;
    SecretBytes output(size);
    EvpKdfCtx context(EVP_KDF_CTX_new(kdf_method(method)));
    if (!context) return fail(Errc::DeviceMemory, "no memory for a key derivation");
    const MutableBytes bytes = output.expose_writable();
    if (EVP_KDF_derive(context.get(), bytes.data(), bytes.size(), parameters) != 1) {
        if (memory_ran_out()) return fail(Errc::DeviceMemory, "no memory for a key derivation");
        return fail(Errc::MechanismParamInvalid, "the key derivation refused its parameters");
    }
    return output;
}

Result<void> check_size(std::size_t size, std::size_t most) {
    if (size >= 1 && size <= most) return {};
    return fail(Errc::KeySizeRange,
                "got a key of " + std::to_string(size) + " bytes to derive, want 1 to " + std::to_string(most));
}

/// `input` is the salt or the info, whichever the step takes.
Result<SecretBytes> hkdf_step(int mode, Digest digest, const SecretBytes& key, const OSSL_PARAM& input,
                              std::size_t size) {
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode),
                                     text(OSSL_KDF_PARAM_DIGEST, digest_name(digest)),
                                     octets(OSSL_KDF_PARAM_KEY, key.expose_bytes()), input, OSSL_PARAM_construct_end()};
    auto derived = derive(KdfMethod::Hkdf, parameters, size);
    // Of a key and a length that are there, nothing else can be refused.
    if (!derived.ok() && !key.empty()) return fail(Errc::DeviceMemory, "no memory for HKDF");
    return derived;
}

}  // namespace

Result<SecretBytes> scrypt(const SecretBytes& password, ByteView salt, unsigned log2_n, unsigned r, unsigned p,
                           std::size_t size) {
    if (log2_n == 0 || log2_n > 40 || r == 0 || p == 0) {
        return fail(Errc::MechanismParamInvalid, "scrypt needs N = 2^1 to 2^40 and r and p of 1 or more");
    }
    std::uint64_t n = std::uint64_t{1} << log2_n;
    std::uint32_t block_size = r;
    std::uint32_t lanes = p;
    // The cost is the caller's choice; OpenSSL's own ceiling of 32 MiB would refuse usual ones.
    std::uint64_t ceiling = std::numeric_limits<std::uint64_t>::max();
    const OSSL_PARAM parameters[] = {octets(OSSL_KDF_PARAM_PASSWORD, password.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_SALT, salt),
                                     OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
                                     OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &block_size),
                                     OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &lanes),
                                     OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &ceiling),
                                     OSSL_PARAM_construct_end()};
    auto derived = derive(KdfMethod::Scrypt, parameters, size);
    // OpenSSL's layers say many things of an allocation that failed; with parameters within RFC 7914's limits it is
    // one.
    const bool good = log2_n < 16 * r && std::uint64_t{r} * p < (std::uint64_t{1} << 30);
    if (!derived.ok() && good) return fail(Errc::DeviceMemory, "no memory for scrypt");
    return derived;
}

Result<SecretBytes> hkdf(Digest digest, const SecretBytes& key, ByteView salt, ByteView info, std::size_t size) {
    const SecretBytes pseudorandom_key = TRY(hkdf_extract(digest, key, salt));
    return hkdf_expand(digest, pseudorandom_key, info, size);
}

Result<SecretBytes> hkdf_extract(Digest digest, const SecretBytes& key, ByteView salt) {
    return hkdf_step(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, digest, key, octets(OSSL_KDF_PARAM_SALT, salt),
                     digest_size(digest));
}

Result<SecretBytes> hkdf_expand(Digest digest, const SecretBytes& pseudorandom_key, ByteView info, std::size_t size) {
    TRY(check_size(size, 255 * digest_size(digest)));
    return hkdf_step(EVP_KDF_HKDF_MODE_EXPAND_ONLY, digest, pseudorandom_key, octets(OSSL_KDF_PARAM_INFO, info), size);
}

Result<SecretBytes> pbkdf2(Digest digest, const SecretBytes& password, ByteView salt, std::uint64_t iterations,
                           std::size_t size) {
    if (iterations == 0) return fail(Errc::MechanismParamInvalid, "PBKDF2 needs an iteration or more");
    TRY(check_size(size, std::size_t{0xffffffff} * digest_size(digest)));
    int no_limits = 1;
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_DIGEST, digest_name(digest)),
                                     octets(OSSL_KDF_PARAM_PASSWORD, password.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_SALT, salt),
                                     OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_ITER, &iterations),
                                     OSSL_PARAM_construct_int(OSSL_KDF_PARAM_PKCS5, &no_limits),
                                     OSSL_PARAM_construct_end()};
    return derive(KdfMethod::Pbkdf2, parameters, size);
}

Result<SecretBytes> sp108_counter(const SecretBytes& key, ByteView label, ByteView context, std::size_t size) {
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_MODE, "counter"),
                                     text(OSSL_KDF_PARAM_MAC, "HMAC"),
                                     text(OSSL_KDF_PARAM_DIGEST, digest_name(Digest::Sha512)),
                                     octets(OSSL_KDF_PARAM_KEY, key.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_SALT, label),
                                     octets(OSSL_KDF_PARAM_INFO, context),
                                     OSSL_PARAM_construct_end()};
    return derive(KdfMethod::Kbkdf, parameters, size);
}

Result<SecretBytes> sp108_counter_over(const SecretBytes& key, ByteView fixed_input, std::size_t size) {
    int no = 0;
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_MODE, "counter"),
                                     text(OSSL_KDF_PARAM_MAC, "HMAC"),
                                     text(OSSL_KDF_PARAM_DIGEST, digest_name(Digest::Sha512)),
                                     octets(OSSL_KDF_PARAM_KEY, key.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_INFO, fixed_input),
                                     OSSL_PARAM_construct_int(OSSL_KDF_PARAM_KBKDF_USE_L, &no),
                                     OSSL_PARAM_construct_int(OSSL_KDF_PARAM_KBKDF_USE_SEPARATOR, &no),
                                     OSSL_PARAM_construct_end()};
    return derive(KdfMethod::Kbkdf, parameters, size);
}

Result<SecretBytes> x963(Digest digest, const SecretBytes& shared, ByteView shared_info, std::size_t size) {
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_DIGEST, digest_name(digest)),
                                     octets(OSSL_KDF_PARAM_KEY, shared.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_INFO, shared_info), OSSL_PARAM_construct_end()};
    return derive(KdfMethod::X963, parameters, size);
}

Result<SecretBytes> one_step(Digest digest, const SecretBytes& shared, ByteView fixed_info, std::size_t size) {
    const OSSL_PARAM parameters[] = {text(OSSL_KDF_PARAM_DIGEST, digest_name(digest)),
                                     octets(OSSL_KDF_PARAM_KEY, shared.expose_bytes()),
                                     octets(OSSL_KDF_PARAM_INFO, fixed_info), OSSL_PARAM_construct_end()};
    return derive(KdfMethod::OneStep, parameters, size);
}

}  // namespace kvp11::crypto
