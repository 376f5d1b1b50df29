#include "support/mechanism.hpp"

#include <algorithm>
#include <stdexcept>

namespace kvp11::test {
namespace {

std::shared_ptr<Bytes> shared(const Bytes& bytes) { return std::make_shared<Bytes>(bytes); }

CK_BYTE_PTR pointer(const std::shared_ptr<Bytes>& bytes) { return bytes->empty() ? nullptr : bytes->data(); }
CK_ULONG length(const std::shared_ptr<Bytes>& bytes) { return static_cast<CK_ULONG>(bytes->size()); }

}  // namespace

HashChoice hash_choice(CK_MECHANISM_TYPE digest) {
    switch (digest) {
        case CKM_SHA_1: return {digest, CKG_MGF1_SHA1, 20};
        case CKM_SHA224: return {digest, CKG_MGF1_SHA224, 28};
        case CKM_SHA256: return {digest, CKG_MGF1_SHA256, 32};
        case CKM_SHA384: return {digest, CKG_MGF1_SHA384, 48};
        case CKM_SHA512: return {digest, CKG_MGF1_SHA512, 64};
        case CKM_SHA3_224: return {digest, CKG_MGF1_SHA3_224, 28};
        case CKM_SHA3_256: return {digest, CKG_MGF1_SHA3_256, 32};
        case CKM_SHA3_384: return {digest, CKG_MGF1_SHA3_384, 48};
        case CKM_SHA3_512: return {digest, CKG_MGF1_SHA3_512, 64};
        default: throw std::runtime_error("no such digest");
    }
}

Mechanism pss(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE digest, CK_ULONG salt_size) {
    return pss(type, digest, digest, salt_size);
}

Mechanism pss(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE digest, CK_MECHANISM_TYPE mgf_digest, CK_ULONG salt_size) {
    return Mechanism::with(type, CK_RSA_PKCS_PSS_PARAMS{digest, hash_choice(mgf_digest).mgf, salt_size});
}

Mechanism oaep(CK_MECHANISM_TYPE digest, CK_MECHANISM_TYPE mgf_digest, const Bytes& label) {
    auto source = shared(label);
    return Mechanism::with(CKM_RSA_PKCS_OAEP,
                           CK_RSA_PKCS_OAEP_PARAMS{digest, hash_choice(mgf_digest).mgf, CKZ_DATA_SPECIFIED,
                                                   pointer(source), length(source)},
                           {source});
}

Mechanism gcm(const Bytes& iv, const Bytes& aad, CK_ULONG tag_bits) {
    auto owned_iv = shared(iv);
    auto owned_aad = shared(aad);
    return Mechanism::with(CKM_AES_GCM,
                           CK_GCM_PARAMS{pointer(owned_iv), length(owned_iv), 8 * length(owned_iv), pointer(owned_aad),
                                         length(owned_aad), tag_bits},
                           {owned_iv, owned_aad});
}

Mechanism ccm(CK_ULONG data_size, const Bytes& nonce, const Bytes& aad, CK_ULONG mac_size) {
    auto owned_nonce = shared(nonce);
    auto owned_aad = shared(aad);
    return Mechanism::with(CKM_AES_CCM,
                           CK_CCM_PARAMS{data_size, pointer(owned_nonce), length(owned_nonce), pointer(owned_aad),
                                         length(owned_aad), mac_size},
                           {owned_nonce, owned_aad});
}

Mechanism chacha20(const Bytes& iv) {
    constexpr long counter_size = 4;
    auto counter = shared(Bytes(iv.begin(), iv.begin() + counter_size));
    auto nonce = shared(Bytes(iv.begin() + counter_size, iv.end()));
    return Mechanism::with(CKM_CHACHA20,
                           CK_CHACHA20_PARAMS{pointer(counter), 8 * length(counter), pointer(nonce), 8 * length(nonce)},
                           {counter, nonce});
}

Mechanism chacha20_poly1305(const Bytes& nonce, const Bytes& aad) {
    auto owned_nonce = shared(nonce);
    auto owned_aad = shared(aad);
    return Mechanism::with(CKM_CHACHA20_POLY1305,
                           CK_SALSA20_CHACHA20_POLY1305_PARAMS{pointer(owned_nonce), length(owned_nonce),
                                                               pointer(owned_aad), length(owned_aad)},
                           {owned_nonce, owned_aad});
}

Mechanism mac_of_length(CK_MECHANISM_TYPE type, CK_ULONG size) { return Mechanism::with(type, size); }

Mechanism ctr(const Bytes& counter_block, CK_ULONG counter_bits) {
    CK_AES_CTR_PARAMS parameter{};
    parameter.ulCounterBits = counter_bits;
    std::copy_n(counter_block.begin(), std::min(counter_block.size(), sizeof parameter.cb), parameter.cb);
    return Mechanism::with(CKM_AES_CTR, parameter);
}

Mechanism ecdh(const Bytes& peer_point) {
    auto point = shared(peer_point);
    return Mechanism::with(CKM_ECDH1_DERIVE,
                           CK_ECDH1_DERIVE_PARAMS{CKD_NULL, 0, nullptr, length(point), pointer(point)}, {point});
}

Mechanism rsa_aes_key_wrap(CK_ULONG aes_bits, CK_MECHANISM_TYPE digest) {
    auto inner = std::make_shared<CK_RSA_PKCS_OAEP_PARAMS>(
        CK_RSA_PKCS_OAEP_PARAMS{digest, hash_choice(digest).mgf, CKZ_DATA_SPECIFIED, nullptr, 0});
    return Mechanism::with(CKM_RSA_AES_KEY_WRAP, CK_RSA_AES_KEY_WRAP_PARAMS{aes_bits, inner.get()}, {inner});
}

}  // namespace kvp11::test
