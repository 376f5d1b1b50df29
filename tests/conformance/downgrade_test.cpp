// Attacks on key management (Clulow; Bortolozzo, Centenaro, Focardi and Steel's Tookan): no sequence of
// calls may make a key less protected than the one who made it said.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

Template unwrapped_aes() { return aes_key({}).without(CKA_VALUE); }

/// The attributes of a template held in an attribute (CKA_UNWRAP_TEMPLATE).
Template inner_template() {
    return Template().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false).flag(CKA_DECRYPT, false);
}

}  // namespace

CONFORMANCE(downgrade, wrap_with_trusted_refuses_wrapping_keys_that_are_not) {
    Session session(subject);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_WRAP_WITH_TRUSTED, true));
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, wrapping, key), CKR_KEY_NOT_WRAPPABLE);
    EXPECT_RV(session.try_wrap(CKM_RSA_PKCS, session.create(rsa_public()), key), CKR_KEY_NOT_WRAPPABLE);
    // Once true, always true.
    EXPECT_RV(session.try_set(key, Template().flag(CKA_WRAP_WITH_TRUSTED, false)), CKR_ATTRIBUTE_READ_ONLY);
    EXPECT_RV_IN(session.try_copy(key, Template().flag(CKA_WRAP_WITH_TRUSTED, false)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(downgrade, only_the_officer_makes_a_key_trusted) {
    Session session(subject);
    EXPECT_RV_IN(session.try_create(aes_key(pattern(32)).flag(CKA_TRUSTED, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)));
    EXPECT_RV_IN(session.try_set(key, Template().flag(CKA_TRUSTED, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_USER_NOT_LOGGED_IN);
    EXPECT_RV_IN(session.try_generate(CKM_AES_KEY_GEN, aes_generation(32).flag(CKA_TRUSTED, true)),
                 CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(downgrade, a_trusted_public_key_wraps_what_wants_trust, reference_defect("ignores CKA_WRAP_WITH_TRUSTED"),
            remote_lacks(Lack::Officer)) {
    Session session(subject, Login::Officer);
    session.create(rsa_public().flag(CKA_TOKEN, true).flag(CKA_TRUSTED, true));
    session.logout();
    session.login(Login::User);
    const auto trusted = session.find(Template().set(CKA_CLASS, CKO_PUBLIC_KEY));
    BOOST_REQUIRE_EQUAL(trusted.size(), 1u);
    BOOST_TEST(session.flag(trusted[0], CKA_TRUSTED));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)).flag(CKA_WRAP_WITH_TRUSTED, true));
    EXPECT_RV(session.try_wrap(oaep(CKM_SHA256, CKM_SHA256), trusted[0], key), CKR_OK);
    // A copy of the trusted key that is not trusted, or a changed one, would open the door again.
    EXPECT_RV_IN(session.try_set(trusted[0], Template().bytes(CKA_MODULUS, pattern(256))), CKR_ATTRIBUTE_READ_ONLY);
}

CONFORMANCE(downgrade, the_unwrap_template_of_the_unwrapping_key_is_applied,
            reference_defect("has no CKA_UNWRAP_TEMPLATE for it")) {
    Session session(subject);
    Template inner = inner_template();
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)).nested(CKA_UNWRAP_TEMPLATE, inner));
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(16)));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, key);
    const Template silent = unwrapped_aes().without(CKA_SENSITIVE).without(CKA_EXTRACTABLE).without(CKA_DECRYPT);
    const CK_OBJECT_HANDLE back = session.unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, silent);
    BOOST_TEST(session.flag(back, CKA_SENSITIVE));
    BOOST_TEST(!session.flag(back, CKA_EXTRACTABLE));
    BOOST_TEST(!session.flag(back, CKA_DECRYPT));
    EXPECT_RV(session.try_attribute(back, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(downgrade, a_template_that_contradicts_the_unwrap_template_is_refused) {
    Session session(subject);
    Template inner = inner_template();
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)).nested(CKA_UNWRAP_TEMPLATE, inner));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(16))));
    for (CK_ATTRIBUTE_TYPE loosened : {CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_DECRYPT}) {
        Template asking = unwrapped_aes()
                              .without(CKA_SENSITIVE)
                              .without(CKA_EXTRACTABLE)
                              .without(CKA_DECRYPT)
                              .flag(loosened, loosened != CKA_SENSITIVE);
        EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, asking), CKR_TEMPLATE_INCONSISTENT);
    }
}

