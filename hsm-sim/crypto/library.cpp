#include "crypto/library.hpp"

#include <array>
#include <new>
#include <stdexcept>
#include <string>

#include <openssl/crypto.h>
#include <openssl/obj_mac.h>
#include <openssl/provider.h>

namespace kvp11::crypto {
namespace {

constexpr std::array digest_names = {"SHA1",       "SHA224",   "SHA256",   "SHA384",   "SHA512",  "SHA512-224",
                                     "SHA512-256", "SHA3-224", "SHA3-256", "SHA3-384", "SHA3-512"};
static_assert(digest_names.size() == digest_count);
constexpr std::array curve_names = {"P-256", "P-384", "P-521", "secp256k1", "ED25519", "ED448", "X25519", "X448"};
static_assert(curve_names.size() == curve_count);
// Of those that have EC_GROUPs, which are the first.
constexpr std::array curve_numbers = {NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1, NID_secp256k1};
constexpr std::string_view names_of_curves = "P-256, P-384, P-521, secp256k1, Ed25519, Ed448, X25519 and X448";
constexpr std::array aes_mode_names = {"ECB", "CBC",  "CTR", "GCM",     "WRAP", "WRAP-PAD",
                                       "OFB", "CFB8", "CFB", "CBC-CTS", "CCM"};
constexpr std::array aes_bit_names = {"128", "192", "256"};
constexpr std::array xts_names = {"AES-128-XTS", "AES-256-XTS"};
constexpr std::array chacha_names = {"ChaCha20", "ChaCha20-Poly1305"};
constexpr std::array kdf_names = {"SCRYPT", "HKDF", "KBKDF", "X963KDF", "SSKDF", "PBKDF2"};

struct Library {
    OSSL_LIB_CTX* context = nullptr;
    std::array<EVP_MD*, digest_names.size()> digests{};
    std::array<EVP_MD_CTX*, digest_names.size()> digest_templates{};
    std::array<std::array<EVP_CIPHER*, aes_bit_names.size()>, aes_mode_names.size()> ciphers{};
    std::array<EVP_CIPHER*, xts_names.size()> xts{};
    std::array<EVP_CIPHER*, chacha_names.size()> chacha{};
    std::array<EVP_KDF*, kdf_names.size()> kdfs{};
    EVP_MAC* cmac = nullptr;
    EVP_MAC* gmac = nullptr;
    std::array<EC_GROUP*, curve_numbers.size()> groups{};

    Library() {
        ErrorMark mark;
        open_context();
        fetch_digests();
        fetch_ciphers();
        for (std::size_t i = 0; i < kdf_names.size(); ++i) {
            kdfs[i] = required(EVP_KDF_fetch(context, kdf_names[i], nullptr), kdf_names[i]);
        }
        cmac = required(EVP_MAC_fetch(context, "CMAC", nullptr), "CMAC");
        gmac = required(EVP_MAC_fetch(context, "GMAC", nullptr), "GMAC");
        for (std::size_t i = 0; i < curve_numbers.size(); ++i) {
            groups[i] = required(EC_GROUP_new_by_curve_name_ex(context, nullptr, curve_numbers[i]), curve_names[i]);
        }
    }

    void open_context() {
        context = required(OSSL_LIB_CTX_new(), "a library context");
        required(OSSL_PROVIDER_load(context, "default"), "the default provider");
    }

    void fetch_digests() {
        for (std::size_t i = 0; i < digest_names.size(); ++i) {
            digests[i] = required(EVP_MD_fetch(context, digest_names[i], nullptr), digest_names[i]);
            digest_templates[i] = required(EVP_MD_CTX_new(), digest_names[i]);
            if (EVP_DigestInit_ex2(digest_templates[i], digests[i], nullptr) != 1) missing_in_openssl(digest_names[i]);
        }
    }

    EVP_CIPHER* fetched_cipher(const char* name) { return required(EVP_CIPHER_fetch(context, name, nullptr), name); }

