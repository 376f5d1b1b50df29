#include "support/key_derivation.hpp"

#include <algorithm>

namespace kvp11::test {
namespace {

std::shared_ptr<Bytes> shared(const Bytes& bytes) { return std::make_shared<Bytes>(bytes); }
CK_BYTE_PTR pointer(const std::shared_ptr<Bytes>& bytes) { return bytes->empty() ? nullptr : bytes->data(); }
CK_ULONG length(const std::shared_ptr<Bytes>& bytes) { return static_cast<CK_ULONG>(bytes->size()); }

template <class Value>
CK_PRF_DATA_PARAM field_of(CK_PRF_DATA_TYPE type, const Value& value, std::vector<std::shared_ptr<void>>& parts) {
    auto kept = std::make_shared<Value>(value);
    parts.push_back(kept);
    return {type, kept.get(), sizeof(Value)};
}

CK_PRF_DATA_PARAM field_of(const KdfField& field, bool by_counter, std::vector<std::shared_ptr<void>>& parts) {
    const CK_BBOOL order = field.little_endian ? CK_TRUE : CK_FALSE;
    switch (field.type) {
        case CK_SP800_108_ITERATION_VARIABLE:
            if (!by_counter) return {field.type, nullptr, 0};
            return field_of(field.type, CK_SP800_108_COUNTER_FORMAT{order, field.width}, parts);
        case CK_SP800_108_COUNTER: return field_of(field.type, CK_SP800_108_COUNTER_FORMAT{order, field.width}, parts);
        case CK_SP800_108_DKM_LENGTH:
            return field_of(field.type, CK_SP800_108_DKM_LENGTH_FORMAT{field.length_method, order, field.width}, parts);
        case CK_SP800_108_KEY_HANDLE: return field_of(field.type, field.key, parts);
        default: break;
    }
    auto data = shared(field.data);
    parts.push_back(data);
    return {field.type, pointer(data), length(data)};
}

template <class Params>
Mechanism pbkdf2_of(Params params, const Bytes& password, const Bytes& salt, std::vector<std::shared_ptr<void>> parts) {
    auto kept_salt = shared(salt);
    auto kept_password = shared(password);
    params.saltSource = CKZ_SALT_SPECIFIED;
    params.pSaltSourceData = pointer(kept_salt);
    params.ulSaltSourceDataLen = length(kept_salt);
    params.pPassword = pointer(kept_password);
    parts.push_back(kept_salt);
    parts.push_back(kept_password);
    return Mechanism::with(CKM_PKCS5_PBKD2, params, std::move(parts));
}

}  // namespace

Mechanism with_data(CK_MECHANISM_TYPE type, const Bytes& data) {
    auto kept = shared(data);
    return Mechanism::with(type, CK_KEY_DERIVATION_STRING_DATA{pointer(kept), length(kept)}, {kept});
}

Mechanism cbc_encrypt_data(const Bytes& iv, const Bytes& data) {
    auto kept = shared(data);
    CK_AES_CBC_ENCRYPT_DATA_PARAMS params{};
    std::copy_n(iv.begin(), std::min(iv.size(), sizeof params.iv), params.iv);
    params.pData = pointer(kept);
    params.length = length(kept);
    return Mechanism::with(CKM_AES_CBC_ENCRYPT_DATA, params, {kept});
}

Mechanism concatenation_with(CK_OBJECT_HANDLE other) { return Mechanism::with(CKM_CONCATENATE_BASE_AND_KEY, other); }
Mechanism extraction(CK_ULONG first_bit) { return Mechanism::with(CKM_EXTRACT_KEY_FROM_KEY, first_bit); }

Mechanism hkdf(CK_MECHANISM_TYPE type, const HkdfChoice& choice) {
    auto salt = shared(choice.salt);
    auto info = shared(choice.info);
    CK_HKDF_PARAMS params{};
    params.bExtract = choice.extract ? CK_TRUE : CK_FALSE;
    params.bExpand = choice.expand ? CK_TRUE : CK_FALSE;
    params.prfHashMechanism = choice.digest;
    params.ulSaltType = choice.salt_key != CK_INVALID_HANDLE ? CKF_HKDF_SALT_KEY
                        : choice.salt.empty()                ? CKF_HKDF_SALT_NULL
                                                             : CKF_HKDF_SALT_DATA;
    params.pSalt = pointer(salt);
    params.ulSaltLen = length(salt);
    params.hSaltKey = choice.salt_key;
    params.pInfo = pointer(info);
    params.ulInfoLen = length(info);
    return Mechanism::with(type, params, {salt, info});
}

Mechanism sp800_108(CK_MECHANISM_TYPE type, CK_MECHANISM_TYPE prf, const std::vector<KdfField>& fields, const Bytes& iv,
                    std::vector<CK_DERIVED_KEY>* more) {
    std::vector<std::shared_ptr<void>> parts;
    auto params = std::make_shared<std::vector<CK_PRF_DATA_PARAM>>();
    for (const KdfField& field : fields) params->push_back(field_of(field, type == CKM_SP800_108_COUNTER_KDF, parts));
    parts.push_back(params);
    CK_DERIVED_KEY_PTR keys = more == nullptr || more->empty() ? nullptr : more->data();
    const CK_ULONG key_count = keys == nullptr ? 0 : more->size();
    CK_PRF_DATA_PARAM_PTR first = params->empty() ? nullptr : params->data();
    if (type != CKM_SP800_108_FEEDBACK_KDF) {
        return Mechanism::with(type, CK_SP800_108_KDF_PARAMS{prf, params->size(), first, key_count, keys}, parts);
    }
    auto kept_iv = shared(iv);
    parts.push_back(kept_iv);
    return Mechanism::with(type,
                           CK_SP800_108_FEEDBACK_KDF_PARAMS{prf, params->size(), first, length(kept_iv),
                                                            pointer(kept_iv), key_count, keys},
                           parts);
}

Mechanism pbkdf2(CK_ULONG prf, const Bytes& password, const Bytes& salt, CK_ULONG iterations) {
    CK_PKCS5_PBKD2_PARAMS2 params{};
    params.iterations = iterations;
    params.prf = prf;
    params.ulPasswordLen = password.size();
    return pbkdf2_of(params, password, salt, {});
}

Mechanism pbkdf2_with_pointer(CK_ULONG prf, const Bytes& password, const Bytes& salt, CK_ULONG iterations) {
    CK_PKCS5_PBKD2_PARAMS params{};
    auto size = std::make_shared<CK_ULONG>(password.size());
    params.iterations = iterations;
    params.prf = prf;
    params.ulPasswordLen = size.get();
    return pbkdf2_of(params, password, salt, {size});
}

}  // namespace kvp11::test