CONFORMANCE(downgrade, the_wrap_template_limits_what_a_key_wraps, reference_defect("wraps keys that do not match")) {
    Session session(subject);
    Template only = Template().set(CKA_KEY_TYPE, CKK_AES).text(CKA_LABEL, "may go");
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)).nested(CKA_WRAP_TEMPLATE, only));
    EXPECT_RV(session.try_wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(16)))),
              CKR_KEY_HANDLE_INVALID);
    EXPECT_RV(
        session.try_wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(16)).text(CKA_LABEL, "may go"))),
        CKR_OK);
}

CONFORMANCE(downgrade, templates_in_keys_are_told_as_they_were_given) {
    Session session(subject);
    Template inner = Template().flag(CKA_SENSITIVE, true).text(CKA_LABEL, "inner");
    const CK_OBJECT_HANDLE key = session.create(aes_key(pattern(32)).nested(CKA_UNWRAP_TEMPLATE, inner));
    CK_ATTRIBUTE outer{CKA_UNWRAP_TEMPLATE, nullptr, 0};
    MUST(session.f()->C_GetAttributeValue(session.handle(), key, &outer, 1));
    BOOST_REQUIRE_EQUAL(outer.ulValueLen, 2 * sizeof(CK_ATTRIBUTE));
    CK_ATTRIBUTE parts[2] = {};
    CK_BYTE values[2][16];
    outer.pValue = parts;
    MUST(session.f()->C_GetAttributeValue(session.handle(), key, &outer, 1));
    parts[0].pValue = values[0];
    parts[1].pValue = values[1];
    MUST(session.f()->C_GetAttributeValue(session.handle(), key, &outer, 1));
    for (const CK_ATTRIBUTE& part : parts) {
        BOOST_TEST((part.type == CKA_SENSITIVE ? part.ulValueLen == 1u : part.ulValueLen == 5u));
    }
}

CONFORMANCE(downgrade, an_aes_key_does_not_come_back_as_another_kind_of_key,
            reference_defect("makes a DES3 key of it")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, session.create(aes_key(pattern(16))));
    const CK_RV code =
        session.try_unwrap(CKM_AES_KEY_WRAP, wrapping, wrapped, unwrapped_aes().set(CKA_KEY_TYPE, CKK_DES3));
    BOOST_TEST(code != CKR_OK, ckr_name(code));
}

