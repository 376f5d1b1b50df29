#include "misuse/thief_choices.hpp"

#include <algorithm>

#include "support/key_derivation.hpp"
#include "support/keys.hpp"

namespace kvp11::test {
namespace {

Bytes iv() { return Bytes(16, 0); }

Template secret(CK_KEY_TYPE type, std::initializer_list<CK_ATTRIBUTE_TYPE> usages, bool sensitive) {
    Template wanted = Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, type).flag(CKA_TOKEN, false);
    for (const CK_ATTRIBUTE_TYPE usage : {CKA_ENCRYPT, CKA_DECRYPT, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE}) {
        wanted.flag(usage, std::find(usages.begin(), usages.end(), usage) != usages.end());
    }
    return wanted.flag(CKA_SENSITIVE, sensitive).flag(CKA_EXTRACTABLE, true);
}

Template private_key(CK_KEY_TYPE type, bool sensitive) {
    return Template()
        .set(CKA_CLASS, CKO_PRIVATE_KEY)
        .set(CKA_KEY_TYPE, type)
        .flag(CKA_TOKEN, false)
        .flag(CKA_SENSITIVE, sensitive)
        .flag(CKA_EXTRACTABLE, true);
}

}  // namespace

const std::vector<Choice<Template>>& changes() {
    static const auto& all = *new std::vector<Choice<Template>>{
        {"nothing", Template()},
        {"wrap off", Template().flag(CKA_WRAP, false)},
        {"unwrap off", Template().flag(CKA_UNWRAP, false)},
        {"wrap on", Template().flag(CKA_WRAP, true)},
        {"unwrap on", Template().flag(CKA_UNWRAP, true)},
        {"decrypt on", Template().flag(CKA_DECRYPT, true)},
        {"wrap off, decrypt on", Template().flag(CKA_WRAP, false).flag(CKA_DECRYPT, true)},
        {"unwrap off, decrypt on", Template().flag(CKA_UNWRAP, false).flag(CKA_DECRYPT, true)},
        {"decrypt off, wrap on", Template().flag(CKA_DECRYPT, false).flag(CKA_WRAP, true)},
        {"encrypt off, unwrap on", Template().flag(CKA_ENCRYPT, false).flag(CKA_UNWRAP, true)},
        {"derive on", Template().flag(CKA_DERIVE, true)},
        {"sensitive off", Template().flag(CKA_SENSITIVE, false)},
        {"extractable on", Template().flag(CKA_EXTRACTABLE, true)},
        {"wrap with trusted off", Template().flag(CKA_WRAP_WITH_TRUSTED, false)},
        {"trusted", Template().flag(CKA_TRUSTED, true)},
        {"local, always sensitive", Template().flag(CKA_LOCAL, true).flag(CKA_ALWAYS_SENSITIVE, true)},
        {"modifiable on", Template().flag(CKA_MODIFIABLE, true)},
        {"a generic secret", Template().set(CKA_KEY_TYPE, CKK_GENERIC_SECRET)},
    };
    return all;
}

const std::vector<Choice<Mechanism (*)()>>& wrappings() {
    static const auto& all = *new std::vector<Choice<Mechanism (*)()>>{
        {"AES-KW", [] { return Mechanism(CKM_AES_KEY_WRAP); }},
        {"AES-KWP", [] { return Mechanism(CKM_AES_KEY_WRAP_KWP); }},
        {"AES-CBC", [] { return Mechanism(CKM_AES_CBC_PAD, iv()); }},
        {"AES-GCM", [] { return gcm(Bytes(12, 0)); }},
        {"AES-CCM", [] { return ccm(0, Bytes(12, 0), {}, 16); }},
        {"OAEP", [] { return oaep(CKM_SHA256, CKM_SHA256); }},
        {"PKCS#1", [] { return Mechanism(CKM_RSA_PKCS); }},
        {"RSA-AES", [] { return rsa_aes_key_wrap(256, CKM_SHA256); }},
    };
    return all;
}

