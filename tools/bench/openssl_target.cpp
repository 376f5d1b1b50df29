#include "openssl_target.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <array>
#include <memory>

#include "inputs.hpp"

namespace kvp11::bench {
namespace {

void require(int result, const char* what) {
    if (result <= 0) {
        throw Failure(std::string("OpenSSL: ") + what);
    }
}

using Pkey = std::shared_ptr<EVP_PKEY>;

Pkey make_key(Work work) {
    EVP_PKEY* made = work == Work::RsaSign ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    require(made != nullptr, "key generation");
    return {made, EVP_PKEY_free};
}

Job signing_job(const Pkey& key, Work work) {
    std::shared_ptr<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr), EVP_PKEY_CTX_free);
    require(EVP_PKEY_sign_init(context.get()), "EVP_PKEY_sign_init");
    if (work == Work::RsaSign) {
        require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING), "padding");
    }
    const Bytes input = work == Work::RsaSign ? digest_info() : digest();
    return [key, context, input] {
        std::array<unsigned char, 512> signature;
        std::size_t length = signature.size();
        require(EVP_PKEY_sign(context.get(), signature.data(), &length, input.data(), input.size()), "EVP_PKEY_sign");
    };
}

Job gcm_job() {
    std::shared_ptr<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr), EVP_CIPHER_free);
    std::shared_ptr<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
    const Bytes key(32, 7);
    require(EVP_EncryptInit_ex2(context.get(), cipher.get(), key.data(), nullptr, nullptr), "key");
    return [cipher, context, plain = page(), iv = Nonce(), out = Bytes(page().size() + 16)]() mutable {
        int length = 0;
        int rest = 0;
        require(EVP_EncryptInit_ex2(context.get(), nullptr, nullptr, iv.next(), nullptr), "iv");
        require(EVP_EncryptUpdate(context.get(), out.data(), &length, plain.data(), static_cast<int>(plain.size())),
                "EVP_EncryptUpdate");
        require(EVP_EncryptFinal_ex(context.get(), out.data() + length, &rest), "final");
        require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, 16, out.data() + length), "tag");
    };
}

}  // namespace

bool openssl_does(Work work) { return work == Work::RsaSign || work == Work::EcSign || work == Work::GcmEncrypt; }

std::vector<Job> OpensslTarget::prepare(const Operation& operation) {
    const bool signs = operation.work != Work::GcmEncrypt;
    const Pkey key = signs ? make_key(operation.work) : nullptr;
    std::vector<Job> jobs;
    for (unsigned thread = 0; thread < operation.threads; ++thread) {
        jobs.push_back(signs ? signing_job(key, operation.work) : gcm_job());
    }
    return jobs;
}

}  // namespace kvp11::bench
