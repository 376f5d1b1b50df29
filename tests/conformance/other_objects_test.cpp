// PKCS#11 3.2 sections 4.5, 4.7 and 4.12: data, trust and domain parameters; and classes that nobody can create.
#include "conformance/conformance_case.hpp"
#include "support/certificates.hpp"

KVP11_CASES

static Template domain(CK_KEY_TYPE type) {
    return Template()
        .set(CKA_CLASS, CKO_DOMAIN_PARAMETERS)
        .set(CKA_KEY_TYPE, type)
        .flag(CKA_TOKEN, false)
        .flag(CKA_PRIVATE, false)
        .bytes(CKA_PRIME, from_hex("0b0000000000000005"))
        .bytes(CKA_BASE, {2});
}

static Template trust() {
    return Template()
        .set(CKA_CLASS, CKO_TRUST)
        .flag(CKA_TOKEN, false)
        .bytes(CKA_ISSUER, from_hex("300f310d300b06035504030c0474657374"))
        .bytes(CKA_SERIAL_NUMBER, from_hex("020101"));
}

CONFORMANCE(other_objects, a_data_object_has_what_it_was_given_and_defaults, reference_defect("changes no CKA_VALUE")) {
    Session session(subject);
    const CK_OBJECT_HANDLE empty = session.create(Template().set(CKA_CLASS, CKO_DATA).flag(CKA_PRIVATE, false));
    for (const CK_ATTRIBUTE_TYPE type : {CKA_APPLICATION, CKA_OBJECT_ID, CKA_VALUE, CKA_LABEL})
        BOOST_TEST(session.attribute(empty, type).empty());
    BOOST_TEST(!session.flag(empty, CKA_TOKEN));
    BOOST_TEST(session.flag(empty, CKA_MODIFIABLE));
    BOOST_TEST(session.flag(empty, CKA_COPYABLE));
    BOOST_TEST(session.flag(empty, CKA_DESTROYABLE));
    MUST(session.try_set(empty, Template().bytes(CKA_VALUE, {1}).text(CKA_APPLICATION, "a").bytes(CKA_OBJECT_ID, {6})));
    BOOST_TEST(session.find(Template().text(CKA_APPLICATION, "a").bytes(CKA_OBJECT_ID, {6})).size() == 1u);
    EXPECT_RV(session.try_create(Template().set(CKA_CLASS, CKO_DATA).bytes(CKA_ID, {1})), CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV(session.try_attribute(empty, CKA_ID), CKR_ATTRIBUTE_TYPE_INVALID);
}

CONFORMANCE(other_objects, unique_ids_are_stable_and_differ, reference_defect("has no CKA_UNIQUE_ID")) {
    Bytes first;
    {
        Session session(subject);
        const Template data = Template().set(CKA_CLASS, CKO_DATA).flag(CKA_PRIVATE, false).flag(CKA_TOKEN, true);
        const CK_OBJECT_HANDLE one = session.create(Template(data).text(CKA_LABEL, "one"));
        first = session.attribute(one, CKA_UNIQUE_ID);
        BOOST_TEST(!first.empty());
        const CK_OBJECT_HANDLE copy = session.copy(one, Template().text(CKA_LABEL, "copy"));
        BOOST_TEST(to_hex(session.attribute(copy, CKA_UNIQUE_ID)) != to_hex(first));
        MUST(session.try_set(one, Template().bytes(CKA_VALUE, {9})));
        BOOST_TEST(to_hex(session.attribute(one, CKA_UNIQUE_ID)) == to_hex(first));
        EXPECT_RV(session.try_set(one, Template().bytes(CKA_UNIQUE_ID, {1})), CKR_ATTRIBUTE_READ_ONLY);
        EXPECT_RV(session.try_create(Template(data).bytes(CKA_UNIQUE_ID, {1})), CKR_ATTRIBUTE_READ_ONLY);
    }
    subject.restart();
    Session session(subject);
    const auto found = session.find(Template().bytes(CKA_UNIQUE_ID, first));
    BOOST_REQUIRE_EQUAL(found.size(), 1u);
    BOOST_TEST(to_hex(session.attribute(found[0], CKA_LABEL)) == to_hex(text_bytes("one")));
}

CONFORMANCE(other_objects, domain_parameters_are_kept_and_counted, reference_defect("counts no CKA_PRIME_BITS")) {
    Session session(subject);
    const CK_OBJECT_HANDLE made = session.create(domain(CKK_DH));
    BOOST_TEST(session.number(made, CKA_KEY_TYPE) == CKK_DH);
    BOOST_TEST(session.number(made, CKA_PRIME_BITS) == 68u);
    BOOST_TEST(!session.flag(made, CKA_LOCAL));
    EXPECT_RV(session.try_attribute(made, CKA_SUBPRIME), CKR_ATTRIBUTE_TYPE_INVALID);
    EXPECT_RV(session.try_set(made, Template().bytes(CKA_BASE, {3})), CKR_ATTRIBUTE_READ_ONLY);
    const CK_OBJECT_HANDLE dsa = session.create(domain(CKK_DSA).bytes(CKA_SUBPRIME, {7}));
    BOOST_TEST(to_hex(session.attribute(dsa, CKA_SUBPRIME)) == "07");
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_DOMAIN_PARAMETERS)).size() == 2u);
    BOOST_TEST(session.find(Template().set(CKA_KEY_TYPE, CKK_DSA)).size() == 1u);
}

