#include "parameter_maker.hpp"

#include <cstring>

#include "trace/names.hpp"

namespace kvp11::fuzz {
namespace {

/// Writes a structure with members of the given kinds: what a parameter is made of.
template <class Struct>
MadeBytes put(ArgumentMaker& maker, const Struct& value) {
    std::size_t size = sizeof value;
    if (maker.dice().one_in(12)) size -= 1 + maker.dice().below(7);  // never as long as another structure
    return {static_cast<CK_BYTE*>(std::memcpy(maker.memory().room(size), &value, size)), size};
}

CK_ULONG digest(ArgumentMaker& maker) {
    constexpr CK_ULONG usual[] = {CKM_SHA_1, CKM_SHA256, CKM_SHA384, CKM_SHA512, CKM_SHA3_256};
    return maker.dice().one_in(4) ? maker.number() : maker.dice().any_of(usual);
}

MadeBytes gcm(ArgumentMaker& maker) {
    const auto [iv, iv_size] = maker.bytes(20);
    const auto [aad, aad_size] = maker.bytes();
    const CK_ULONG tag = maker.dice().one_in(3) ? maker.number() : 128;
    if (maker.dice().one_in(2)) return put(maker, CK_GCM_PARAMS{iv, iv_size, maker.number(), aad, aad_size, tag});
    const CK_ULONG fixed_bits = maker.dice().one_in(4) ? maker.number() : 0;
    const CK_GENERATOR_FUNCTION generator = maker.dice().below(6);
    if (maker.dice().one_in(2)) {
        return put(maker, CK_GCM_WRAP_PARAMS{iv, iv_size, fixed_bits, generator, aad, aad_size, tag});
    }
    struct Short {
        CK_BYTE* iv;
        CK_ULONG iv_size;
        CK_BYTE* aad;
        CK_ULONG aad_size;
        CK_ULONG tag;
    };
    return put(maker, Short{iv, iv_size, aad, aad_size, tag});
}

MadeBytes ccm(ArgumentMaker& maker) {
    const auto [nonce, nonce_size] = maker.bytes(16);
    const auto [aad, aad_size] = maker.bytes();
    if (maker.dice().one_in(3)) {
        return put(maker, CK_CCM_WRAP_PARAMS{maker.number(), nonce, nonce_size, maker.dice().below(120),
                                             maker.dice().below(6), aad, aad_size, maker.dice().below(20)});
    }
    return put(maker, CK_CCM_PARAMS{maker.dice().below(80), nonce, nonce_size, aad, aad_size, maker.dice().below(20)});
}

MadeBytes poly1305(ArgumentMaker& maker) {
    const auto [nonce, nonce_size] = maker.bytes(16);
    const auto [aad, aad_size] = maker.bytes();
    return put(maker, CK_SALSA20_CHACHA20_POLY1305_PARAMS{nonce, nonce_size, aad, aad_size});
}

MadeBytes chacha20(ArgumentMaker& maker) {
    constexpr CK_ULONG counter_bits[] = {32, 64, 0, 33};
    constexpr CK_ULONG nonce_bits[] = {64, 96, 192, 0, 95};
    return put(maker, CK_CHACHA20_PARAMS{maker.memory().room(8), maker.dice().any_of(counter_bits),
                                         maker.memory().room(24), maker.dice().any_of(nonce_bits)});
}

CK_RSA_PKCS_OAEP_PARAMS oaep_value(ArgumentMaker& maker) {
    const auto [label, size] = maker.bytes();
    return {digest(maker), maker.dice().below(6), maker.dice().below(3), label, size};
}
MadeBytes oaep(ArgumentMaker& maker) { return put(maker, oaep_value(maker)); }

MadeBytes rsa_aes(ArgumentMaker& maker) {
    constexpr CK_ULONG bits[] = {128, 192, 256, 0, 257};
    CK_RSA_PKCS_OAEP_PARAMS* inner = maker.dice().one_in(8) ? nullptr : maker.memory().put(oaep_value(maker));
    return put(maker, CK_RSA_AES_KEY_WRAP_PARAMS{maker.dice().any_of(bits), inner});
}

MadeBytes pss(ArgumentMaker& maker) {
    return put(maker, CK_RSA_PKCS_PSS_PARAMS{digest(maker), maker.dice().below(6), maker.number()});
}

MadeBytes ecdh(ArgumentMaker& maker) {
    const auto [shared, shared_size] = maker.bytes();
    const auto [point, point_size] = maker.bytes(140);
    return put(maker, CK_ECDH1_DERIVE_PARAMS{1 + maker.dice().below(10), shared_size, shared, point_size, point});
}

MadeBytes ctr(ArgumentMaker& maker) {
    constexpr CK_ULONG bits[] = {128, 32, 64, 0, 129, 1};
    return put(maker, CK_AES_CTR_PARAMS{maker.dice().any_of(bits), {1, 2, 3}});
}

MadeBytes eddsa(ArgumentMaker& maker) {
    const auto [context, size] = maker.bytes(200);
    return put(maker, CK_EDDSA_PARAMS{static_cast<CK_BBOOL>(maker.dice().below(3)), size, context});
}

MadeBytes hkdf(ArgumentMaker& maker) {
    const auto [salt, salt_size] = maker.bytes();
    const auto [info, info_size] = maker.bytes();
    const auto flag = [&] { return static_cast<CK_BBOOL>(maker.dice().below(3)); };
    return put(maker, CK_HKDF_PARAMS{flag(), flag(), digest(maker), maker.dice().below(6), salt, salt_size,
                                     maker.number(), info, info_size});
}

MadeBytes pbkdf2(ArgumentMaker& maker) {
    const auto [salt, salt_size] = maker.bytes();
    const auto [password, password_size] = maker.bytes();
    // Not more rounds than a test has time for.
    return put(maker, CK_PKCS5_PBKD2_PARAMS2{maker.dice().below(3), salt, salt_size, maker.dice().below(2000),
                                             maker.dice().below(10), nullptr, 0, password, password_size});
}

MadeBytes string_data(ArgumentMaker& maker) {
    const auto [data, size] = maker.bytes();
    return put(maker, CK_KEY_DERIVATION_STRING_DATA{data, size});
}

MadeBytes one_number(ArgumentMaker& maker) { return put(maker, maker.number()); }
MadeBytes block(ArgumentMaker& maker) {
    constexpr std::size_t sizes[] = {16, 16, 16, 8, 0, 15, 17, 4};
    const std::size_t size = maker.dice().any_of(sizes);
    return {maker.memory().room(size), size};
}

MadeBytes counter_kdf(ArgumentMaker& maker) {
    std::vector<CK_PRF_DATA_PARAM> parts;
    for (std::size_t left = maker.dice().below(5); left > 0; --left) {
        const CK_PRF_DATA_TYPE type = 1 + maker.dice().below(6);
        const auto [bytes, size] = maker.bytes(24);
        // A structure where the type asks for one: sizes that lie are refused before they are read.
        CK_SP800_108_COUNTER_FORMAT format{static_cast<CK_BBOOL>(maker.dice().below(2)), 8 * maker.dice().below(6)};
        CK_SP800_108_DKM_LENGTH_FORMAT length{1 + maker.dice().below(3), CK_FALSE, 8 * maker.dice().below(10)};
        if (type == CK_SP800_108_ITERATION_VARIABLE || type == CK_SP800_108_COUNTER)
            parts.push_back({type, maker.memory().put(format), sizeof format});
        else if (type == CK_SP800_108_DKM_LENGTH)
            parts.push_back({type, maker.memory().put(length), sizeof length});
        else
            parts.push_back({type, bytes, size});
    }
    return put(maker, CK_SP800_108_KDF_PARAMS{digest(maker), parts.size(), maker.memory().put_all(parts), 0, nullptr});
}

struct Parameter {
    CK_MECHANISM_TYPE type;
    ParameterMaker make;
};

constexpr Parameter parameters[] = {
    {CKM_AES_GCM, gcm},
    {CKM_AES_GMAC, gcm},
    {CKM_AES_CCM, ccm},
    {CKM_AES_CTR, ctr},
    {CKM_AES_CBC, block},
    {CKM_AES_CBC_PAD, block},
    {CKM_AES_CTS, block},
    {CKM_AES_OFB, block},
    {CKM_AES_CFB8, block},
    {CKM_AES_CFB128, block},
    {CKM_AES_XTS, block},
    {CKM_AES_KEY_WRAP, block},
    {CKM_AES_KEY_WRAP_KWP, block},
    {CKM_AES_CMAC_GENERAL, one_number},
    {CKM_SHA256_HMAC_GENERAL, one_number},
    {CKM_SHA512_HMAC_GENERAL, one_number},
    {CKM_CHACHA20, chacha20},
    {CKM_CHACHA20_POLY1305, poly1305},
    {CKM_RSA_PKCS_OAEP, oaep},
    {CKM_RSA_AES_KEY_WRAP, rsa_aes},
    {CKM_RSA_PKCS_PSS, pss},
    {CKM_SHA256_RSA_PKCS_PSS, pss},
    {CKM_ECDH1_DERIVE, ecdh},
    {CKM_EDDSA, eddsa},
    {CKM_HKDF_DERIVE, hkdf},
    {CKM_HKDF_DATA, hkdf},
    {CKM_PKCS5_PBKD2, pbkdf2},
    {CKM_SP800_108_COUNTER_KDF, counter_kdf},
    {CKM_CONCATENATE_BASE_AND_KEY, one_number},
    {CKM_CONCATENATE_BASE_AND_DATA, string_data},
    {CKM_CONCATENATE_DATA_AND_BASE, string_data},
    {CKM_XOR_BASE_AND_DATA, string_data},
    {CKM_EXTRACT_KEY_FROM_KEY, one_number},
    {CKM_AES_ECB_ENCRYPT_DATA, string_data},
};

}  // namespace

ParameterMaker parameter_maker(CK_MECHANISM_TYPE type) {
    for (const Parameter& row : parameters) {
        if (row.type == type) return row.make;
    }
    return nullptr;
}

bool may_have_pointers(CK_MECHANISM_TYPE type) {
    const std::string_view name = trace::name_of("CKM_", type);
    return parameter_maker(type) != nullptr || name.ends_with("_PSS") || name.ends_with("_DERIVE") ||
           name.ends_with("_DATA") || name.ends_with("_KDF") || name.ends_with("_WRAP") ||
           name.starts_with("CKM_HASH_") || name.find("DSA") != std::string_view::npos;
}

}  // namespace kvp11::fuzz