    void fetch_ciphers() {
        for (std::size_t mode = 0; mode < aes_mode_names.size(); ++mode) {
            for (std::size_t size = 0; size < aes_bit_names.size(); ++size) {
                const std::string name = std::string("AES-") + aes_bit_names[size] + "-" + aes_mode_names[mode];
                ciphers[mode][size] = fetched_cipher(name.c_str());
            }
        }
        for (std::size_t i = 0; i < xts.size(); ++i) xts[i] = fetched_cipher(xts_names[i]);
        for (std::size_t i = 0; i < chacha.size(); ++i) chacha[i] = fetched_cipher(chacha_names[i]);
    }
};

const Library& library() {
    static const Library& instance = *new Library;
    return instance;
}

}  // namespace

void claim_openssl() {
#ifdef KVP11_OPENSSL_STATIC
    // This copy of libcrypto is ours alone, so its run-once settings are too. They count only when they come
    // before anything else: after an error mark it would clean up at exit, under the hands of threads that sign.
    [[maybe_unused]] static const int claimed =
        OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
#endif
}

OSSL_LIB_CTX* library_context() { return library().context; }

const EVP_MD* digest_method(Digest digest) { return library().digests[static_cast<std::size_t>(digest)]; }
const char* digest_name(Digest digest) { return digest_names[static_cast<std::size_t>(digest)]; }
const EVP_MD_CTX* digest_template(Digest digest) {
    return library().digest_templates[static_cast<std::size_t>(digest)];
}

const EVP_CIPHER* aes_method(AesMode mode, std::size_t key_size) {
    return library().ciphers[static_cast<std::size_t>(mode)][key_size / 8 - 2];
}

const EVP_CIPHER* xts_method(std::size_t key_size) { return library().xts[key_size / 32 - 1]; }
const EVP_CIPHER* chacha_method(ChaCha kind) { return library().chacha[static_cast<std::size_t>(kind)]; }

EVP_KDF* kdf_method(KdfMethod kdf) { return library().kdfs[static_cast<std::size_t>(kdf)]; }
EVP_MAC* cmac_method() { return library().cmac; }
EVP_MAC* gmac_method() { return library().gmac; }

const char* curve_name(Curve curve) { return curve_names[static_cast<std::size_t>(curve)]; }
const EC_GROUP* curve_group(Curve curve) { return library().groups[static_cast<std::size_t>(curve)]; }

Result<Curve> curve_of_name(std::string_view name) {
    constexpr std::array<std::string_view, curve_count> other_names = {
        "prime256v1", "secp384r1", "secp521r1", "P-256K", "Ed25519", "Ed448", "curve25519", "curve448"};
    constexpr std::array<std::string_view, curve_count> third_names = {
        "secp256r1", "P384", "P521", "secp256k1", "edwards25519", "edwards448", "X25519", "X448"};
    for (std::size_t i = 0; i < curve_names.size(); ++i) {
        if (name == curve_names[i] || name == other_names[i] || name == third_names[i]) return static_cast<Curve>(i);
    }
    return fail(Errc::CurveNotSupported, "the curve is none of " + std::string(names_of_curves));
}

bool memory_ran_out() {
    // OpenSSL's layers put their own reasons after the one that matters, which is the first.
    return ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE ||
           ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE;
}

Failure openssl_failure(const char* what) {
    const bool memory = memory_ran_out();
#ifdef KVP11_OPENSSL_STATIC
    ERR_clear_error();  // the queue of this copy of libcrypto is ours alone
#endif
    return memory ? fail(Errc::DeviceMemory, std::string(what) + ": out of memory")
                  : fail(Errc::DeviceError, std::string(what) + " failed in OpenSSL");
}

void missing_in_openssl(const char* what) {
    // An algorithm that is not there is said to be unsupported. Of an object that is not made for lack of memory
    // OpenSSL often says nothing.
    if (ERR_GET_REASON(ERR_peek_last_error()) != ERR_R_UNSUPPORTED) throw std::bad_alloc();
    throw std::runtime_error(std::string("OpenSSL does not provide ") + what);
}

}  // namespace kvp11::crypto
