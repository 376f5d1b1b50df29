// OpenSSL objects with one owner each. Values of this room only.
#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/x509.h>

namespace kvp11::crypto {

template <auto free_function>
struct Freeing {
    template <class T>
    void operator()(T* object) const noexcept {
        free_function(object);
    }
};
template <class T, auto free_function>
using Handle = std::unique_ptr<T, Freeing<free_function>>;

using EvpPkey = Handle<EVP_PKEY, EVP_PKEY_free>;
using EvpPkeyCtx = Handle<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using EvpMdCtx = Handle<EVP_MD_CTX, EVP_MD_CTX_free>;
using EvpCipherCtx = Handle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;
using EvpMacCtx = Handle<EVP_MAC_CTX, EVP_MAC_CTX_free>;
using EvpKdfCtx = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;
using BigNumber = Handle<BIGNUM, BN_clear_free>;
using BnCtx = Handle<BN_CTX, BN_CTX_free>;
using EcPoint = Handle<EC_POINT, EC_POINT_clear_free>;
using Bio = Handle<BIO, BIO_free_all>;
using X509Cert = Handle<X509, X509_free>;
using Pkcs8 = Handle<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>;

}  // namespace kvp11::crypto
