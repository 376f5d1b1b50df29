// PKCS#11 3.2 section 4.6: certificate objects.
#include "conformance/conformance_case.hpp"
#include "support/certificates.hpp"

KVP11_CASES

static Template x509(const Bytes& der) {
    return Template()
        .set(CKA_CLASS, CKO_CERTIFICATE)
        .set(CKA_CERTIFICATE_TYPE, CKC_X_509)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .bytes(CKA_VALUE, der);
}

static const Bytes& test_name() {  // CN=kvp11 test
    static const Bytes name = from_hex("30153113301106035504030c0a6b767031312074657374");
    return name;
}

CONFORMANCE(certificates, what_the_template_leaves_out_is_taken_from_the_certificate,
            reference_defect("wants every attribute from its caller")) {
    Session session(subject);
    const CK_OBJECT_HANDLE made = session.create(x509(p256_certificate()));
    BOOST_TEST(to_hex(session.attribute(made, CKA_SUBJECT)) == to_hex(test_name()));
    BOOST_TEST(to_hex(session.attribute(made, CKA_ISSUER)) == to_hex(test_name()));
    BOOST_TEST(to_hex(session.attribute(made, CKA_SERIAL_NUMBER)) == "02020081");
    BOOST_TEST(to_hex(session.attribute(made, CKA_PUBLIC_KEY_INFO)) == to_hex(p256_public_key_info()));
    BOOST_TEST(session.number(made, CKA_CERTIFICATE_CATEGORY) == CK_CERTIFICATE_CATEGORY_UNSPECIFIED);
    BOOST_TEST(session.number(made, CKA_JAVA_MIDP_SECURITY_DOMAIN) == CK_SECURITY_DOMAIN_UNSPECIFIED);
    BOOST_TEST(session.number(made, CKA_NAME_HASH_ALGORITHM) == CKM_SHA_1);
    BOOST_TEST(session.attribute(made, CKA_URL).empty());
    BOOST_TEST(!session.flag(made, CKA_TRUSTED));
}

CONFORMANCE(certificates, a_root_of_others_tells_its_dates_and_its_check_value,
            reference_defect("wants every attribute from its caller")) {
    Session session(subject);
    const CK_OBJECT_HANDLE made = session.create(x509(globalsign_root()));
    BOOST_TEST(to_hex(session.attribute(made, CKA_START_DATE)) == to_hex(text_bytes("19980901")));
    BOOST_TEST(to_hex(session.attribute(made, CKA_END_DATE)) == to_hex(text_bytes("20280128")));
    // The beginning of the SHA-1 thumbprint that `openssl x509 -fingerprint` prints.
    BOOST_TEST(to_hex(session.attribute(made, CKA_CHECK_VALUE)) == "b1bc96");
    BOOST_TEST(to_hex(session.attribute(made, CKA_SERIAL_NUMBER)) == "020b040000000001154b5ac394");
}

CONFORMANCE(certificates, what_is_given_stays_as_it_is_given) {
    Session session(subject);
    // SunPKCS11 sends the serial number without tag and length.
    const CK_OBJECT_HANDLE made = session.create(x509(p256_certificate())
                                                     .bytes(CKA_SUBJECT, test_name())
                                                     .bytes(CKA_ISSUER, {})
                                                     .bytes(CKA_SERIAL_NUMBER, from_hex("0081"))
                                                     .bytes(CKA_ID, {7, 7})
                                                     .text(CKA_START_DATE, "20000101"));
    BOOST_TEST(to_hex(session.attribute(made, CKA_SERIAL_NUMBER)) == "0081");
    BOOST_TEST(session.attribute(made, CKA_ISSUER).empty());
    BOOST_TEST(to_hex(session.attribute(made, CKA_ID)) == "0707");
    BOOST_TEST(to_hex(session.attribute(made, CKA_START_DATE)) == to_hex(text_bytes("20000101")));
}

CONFORMANCE(certificates, a_check_value_of_another_certificate_is_refused,
            reference_defect("takes any CKA_CHECK_VALUE")) {
    Session session(subject);
    EXPECT_RV(session.try_create(x509(globalsign_root()).bytes(CKA_CHECK_VALUE, {1, 2, 3})),
              CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).bytes(CKA_CHECK_VALUE, {0xb1, 0xbc, 0x96})), CKR_OK);
    // An empty one says that the object has none.
    const CK_OBJECT_HANDLE without = session.create(x509(globalsign_root()).bytes(CKA_CHECK_VALUE, {}));
    BOOST_TEST(session.attribute(without, CKA_CHECK_VALUE).empty());
}

