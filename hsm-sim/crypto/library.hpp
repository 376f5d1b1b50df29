// The private OpenSSL library context and the algorithms fetched from it, once per process.
//
// Made on first use and never freed: nothing of OpenSSL may run in exit handlers of a host. Everything
// that is returned is shared, read-only and valid for ever. Thread-safe.
#pragma once

#include <string_view>

#include <openssl/err.h>

#include "crypto/handles.hpp"
#include "kvp11/algorithm.hpp"
#include "kvp11/result.hpp"

namespace kvp11::crypto {

OSSL_LIB_CTX* library_context();

const EVP_MD* digest_method(Digest digest);
const char* digest_name(Digest digest);
/// A context at the start of a message, to be copied: cheaper than any EVP_DigestInit.
const EVP_MD_CTX* digest_template(Digest digest);

enum class AesMode : std::uint8_t { Ecb, Cbc, Ctr, Gcm, Wrap, WrapPad, Ofb, Cfb8, Cfb128, Cts, Ccm };
/// `key_size` is 16, 24 or 32 bytes.
const EVP_CIPHER* aes_method(AesMode mode, std::size_t key_size);
/// `key_size` is that of both keys together, 32 or 64 bytes.
const EVP_CIPHER* xts_method(std::size_t key_size);
enum class ChaCha : std::uint8_t { Stream, Poly1305 };
const EVP_CIPHER* chacha_method(ChaCha kind);

enum class KdfMethod : std::uint8_t { Scrypt, Hkdf, Kbkdf, X963, OneStep, Pbkdf2 };
EVP_KDF* kdf_method(KdfMethod kdf);
EVP_MAC* cmac_method();
EVP_MAC* gmac_method();

/// OpenSSL's name of the curve; of Edwards and Montgomery curves also that of their keys' type.
const char* curve_name(Curve curve);
/// Of short Weierstrass curves only.
const EC_GROUP* curve_group(Curve curve);
/// By the names of SEC 2, NIST, X9.62, JOSE and PKCS#11 3.0 §2.3.5 ("edwards25519", "curve448"). CurveNotSupported.
Result<Curve> curve_of_name(std::string_view name);

/// Settles how libcrypto begins and ends, once, before its first other call in the process: no configuration
/// file, and no clean-up at exit.
void claim_openssl();

/// Errors that OpenSSL queues during its life are dropped at its end; older ones, perhaps the host's, stay.
class ErrorMark {
public:
    ErrorMark() {
        claim_openssl();
        ERR_set_mark();
    }
    ~ErrorMark() { ERR_pop_to_mark(); }
    ErrorMark(const ErrorMark&) = delete;
    ErrorMark& operator=(const ErrorMark&) = delete;
};

/// The failure of a call that cannot fail for reasons a caller could mend, but for memory. Paths that
/// take less than a microsecond have no ErrorMark (two cost a tenth of one) and end here instead.
Failure openssl_failure(const char* what);
/// Whether what OpenSSL says of the last failure is that it got no memory.
bool memory_ran_out();

/// For algorithms that every build of OpenSSL 3 has: throws std::runtime_error where one is missing, std::bad_alloc
/// where memory is.
[[noreturn]] void missing_in_openssl(const char* what);
template <class T>
T* required(T* object, const char* what) {
    if (object == nullptr) missing_in_openssl(what);
    return object;
}

}  // namespace kvp11::crypto