CONFORMANCE(other_objects, domain_parameters_that_cannot_be_are_refused, reference_defect("does not look at them")) {
    Session session(subject);
    EXPECT_RV(session.try_create(domain(CKK_DH).without(CKA_KEY_TYPE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(domain(CKK_DH).without(CKA_BASE)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(domain(CKK_DSA)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(domain(CKK_RSA)), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(domain(CKK_DH).bytes(CKA_PRIME, {0, 0, 8})), CKR_DOMAIN_PARAMS_INVALID);
    EXPECT_RV(session.try_create(domain(CKK_DH).bytes(CKA_BASE, {1})), CKR_DOMAIN_PARAMS_INVALID);
    EXPECT_RV(session.try_create(domain(CKK_DH).bytes(CKA_BASE, from_hex("0b0000000000000005"))),
              CKR_DOMAIN_PARAMS_INVALID);
    EXPECT_RV(session.try_create(domain(CKK_DH).set(CKA_PRIME_BITS, 68)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV(session.try_create(domain(CKK_DH).flag(CKA_LOCAL, true)), CKR_ATTRIBUTE_READ_ONLY);
}

CONFORMANCE(other_objects, nothing_generates_domain_parameters, needs(CKM_DSA_PARAMETER_GEN)) {
    Session session(subject);
    if (subject.is_reference()) return;  // it does
    EXPECT_RV(session.try_generate(CKM_DSA_PARAMETER_GEN, domain(CKK_DSA)), CKR_MECHANISM_INVALID);
    EXPECT_RV(session.try_generate(CKM_DH_PKCS_PARAMETER_GEN, domain(CKK_DH)), CKR_MECHANISM_INVALID);
}

CONFORMANCE(other_objects, trust_says_what_a_certificate_is_for, reference_defect("has no CKO_TRUST")) {
    Session session(subject);
    const CK_OBJECT_HANDLE unknown = session.create(trust());
    BOOST_TEST(session.number(unknown, CKA_TRUST_SERVER_AUTH) == CKT_TRUST_UNKNOWN);
    EXPECT_RV(session.try_create(trust().without(CKA_ISSUER)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(trust().set(CKA_TRUST_SERVER_AUTH, 5)), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(session.try_create(trust().set(CKA_TRUST_SERVER_AUTH, CKT_TRUST_ANCHOR)), CKR_TEMPLATE_INCOMPLETE);
    EXPECT_RV(session.try_create(trust().set(CKA_TRUST_SERVER_AUTH, CKT_NOT_TRUSTED)), CKR_OK);
    const CK_OBJECT_HANDLE anchor = session.create(trust()
                                                       .set(CKA_TRUST_SERVER_AUTH, CKT_TRUST_ANCHOR)
                                                       .set(CKA_NAME_HASH_ALGORITHM, CKM_SHA256)
                                                       .bytes(CKA_HASH_OF_CERTIFICATE, Bytes(32, 1)));
    BOOST_TEST(session.find(Template().set(CKA_TRUST_SERVER_AUTH, CKT_TRUST_ANCHOR)).size() == 1u);
    EXPECT_RV(session.try_set(anchor, Template().set(CKA_TRUST_CODE_SIGNING, CKT_TRUSTED)), CKR_OK);
    EXPECT_RV(session.try_set(unknown, Template().set(CKA_TRUST_CODE_SIGNING, CKT_TRUSTED)), CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(other_objects, what_is_built_in_or_not_here_cannot_be_created) {
    Session session(subject);
    for (const CK_OBJECT_CLASS unmade :
         {CKO_HW_FEATURE, CKO_MECHANISM, CKO_OTP_KEY, CKO_PROFILE, CKO_VALIDATION, CKO_VENDOR_DEFINED | 0x534353UL}) {
        EXPECT_RV_IN(session.try_create(Template().set(CKA_CLASS, unmade).flag(CKA_PRIVATE, false)),
                     CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT);
    }
    EXPECT_RV(session.try_create(Template().flag(CKA_PRIVATE, false)), CKR_TEMPLATE_INCOMPLETE);
}

KVP11_CASES_END