CONFORMANCE(certificates, bytes_that_are_no_certificate_need_a_subject, reference_defect("needs none")) {
    Session session(subject);
    const Bytes nothing = from_hex("3003020101");
    EXPECT_RV(session.try_create(x509(nothing)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(x509(nothing).bytes(CKA_SUBJECT, test_name())), CKR_OK);
}

CONFORMANCE(certificates, values_out_of_range_are_refused, reference_defect("takes any number")) {
    Session session(subject);
    EXPECT_RV(session.try_create(x509(globalsign_root()).set(CKA_CERTIFICATE_CATEGORY, 4)),
              CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).set(CKA_JAVA_MIDP_SECURITY_DOMAIN, 4)),
              CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).set(CKA_CERTIFICATE_TYPE, 3)), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).text(CKA_START_DATE, "1998")), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).set(CKA_KEY_TYPE, CKK_RSA)), CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV(session.try_create(x509(globalsign_root()).without(CKA_CERTIFICATE_TYPE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(x509(globalsign_root()).without(CKA_VALUE)), CKR_TEMPLATE_INCOMPLETE);
}

CONFORMANCE(certificates, a_url_in_its_place_comes_with_the_hashes_of_both_keys,
            reference_defect("does not check CKA_URL")) {
    Session session(subject);
    const Bytes hash(20, 5);
    Template there = x509({}).bytes(CKA_SUBJECT, test_name()).text(CKA_URL, "http://localhost/a.cer");
    EXPECT_RV(session.try_create(x509({}).bytes(CKA_SUBJECT, test_name())), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(there), CKR_TEMPLATE_INCOMPLETE);
    there.bytes(CKA_HASH_OF_SUBJECT_PUBLIC_KEY, hash).bytes(CKA_HASH_OF_ISSUER_PUBLIC_KEY, hash);
    const CK_OBJECT_HANDLE made = session.create(there);
    BOOST_TEST(session.attribute(made, CKA_VALUE).empty());
    BOOST_TEST(session.attribute(made, CKA_CHECK_VALUE).empty());
    BOOST_TEST(to_hex(session.attribute(made, CKA_HASH_OF_ISSUER_PUBLIC_KEY)) == to_hex(hash));
}

CONFORMANCE(certificates, only_id_issuer_and_serial_number_are_changed_afterwards,
            reference_defect("changes CKA_SUBJECT")) {
    Session session(subject);
    const CK_OBJECT_HANDLE made = session.create(x509(p256_certificate()));
    EXPECT_RV(session.try_set(made, Template().bytes(CKA_ID, {1}).bytes(CKA_ISSUER, {2}).bytes(CKA_SERIAL_NUMBER, {3})),
              CKR_OK);
    BOOST_TEST(to_hex(session.attribute(made, CKA_ISSUER)) == "02");
    for (Template change : {Template().bytes(CKA_SUBJECT, {1}), Template().bytes(CKA_VALUE, globalsign_root()),
                            Template().set(CKA_CERTIFICATE_CATEGORY, CK_CERTIFICATE_CATEGORY_AUTHORITY),
                            Template().set(CKA_CERTIFICATE_TYPE, CKC_WTLS), Template().text(CKA_URL, "x"),
                            Template().bytes(CKA_CHECK_VALUE, {1, 2, 3}), Template().bytes(CKA_PUBLIC_KEY_INFO, {1})}) {
        EXPECT_RV(session.try_set(made, change), CKR_ATTRIBUTE_READ_ONLY);
    }
    EXPECT_RV(session.try_set(made, Template().flag(CKA_TRUSTED, true)), CKR_ATTRIBUTE_READ_ONLY);
    BOOST_TEST(to_hex(session.attribute(made, CKA_VALUE)) == to_hex(p256_certificate()));
}

CONFORMANCE(certificates, a_trusted_one_is_the_officers_and_is_not_changed, remote_lacks(Lack::Officer),
            reference_defect("changes trusted certificates")) {
    {
        Session officer(subject, Login::Officer);
        officer.create(x509(globalsign_root()).flag(CKA_TOKEN, true).flag(CKA_TRUSTED, true).bytes(CKA_ID, {1}));
    }
    Session session(subject);
    EXPECT_RV(session.try_create(x509(globalsign_root()).flag(CKA_TRUSTED, true)), CKR_ATTRIBUTE_READ_ONLY);
    const auto found = session.find(Template().flag(CKA_TRUSTED, true));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    EXPECT_RV(session.try_set(found[0], Template().text(CKA_LABEL, "x")), CKR_ACTION_PROHIBITED);
    // The copy can say another issuer, so the trust is not copied.
    const CK_OBJECT_HANDLE copy = session.copy(found[0], Template().flag(CKA_TOKEN, false).bytes(CKA_ISSUER, {1}));
    BOOST_TEST(!session.flag(copy, CKA_TRUSTED));
    BOOST_TEST(session.flag(found[0], CKA_TRUSTED));
}

CONFORMANCE(certificates, each_attribute_finds_it, reference_defect("wants every attribute from its caller")) {
    Session session(subject);
    const CK_OBJECT_HANDLE other = session.create(x509(globalsign_root()).bytes(CKA_ID, {1}));
    const CK_OBJECT_HANDLE made = session.create(x509(p256_certificate()).bytes(CKA_ID, {2}).text(CKA_LABEL, "mine"));
    BOOST_TEST(other != made);
    for (const CK_ATTRIBUTE_TYPE type : {CKA_ID, CKA_LABEL, CKA_SUBJECT, CKA_ISSUER, CKA_SERIAL_NUMBER, CKA_VALUE,
                                         CKA_CHECK_VALUE, CKA_PUBLIC_KEY_INFO, CKA_START_DATE, CKA_UNIQUE_ID}) {
        const auto found = session.find(Template().bytes(type, session.attribute(made, type)));
        BOOST_TEST((found == std::vector<CK_OBJECT_HANDLE>{made}), "by attribute " << type);
    }
    BOOST_TEST(session.find(Template().set(CKA_CERTIFICATE_TYPE, CKC_X_509)).size() == 2u);
}

CONFORMANCE(certificates, one_without_an_id_takes_that_of_its_key, reference_defect("leaves CKA_ID empty")) {
    Session session(subject);
    session.create(ec_private(ec_numbers(Curve::P256)).flag(CKA_TOKEN, true).bytes(CKA_ID, {4, 2}));
    const CK_OBJECT_HANDLE made = session.create(x509(p256_certificate()).flag(CKA_TOKEN, true));
    BOOST_TEST(to_hex(session.attribute(made, CKA_ID)) == "0402");
    const CK_OBJECT_HANDLE other = session.create(x509(globalsign_root()).flag(CKA_TOKEN, true));
    BOOST_TEST(session.attribute(other, CKA_ID).empty());
    const CK_OBJECT_HANDLE named = session.create(x509(p256_certificate()).flag(CKA_TOKEN, true).bytes(CKA_ID, {}));
    BOOST_TEST(session.attribute(named, CKA_ID).empty());
}

CONFORMANCE(certificates, attribute_certificates_and_wtls_have_their_own_attributes,
            reference_defect("knows X.509 only")) {
    Session session(subject);
    Template attribute_certificate = x509(from_hex("3003020101")).set(CKA_CERTIFICATE_TYPE, CKC_X_509_ATTR_CERT);
    EXPECT_RV(session.try_create(attribute_certificate), CKR_TEMPLATE_INCOMPLETE);
    const CK_OBJECT_HANDLE made = session.create(attribute_certificate.bytes(CKA_OWNER, test_name()));
    BOOST_TEST(to_hex(session.attribute(made, CKA_OWNER)) == to_hex(test_name()));
    BOOST_TEST(session.attribute(made, CKA_AC_ISSUER).empty());
    EXPECT_RV(session.try_attribute(made, CKA_SUBJECT), CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV(session.try_set(made, Template().bytes(CKA_ATTR_TYPES, {1})), CKR_OK);
    EXPECT_RV(session.try_set(made, Template().bytes(CKA_OWNER, {1})), CKR_ATTRIBUTE_READ_ONLY);
    Template wtls = x509({1, 2, 3}).set(CKA_CERTIFICATE_TYPE, CKC_WTLS);
    EXPECT_RV(session.try_create(wtls), CKR_TEMPLATE_INCOMPLETE);
    const CK_OBJECT_HANDLE wireless = session.create(wtls.bytes(CKA_SUBJECT, {1}));
    EXPECT_RV(session.try_attribute(wireless, CKA_SERIAL_NUMBER), CKR_ATTRIBUTE_TYPE_INVALID);
    BOOST_TEST(session.attribute(wireless, CKA_CHECK_VALUE).size() == 3u);
}

KVP11_CASES_END
