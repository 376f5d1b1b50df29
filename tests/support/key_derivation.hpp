// Mechanisms of derivation with their parameters, built of values.
#pragma once

#include <vector>

#include "support/mechanism.hpp"

namespace kvp11::test {

/// CKM_CONCATENATE_BASE_AND_DATA, …_DATA_AND_BASE, CKM_XOR_BASE_AND_DATA, CKM_AES_ECB_ENCRYPT_DATA.
Mechanism with_data(CK_MECHANISM_TYPE type, const Bytes& data);
Mechanism cbc_encrypt_data(const Bytes& iv, const Bytes& data);
Mechanism concatenation_with(CK_OBJECT_HANDLE other);
Mechanism extraction(CK_ULONG first_bit);

struct HkdfChoice {
    bool extract = true;
    bool expand = true;
    CK_MECHANISM_TYPE digest = CKM_SHA256;
    Bytes salt = {};  // none: CKF_HKDF_SALT_NULL
    CK_OBJECT_HANDLE salt_key = CK_INVALID_HANDLE;
    Bytes info = {};
};
Mechanism hkdf(CK_MECHANISM_TYPE type, const HkdfChoice& choice);

/// A field of what the PRF of SP 800-108 reads.
struct KdfField {
    CK_PRF_DATA_TYPE type;
    CK_ULONG width = 0;  // of counters and lengths, bits
    Bytes data = {};
    bool little_endian = false;
    CK_ULONG length_method = CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS;
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
};
/// `iv` is for the feedback mode; `more` are the caller's, and live longer than the mechanism.
Mechanism sp800_108(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE prf, const std::vector<KdfField>& fields,
                    const Bytes& iv = {}, std::vector<CK_DERIVED_KEY>* more = nullptr);

Mechanism pbkdf2(CK_ULONG prf, const Bytes& password, const Bytes& salt, CK_ULONG iterations);
/// The same with the struct of 2.40's first headers.
Mechanism pbkdf2_with_pointer(CK_ULONG prf, const Bytes& password, const Bytes& salt, CK_ULONG iterations);

}  // namespace kvp11::test
