// PKCS#11 2.40 section 4.1: what a template must have and must not have, per function that makes objects.
#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(templates, an_object_without_a_class_is_incomplete) {
    Session session(subject);
    EXPECT_RV(session.try_create(aes_key(pattern(16)).without(CKA_CLASS)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV_IN(session.try_create(Template()), CKR_TEMPLATE_INCOMPLETE, CKR_ARGUMENTS_BAD);
}

CONFORMANCE(templates, keys_without_their_value_are_incomplete) {
    Session session(subject);
    EXPECT_RV(session.try_create(aes_key(pattern(16)).without(CKA_KEY_TYPE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(aes_key(pattern(16)).without(CKA_VALUE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(generic_secret(pattern(16)).without(CKA_VALUE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(rsa_public().without(CKA_MODULUS)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(rsa_public().without(CKA_PUBLIC_EXPONENT)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(rsa_private().without(CKA_MODULUS)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(rsa_private().without(CKA_PRIVATE_EXPONENT)), CKR_TEMPLATE_INCOMPLETE);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    EXPECT_RV(session.try_create(ec_public(p256).without(CKA_EC_PARAMS)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(ec_public(p256).without(CKA_EC_POINT)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(ec_private(p256).without(CKA_EC_PARAMS)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(ec_private(p256).without(CKA_VALUE)), CKR_TEMPLATE_INCOMPLETE);
}

CONFORMANCE(templates, generation_wants_its_sizes) {
    Session session(subject);
    EXPECT_RV(session.try_generate(CKM_AES_KEY_GEN, aes_generation(16).without(CKA_VALUE_LEN)),
              CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, pair_public({1}), pair_private({1})),
              CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}), pair_private({1})),
              CKR_TEMPLATE_INCOMPLETE);
}

CONFORMANCE(templates, sizes_that_cannot_be_are_refused,
            reference_defect("answers CKR_GENERAL_ERROR and takes an AES key of 17 bytes")) {
    Session session(subject);
    for (CK_ULONG bytes : {0ul, 1ul, 15ul, 17ul, 33ul, 64ul, 0x7FFFFFFFul}) {
        EXPECT_RV_IN(session.try_generate(CKM_AES_KEY_GEN, aes_generation(bytes)), CKR_ATTRIBUTE_VALUE_INVALID,
                     CKR_KEY_SIZE_RANGE, CKR_TEMPLATE_INCONSISTENT);
    }
    for (CK_ULONG bits : {0ul, 100ul, 65536ul}) {
        EXPECT_RV_IN(session.try_generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN, pair_public({1}).set(CKA_MODULUS_BITS, bits),
                                               pair_private({1})),
                     CKR_ATTRIBUTE_VALUE_INVALID, CKR_KEY_SIZE_RANGE, CKR_TEMPLATE_INCONSISTENT);
    }
    EXPECT_RV_IN(session.try_create(aes_key(pattern(17))), CKR_ATTRIBUTE_VALUE_INVALID, CKR_KEY_SIZE_RANGE,
                 CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(templates, an_unknown_curve_is_refused_by_name, reference_defect("answers CKR_GENERAL_ERROR")) {
    Session session(subject);
    const Bytes unknown = from_hex("06032a0304");  // 1.2.3.4, nobody's curve
    EXPECT_RV_IN(session.try_generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, unknown),
                                           pair_private({1})),
                 CKR_CURVE_NOT_SUPPORTED, CKR_DOMAIN_PARAMS_INVALID, CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV_IN(session.try_generate_pair(CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, from_hex("0608")),
                                           pair_private({1})),
                 CKR_CURVE_NOT_SUPPORTED, CKR_DOMAIN_PARAMS_INVALID, CKR_ATTRIBUTE_VALUE_INVALID);
}

CONFORMANCE(templates, attributes_that_the_token_sets_cannot_be_given) {
    Session session(subject);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).flag(CKA_LOCAL, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).flag(CKA_ALWAYS_SENSITIVE, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).flag(CKA_NEVER_EXTRACTABLE, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV_IN(session.try_generate(CKM_AES_KEY_GEN, aes_generation(16).flag(CKA_LOCAL, false)),
                 CKR_ATTRIBUTE_READ_ONLY, CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
}

CONFORMANCE(templates, attributes_of_another_class_are_refused) {
    Session session(subject);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).bytes(CKA_MODULUS, pattern(256))), CKR_ATTRIBUTE_TYPE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).set(0x7FFFFFF1, 1)), CKR_ATTRIBUTE_TYPE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_create(rsa_public().flag(CKA_SENSITIVE, true)), CKR_ATTRIBUTE_TYPE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(templates, values_of_a_wrong_size_are_refused) {
    Session session(subject);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).bytes(CKA_TOKEN, {1, 0})), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).bytes(CKA_CLASS, {4})), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT, CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(16)).bytes(CKA_KEY_TYPE, pattern(9))), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT, CKR_TEMPLATE_INCOMPLETE);
}