const std::vector<Choice<Template>>& unwrapped_keys() {
    static const auto& all = *new std::vector<Choice<Template>>{
        {"AES, decrypting", secret(CKK_AES, {CKA_ENCRYPT, CKA_DECRYPT}, true)},
        {"AES, wrapping", secret(CKK_AES, {CKA_WRAP, CKA_UNWRAP}, true)},
        {"AES, readable", secret(CKK_AES, {CKA_DECRYPT}, false)},
        {"AES, deriving", secret(CKK_AES, {CKA_DERIVE}, true)},
        {"generic", secret(CKK_GENERIC_SECRET, {CKA_DERIVE}, true)},
        {"generic, readable", secret(CKK_GENERIC_SECRET, {}, false)},
        {"HMAC", secret(CKK_SHA256_HMAC, {}, true)},
        {"EC", private_key(CKK_EC, true)},
        {"EC, readable", private_key(CKK_EC, false)},
        {"RSA", private_key(CKK_RSA, true)},
        {"RSA, readable", private_key(CKK_RSA, false)},
    };
    return all;
}

const std::vector<Choice<Template>>& derived_keys() {
    static const auto& all = *new std::vector<Choice<Template>>{
        {"AES, wrapping", secret(CKK_AES, {CKA_WRAP, CKA_UNWRAP}, true).set(CKA_VALUE_LEN, 32)},
        {"AES, readable", secret(CKK_AES, {CKA_DECRYPT}, false).set(CKA_VALUE_LEN, 32)},
        {"generic", secret(CKK_GENERIC_SECRET, {CKA_DERIVE}, true).set(CKA_VALUE_LEN, 32)},
        {"generic, staying",
         secret(CKK_GENERIC_SECRET, {CKA_DERIVE}, true).set(CKA_VALUE_LEN, 32).flag(CKA_EXTRACTABLE, false)},
    };
    return all;
}

const std::vector<Choice<Mechanism>>& derivations() {
    const Bytes zeros(32, 0);
    HkdfChoice expand;
    expand.extract = false;
    const std::vector<KdfField> fields{{.type = CK_SP800_108_ITERATION_VARIABLE, .width = 32},
                                       {.type = CK_SP800_108_BYTE_ARRAY, .data = zeros}};
    static const auto& all = *new std::vector<Choice<Mechanism>>{
        {"a known key behind", CKM_CONCATENATE_BASE_AND_KEY},
        {"HKDF", hkdf(CKM_HKDF_DERIVE, {})},
        {"HKDF's expansion", hkdf(CKM_HKDF_DERIVE, expand)},
        {"HKDF as data", hkdf(CKM_HKDF_DATA, {})},
        {"SP 800-108", sp800_108(CKM_SP800_108_COUNTER_KDF, CKM_SHA256_HMAC, fields)},
        {"SP 800-108 with AES", sp800_108(CKM_SP800_108_COUNTER_KDF, CKM_AES_CMAC, fields)},
        {"SHA-256", CKM_SHA256_KEY_DERIVATION},
        {"encrypted zeros", with_data(CKM_AES_ECB_ENCRYPT_DATA, zeros)},
        {"chained zeros", cbc_encrypt_data(iv(), zeros)},
        {"zeros behind", with_data(CKM_CONCATENATE_BASE_AND_DATA, zeros)},
        {"zeros before", with_data(CKM_CONCATENATE_DATA_AND_BASE, zeros)},
        {"xor with zeros", with_data(CKM_XOR_BASE_AND_DATA, zeros)},
        {"its bits", extraction(0)},
        {"its bits from the 8th", extraction(8)},
        {"its public half", CKM_PUB_KEY_FROM_PRIV_KEY},
        {"agreement", ecdh(ec_numbers(Curve::P256).point)},
    };
    return all;
}

}  // namespace kvp11::test
