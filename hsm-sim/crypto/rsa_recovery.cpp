#include "crypto/rsa_recovery.hpp"

#include <openssl/rsa.h>

#include "crypto/library.hpp"
#include "crypto/pkey.hpp"

namespace kvp11::crypto {
namespace {

Result<int> padding_of(SignatureScheme scheme) {
    switch (scheme) {
        case SignatureScheme::RsaPkcs1DigestInfo: return RSA_PKCS1_PADDING;
        case SignatureScheme::RsaRaw: return RSA_NO_PADDING;
        default: return fail(Errc::AlgorithmNotSupported, "nothing can be recovered from such signatures");
    }
}

}  // namespace

Result<Bytes> recover_signed(const PublicKey& key, SignatureScheme scheme, ByteView signature) {
    const int padding = TRY(padding_of(scheme));
    if (signature.size() != key.n.size()) {
        return fail(Errc::SignatureLenRange, "got a signature of " + std::to_string(signature.size()) +
                                                 " bytes, want " + std::to_string(key.n.size()));
    }
    const EvpPkey pkey = TRY(public_pkey(key));
    ErrorMark mark;
    EvpPkeyCtx context(EVP_PKEY_CTX_new_from_pkey(library_context(), pkey.get(), nullptr));
    if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) != 1) {
        return openssl_failure("preparing RSA recovery");
    }
    Bytes data(key.n.size());
    std::size_t written = data.size();
    if (EVP_PKEY_verify_recover(context.get(), data.data(), &written, signature.data(), signature.size()) != 1) {
        if (memory_ran_out()) return openssl_failure("RSA recovery");
        return fail(Errc::SignatureInvalid, "the signature is wrong");
    }
    data.resize(written);
    return data;
}

}  // namespace kvp11::crypto