CONFORMANCE(downgrade, a_wrapping_key_does_not_decrypt_unless_it_may) {
    Session session(subject);
    // Wrap-then-decrypt: the wrapping key has no CKA_DECRYPT, so the blob stays closed.
    const CK_OBJECT_HANDLE wrapping =
        session.create(aes_key(pattern(32)).flag(CKA_DECRYPT, false).flag(CKA_ENCRYPT, false));
    EXPECT_RV(session.try_decrypt(CKM_AES_ECB, wrapping, pattern(32)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    const CK_OBJECT_HANDLE rsa = session.create(rsa_private().flag(CKA_DECRYPT, false));
    const Bytes wrapped =
        session.wrap(CKM_RSA_PKCS, session.create(rsa_public()), session.create(aes_key(pattern(16))));
    EXPECT_RV(session.try_decrypt(CKM_RSA_PKCS, rsa, wrapped), CKR_KEY_FUNCTION_NOT_PERMITTED);
}

CONFORMANCE(downgrade, an_unwrapped_key_is_never_said_to_have_been_always_secret) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping = session.create(aes_key(pattern(32)));
    const CK_OBJECT_HANDLE secret = session.generate(CKM_AES_KEY_GEN, aes_generation(16).flag(CKA_SENSITIVE, true));
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, wrapping, secret);
    const CK_OBJECT_HANDLE back = session.unwrap(
        CKM_AES_KEY_WRAP, wrapping, wrapped, unwrapped_aes().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    BOOST_TEST(!session.flag(back, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(back, CKA_NEVER_EXTRACTABLE));
    BOOST_TEST(!session.flag(back, CKA_LOCAL));
}

CONFORMANCE(downgrade, a_copy_keeps_the_limits_of_its_key) {
    Session session(subject);
    Template inner = inner_template();
    Template nothing;
    const CK_MECHANISM_TYPE allowed[] = {CKM_AES_KEY_WRAP};
    const auto* first = reinterpret_cast<const CK_BYTE*>(allowed);
    const CK_OBJECT_HANDLE wrapping =
        session.create(aes_key(pattern(32))
                           .nested(CKA_UNWRAP_TEMPLATE, inner)
                           .bytes(CKA_ALLOWED_MECHANISMS, Bytes(first, first + sizeof allowed)));
    const CK_MECHANISM_TYPE wider[] = {CKM_AES_KEY_WRAP, CKM_AES_ECB};
    first = reinterpret_cast<const CK_BYTE*>(wider);
    EXPECT_RV_IN(
        session.try_copy(wrapping, Template().bytes(CKA_ALLOWED_MECHANISMS, Bytes(first, first + sizeof wider))),
        CKR_ATTRIBUTE_READ_ONLY, CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(wrapping, Template().nested(CKA_UNWRAP_TEMPLATE, nothing)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE copy = session.copy(wrapping, Template().text(CKA_LABEL, "copy"));
    EXPECT_RV_IN(session.try_encrypt(CKM_AES_ECB, copy, pattern(16)), CKR_MECHANISM_INVALID,
                 CKR_KEY_FUNCTION_NOT_PERMITTED);
    const Bytes wrapped = session.wrap(CKM_AES_KEY_WRAP, copy, session.create(aes_key(pattern(16))));
    EXPECT_RV(session.try_unwrap(CKM_AES_KEY_WRAP, copy, wrapped, unwrapped_aes().flag(CKA_SENSITIVE, false)),
              CKR_TEMPLATE_INCONSISTENT);
}

CONFORMANCE(downgrade, what_cannot_be_modified_cannot_be_modified_by_way_of_a_copy,
            reference_defect("refuses CKA_TOKEN in the copy as well")) {
    Session session(subject);
    const CK_OBJECT_HANDLE wrapping =
        session.create(aes_key(pattern(32)).flag(CKA_DECRYPT, false).flag(CKA_MODIFIABLE, false));
    EXPECT_RV_IN(session.try_copy(wrapping, Template().flag(CKA_DECRYPT, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_ACTION_PROHIBITED, CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(wrapping, Template().flag(CKA_MODIFIABLE, true)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_ACTION_PROHIBITED, CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE copy = session.copy(wrapping, Template().flag(CKA_TOKEN, true));
    BOOST_TEST(!session.flag(copy, CKA_MODIFIABLE));
    BOOST_TEST(!session.flag(copy, CKA_DECRYPT));
}

CONFORMANCE(downgrade, copies_keep_the_history_of_their_key) {
    Session session(subject);
    const CK_OBJECT_HANDLE open = session.generate(CKM_AES_KEY_GEN, aes_generation(16));
    const CK_OBJECT_HANDLE closed =
        session.copy(open, Template().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
    BOOST_TEST(!session.flag(closed, CKA_ALWAYS_SENSITIVE));
    BOOST_TEST(!session.flag(closed, CKA_NEVER_EXTRACTABLE));
}

KVP11_CASES_END
