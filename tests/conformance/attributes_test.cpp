// PKCS#11 2.40 section 5.7: C_GetAttributeValue, C_SetAttributeValue and the attributes' meanings.
#include <cstring>

#include "conformance/conformance_case.hpp"

KVP11_CASES

CONFORMANCE(attributes, a_size_query_then_the_value) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)).text(CKA_LABEL, "twelve bytes"));
    CK_ATTRIBUTE attribute{CKA_LABEL, nullptr, 0};
    MUST(session.f()->C_GetAttributeValue(session.handle(), key, &attribute, 1));
    BOOST_TEST(attribute.ulValueLen == 12u);
    char buffer[16];
    std::memset(buffer, '#', sizeof buffer);
    attribute.pValue = buffer;
    attribute.ulValueLen = sizeof buffer;
    MUST(session.f()->C_GetAttributeValue(session.handle(), key, &attribute, 1));
    BOOST_TEST(attribute.ulValueLen == 12u);
    BOOST_TEST(std::string(buffer, 13) == "twelve bytes#");
    attribute.ulValueLen = 11;
    EXPECT_RV(session.f()->C_GetAttributeValue(session.handle(), key, &attribute, 1), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION);
}

CONFORMANCE(attributes, each_attribute_that_cannot_be_had_says_so_and_the_others_are_served) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)).flag(CKA_SENSITIVE, true).text(CKA_LABEL, "four"));
    CK_BYTE value[64];
    CK_BYTE modulus[64];
    CK_BYTE unknown[64];
    CK_BYTE label[64];
    CK_BYTE small[1];
    CK_KEY_TYPE type = 0;
    CK_ATTRIBUTE wanted[] = {{CKA_VALUE, value, sizeof value},      {CKA_MODULUS, modulus, sizeof modulus},
                             {0x7FFFFFF1, unknown, sizeof unknown}, {CKA_LABEL, label, sizeof label},
                             {CKA_LABEL, small, sizeof small},      {CKA_KEY_TYPE, &type, sizeof type}};
    EXPECT_RV_IN(session.f()->C_GetAttributeValue(session.handle(), key, wanted, 6), CKR_ATTRIBUTE_SENSITIVE,
                 CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(wanted[0].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(wanted[1].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(wanted[2].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(wanted[3].ulValueLen == 4u);
    BOOST_TEST(wanted[4].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(wanted[5].ulValueLen == sizeof type);
    BOOST_TEST(type == CKK_AES);
}

CONFORMANCE(attributes, null_arguments_are_refused) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    EXPECT_RV(session.f()->C_GetAttributeValue(session.handle(), key, nullptr, 1), CKR_ARGUMENTS_BAD);
    EXPECT_RV(session.f()->C_SetAttributeValue(session.handle(), key, nullptr, 1), CKR_ARGUMENTS_BAD);
}

CONFORMANCE(attributes, sensitive_values_are_not_told) {
    Session session(subject);
    const CK_OBJECT_HANDLE secret = session.create(aes_key(pattern(16)).flag(CKA_SENSITIVE, true));
    EXPECT_RV(session.try_attribute(secret, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
    const CK_OBJECT_HANDLE unextractable =
        session.create(aes_key(pattern(16)).flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, false));
    EXPECT_RV(session.try_attribute(unextractable, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    for (CK_ATTRIBUTE_TYPE part :
         {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT}) {
        EXPECT_RV(session.try_attribute(rsa, part), CKR_ATTRIBUTE_SENSITIVE);
    }
    BOOST_TEST(to_hex(session.attribute(rsa, CKA_MODULUS)) == to_hex(rsa_numbers().n));
    BOOST_TEST(to_hex(session.attribute(rsa, CKA_PUBLIC_EXPONENT)) == "010001");
    const CK_OBJECT_HANDLE ec = session.create(ec_private(ec_numbers(Curve::P256)));
    EXPECT_RV(session.try_attribute(ec, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(attributes, open_values_are_told) {
    Session session(subject);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private().flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true));
    BOOST_TEST(to_hex(session.attribute(rsa, CKA_PRIVATE_EXPONENT)) == to_hex(rsa_numbers().d));
    BOOST_TEST(to_hex(session.attribute(rsa, CKA_COEFFICIENT)) == to_hex(rsa_numbers().qi));
    const EcNumbers& p384 = ec_numbers(Curve::P384);
    const CK_OBJECT_HANDLE ec = session.create(ec_private(p384).flag(CKA_SENSITIVE, false));
    BOOST_TEST(to_hex(session.attribute(ec, CKA_VALUE)) == to_hex(p384.scalar));
    const CK_OBJECT_HANDLE secret = session.create(generic_secret(pattern(33)));
    BOOST_TEST(to_hex(session.attribute(secret, CKA_VALUE)) == to_hex(pattern(33)));
    BOOST_TEST(session.number(secret, CKA_VALUE_LEN) == 33u);
}

CONFORMANCE(attributes, created_keys_were_neither_local_nor_always_secret) {
    Session session(subject);
    const CK_OBJECT_HANDLE key =
        session.create(aes_key(pattern(16)).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    BOOST_TEST(!session.flag(key, CKA_LOCAL));
    BOOST_TEST(!session.flag(key, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(key, CKA_NEVER_EXTRACTABLE));
    BOOST_TEST(session.number(key, CKA_KEY_GEN_MECHANISM) == CK_UNAVAILABLE_INFORMATION);
}

CONFORMANCE(attributes, generated_keys_are_local_and_remember_how_secret_they_were) {
    Session session(subject);
    const CK_OBJECT_HANDLE hidden =
        session.generate(CKM_AES_KEY_GEN, aes_generation(32).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    BOOST_TEST(session.flag(hidden, CKA_LOCAL));
    BOOST_TEST(session.flag(hidden, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(session.flag(hidden, CKA_NEVER_EXTRACTABLE));
    BOOST_TEST(session.number(hidden, CKA_KEY_GEN_MECHANISM) == CKM_AES_KEY_GEN);
    BOOST_TEST(session.number(hidden, CKA_VALUE_LEN) == 32u);
    const CK_OBJECT_HANDLE open = session.generate(CKM_AES_KEY_GEN, aes_generation(16));
    BOOST_TEST(!session.flag(open, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(open, CKA_NEVER_EXTRACTABLE));
    MUST(session.try_set(open, Template().flag(CKA_SENSITIVE, true)));
    MUST(session.try_set(open, Template().flag(CKA_EXTRACTABLE, false)));
    BOOST_TEST(!session.flag(open, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(open, CKA_NEVER_EXTRACTABLE));
    EXPECT_RV(session.try_attribute(open, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(attributes, protection_only_grows) {
    Session session(subject);
    const CK_OBJECT_HANDLE key =
        session.create(aes_key(pattern(16)).flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    EXPECT_RV(session.try_set(key, Template().flag(CKA_SENSITIVE, false)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(session.try_set(key, Template().flag(CKA_EXTRACTABLE, true)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(session.try_attribute(key, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(attributes, fixed_attributes_cannot_be_set) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    for (Template change : {Template().bytes(CKA_VALUE, pattern(16)), Template().set(CKA_CLASS, CKO_DATA),
                            Template().set(CKA_KEY_TYPE, CKK_GENERIC_SECRET), Template().flag(CKA_LOCAL, true),
                            Template().flag(CKA_ALWAYS_SENSITIVE, true), Template().flag(CKA_NEVER_EXTRACTABLE, true),
                            Template().flag(CKA_TOKEN, true), Template().flag(CKA_PRIVATE, false),
                            Template().flag(CKA_MODIFIABLE, false)}) {
        EXPECT_RV(session.try_set(key, change), CKR_ATTRIBUTE_READ_ONLY);
    }
    EXPECT_RV_IN(session.try_set(key, Template().bytes(CKA_MODULUS, pattern(16))), CKR_ATTRIBUTE_TYPE_INVALID,
                 CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_READ_ONLY);
    BOOST_TEST(to_hex(session.attribute(key, CKA_VALUE)) == to_hex(pattern(16)));
}

CONFORMANCE(attributes, labels_ids_and_usage_can_be_set_and_stay_set, remote_lacks(Lack::Ecb)) {
    {
        Session session(subject);
        const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_TOKEN, true));
        MUST(
            session.try_set(key, Template().text(CKA_LABEL, "renamed").bytes(CKA_ID, {5, 6}).flag(CKA_ENCRYPT, false)));
        BOOST_TEST(session.find(Template().text(CKA_LABEL, "renamed")).size() == 1u);
    }
    subject.restart();
    Session session(subject);
    const auto found = session.find(Template().text(CKA_LABEL, "renamed").bytes(CKA_ID, {5, 6}));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(!session.flag(found[0], CKA_ENCRYPT));
    EXPECT_RV(session.try_encrypt(CKM_AES_ECB, found[0], pattern(16)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    BOOST_TEST(session.decrypt(CKM_AES_ECB, found[0], pattern(16)).size() == 16u);
}

CONFORMANCE(attributes, a_set_of_changes_is_done_wholly_or_not_at_all,
            reference_defect("keeps the changes before the one that fails")) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).text(CKA_LABEL, "before"));
    EXPECT_RV(session.try_set(key, Template().text(CKA_LABEL, "after").bytes(CKA_VALUE, pattern(16))),
              CKR_ATTRIBUTE_READ_ONLY);
    BOOST_TEST(to_hex(session.attribute(key, CKA_LABEL)) == to_hex(text_bytes("before")));
}

CONFORMANCE(attributes, modifiable_false_is_obeyed) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_MODIFIABLE, false));
    BOOST_TEST(!session.flag(key, CKA_MODIFIABLE));
    EXPECT_RV_IN(session.try_set(key, Template().text(CKA_LABEL, "no")), CKR_ACTION_PROHIBITED,
                 CKR_ATTRIBUTE_READ_ONLY);
}

CONFORMANCE(attributes, defaults_are_the_standards) {
    Session session(subject);
    const CK_OBJECT_HANDLE data =
        session.create(Template().set(CKA_CLASS, CKO_DATA).bytes(CKA_VALUE, {1}).flag(CKA_PRIVATE, false));
    BOOST_TEST(!session.flag(data, CKA_TOKEN));
    BOOST_TEST(session.flag(data, CKA_MODIFIABLE));
    BOOST_TEST(session.attribute(data, CKA_LABEL).empty());
    BOOST_TEST(session.attribute(data, CKA_APPLICATION).empty());
    const CK_OBJECT_HANDLE key = session.create(
        Template().set(CKA_CLASS, CKO_SECRET_KEY).set(CKA_KEY_TYPE, CKK_AES).bytes(CKA_VALUE, pattern(16)));
    BOOST_TEST(!session.flag(key, CKA_TOKEN));
    BOOST_TEST(session.flag(key, CKA_PRIVATE));
    BOOST_TEST(!session.flag(key, CKA_WRAP_WITH_TRUSTED));
    BOOST_TEST(!session.flag(key, CKA_TRUSTED));
    BOOST_TEST(session.attribute(key, CKA_ID).empty());
    BOOST_TEST(session.attribute(key, CKA_START_DATE).empty());
}

CONFORMANCE(attributes, ec_points_are_octet_strings_and_parameters_are_oids) {
    Session session(subject);
    for (Curve curve : {Curve::P256, Curve::P384, Curve::P521, Curve::Secp256k1}) {
        const EcNumbers& numbers = ec_numbers(curve);
        const KeyPair pair = session.generate_pair(
            CKM_EC_KEY_PAIR_GEN, pair_public({1}).bytes(CKA_EC_PARAMS, numbers.parameters), pair_private({1}));
        const Bytes point = session.attribute(pair.public_key, CKA_EC_POINT);
        const std::size_t header = numbers.point.size() > 127 ? 3 : 2;
        BOOST_REQUIRE_EQUAL(point.size(), header + numbers.point.size());
        BOOST_TEST(int{point[0]} == 4);
        BOOST_TEST(int{point[header]} == 4);
        BOOST_TEST(to_hex(session.attribute(pair.public_key, CKA_EC_PARAMS)) == to_hex(numbers.parameters));
        BOOST_TEST(to_hex(session.attribute(pair.private_key, CKA_EC_PARAMS)) == to_hex(numbers.parameters));
    }
}

CONFORMANCE(attributes, rsa_public_keys_tell_their_bits) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(rsa_public());
    BOOST_TEST(session.number(key, CKA_MODULUS_BITS) == 2048u);
    BOOST_TEST(to_hex(session.attribute(key, CKA_MODULUS)) == to_hex(rsa_numbers().n));
}

CONFORMANCE(attributes, public_key_info_is_the_der_of_the_public_key, reference_defect("has no CKA_PUBLIC_KEY_INFO")) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    // SubjectPublicKeyInfo of a P-256 key: RFC 5480.
    const std::string wanted = "3059301306072a8648ce3d020106082a8648ce3d030107034200" + to_hex(p256.point);
    const CK_OBJECT_HANDLE public_key = session.create(ec_public(p256));
    BOOST_TEST(to_hex(session.attribute(public_key, CKA_PUBLIC_KEY_INFO)) == wanted);
    const CK_OBJECT_HANDLE private_key = session.create(ec_private(p256));
    BOOST_TEST(to_hex(session.attribute(private_key, CKA_PUBLIC_KEY_INFO)) == wanted);
    const std::string rsa_start = "30820122300d06092a864886f70d01010105000382010f003082010a0282010100";
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private());
    BOOST_TEST(to_hex(session.attribute(rsa, CKA_PUBLIC_KEY_INFO)) ==
               rsa_start + to_hex(rsa_numbers().n) + "0203010001");
}

CONFORMANCE(attributes, private_ec_keys_tell_no_scalar_but_work) {
    Session session(subject);
    const EcNumbers& p256 = ec_numbers(Curve::P256);
    // NSS imports private EC keys with their point.
    const CK_OBJECT_HANDLE key = session.create(ec_private(p256));
    const Bytes signature = session.sign(CKM_ECDSA, key, pattern(32));
    BOOST_TEST(signature.size() == 64u);
    EXPECT_RV(session.try_verify(CKM_ECDSA, session.create(ec_public(p256)), pattern(32), signature), CKR_OK);
}

KVP11_CASES_END