CONFORMANCE(templates, an_attribute_without_a_place_is_refused) {
    Session session(subject);
    CK_OBJECT_CLASS object_class = CKO_DATA;
    CK_ATTRIBUTE attributes[] = {{CKA_CLASS, &object_class, sizeof object_class}, {CKA_VALUE, nullptr, 16}};
    CK_OBJECT_HANDLE made = 0;
    EXPECT_RV_IN(session.f()->C_CreateObject(session.handle(), attributes, 2, &made), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_ARGUMENTS_BAD, CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV(session.f()->C_CreateObject(session.handle(), nullptr, 2, &made), CKR_ARGUMENTS_BAD);
    attributes[1].ulValueLen = 0;
    EXPECT_RV(session.f()->C_CreateObject(session.handle(), attributes, 2, nullptr), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(templates, a_class_that_contradicts_the_function_is_refused) {
    Session session(subject);
    EXPECT_RV_IN(session.try_generate(CKM_AES_KEY_GEN, aes_generation(16).set(CKA_CLASS, CKO_PUBLIC_KEY)),
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV_IN(session.try_generate(CKM_AES_KEY_GEN, aes_generation(16).set(CKA_KEY_TYPE, CKK_RSA)),
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_VALUE_INVALID);
}

CONFORMANCE(templates, points_that_are_not_on_their_curve_are_refused,
            reference_defect("checks a point only when it is used")) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    Bytes off_curve = p256.point;
    off_curve.back() ^= 1;
    EXPECT_RV_IN(session.try_create(ec_public(p256).bytes(CKA_EC_POINT, der_octet_string(off_curve))),
                 CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT, CKR_DOMAIN_PARAMS_INVALID);
    EXPECT_RV_IN(session.try_create(ec_public(p256).bytes(CKA_EC_POINT, {4, 2, 1, 2})), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT, CKR_DOMAIN_PARAMS_INVALID);
    EXPECT_RV_IN(session.try_create(ec_private(p256).bytes(CKA_VALUE, Bytes(32, 0))), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_create(ec_private(p256).bytes(CKA_VALUE, Bytes(32, 0xFF))), CKR_ATTRIBUTE_VALUE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(templates, an_rsa_private_key_may_come_without_its_primes) {
    Session session(subject);
    Template key = rsa_private();
    for (CK_ATTRIBUTE_TYPE part : {CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT}) {
        key.without(part);
    }
    const Bytes message = text_bytes("no primes");
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    // The standard leaves to the token which parts it wants; e and d suffice to compute the others.
    const CK_RV code = session.try_create(key, &handle);
    EXPECT_RV_IN(code, CKR_OK, CKR_TEMPLATE_INCOMPLETE);
    if (code == CKR_OK) {
        const Bytes signature = session.sign(CKM_SHA256_RSA_PKCS, handle, message);
        EXPECT_RV(session.try_verify(CKM_SHA256_RSA_PKCS, session.create(rsa_public()), message, signature), CKR_OK);
    }
}

KVP11_CASES_END
