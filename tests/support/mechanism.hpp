// Mechanism: a CK_MECHANISM that owns its parameter and everything the parameter points to.
#pragma once

#include <memory>
#include <vector>

#include "kvp11/pkcs11.h"
#include "support/bytes.hpp"

namespace kvp11::test {

class Mechanism {
public:
    /// Without a parameter.
    Mechanism(CK_MECHANISM_TYPE type) : value_{type, nullptr, 0} {}  // NOLINT: reads as a name

    /// With plain bytes as the parameter (an IV).
    Mechanism(CK_MECHANISM_TYPE type, const Bytes& parameter) : Mechanism(type) {
        value_.pParameter = keep(parameter);
        value_.ulParameterLen = static_cast<CK_ULONG>(parameter.size());
    }

    /// With a parameter structure; `parts` are what its pointers point to, kept alive with it.
    template <class Parameter>
    static Mechanism with(CK_MECHANISM_TYPE type, const Parameter& parameter,
                          std::vector<std::shared_ptr<void>> parts = {}) {
        Mechanism made(type);
        auto owned = std::make_shared<Parameter>(parameter);
        made.value_.pParameter = owned.get();
        made.value_.ulParameterLen = sizeof(Parameter);
        made.parts_ = std::move(parts);
        made.parts_.push_back(std::move(owned));
        return made;
    }

    CK_MECHANISM_PTR get() { return &value_; }
    CK_MECHANISM_TYPE type() const { return value_.mechanism; }

private:
    CK_BYTE_PTR keep(const Bytes& bytes) {
        auto owned = std::make_shared<Bytes>(bytes);
        parts_.push_back(owned);
        return owned->empty() ? nullptr : owned->data();
    }

    CK_MECHANISM value_;
    std::vector<std::shared_ptr<void>> parts_;
};

struct HashChoice {
    CK_MECHANISM_TYPE digest;
    CK_RSA_PKCS_MGF_TYPE mgf;
    CK_ULONG size;
};
/// CKM_SHA_1, CKM_SHA224 … with its MGF1 and its length in bytes.
HashChoice hash_choice(CK_MECHANISM_TYPE digest);

Mechanism pss(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE digest, CK_ULONG salt_size);
Mechanism pss(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE digest, CK_MECHANISM_TYPE mgf_digest, CK_ULONG salt_size);
Mechanism oaep(CK_MECHANISM_TYPE digest, CK_MECHANISM_TYPE mgf_digest, const Bytes& label = {});
Mechanism gcm(const Bytes& iv, const Bytes& aad = {}, CK_ULONG tag_bits = 128);
Mechanism ccm(CK_ULONG data_size, const Bytes& nonce, const Bytes& aad, CK_ULONG mac_size);
/// `iv`: a counter of 32 bits, then a nonce of 96.
Mechanism chacha20(const Bytes& iv);
Mechanism chacha20_poly1305(const Bytes& nonce, const Bytes& aad = {});
Mechanism mac_of_length(CK_MECHANISM_TYPE type, CK_ULONG size);
Mechanism ctr(const Bytes& counter_block, CK_ULONG counter_bits = 128);
Mechanism ecdh(const Bytes& peer_point);
Mechanism rsa_aes_key_wrap(CK_ULONG aes_bits, CK_MECHANISM_TYPE digest);

}  // namespace kvp11::test
