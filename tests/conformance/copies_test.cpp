// PKCS#11 3.2 section 4.1.3, C_CopyObject: session copies of keys of the token, which NSS and pkcs11-provider make. Of
// a key that a service keeps such a copy is another name for it.
#include "conformance/conformance_case.hpp"

KVP11_CASES

static KeyPair token_pair(Session& session) {
    return session.generate_pair(
        CKM_EC_KEY_PAIR_GEN,
        pair_public({9}).flag(CKA_TOKEN, true).bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
        pair_private({9}).flag(CKA_TOKEN, true));
}

static Template session_copy() { return Template().flag(CKA_TOKEN, false); }

CONFORMANCE(copies, a_session_copy_of_a_token_key_does_what_the_key_does) {
    Session session(subject);
    const KeyPair pair = token_pair(session);
    const CK_OBJECT_HANDLE copy = session.copy(pair.private_key, session_copy().text(CKA_LABEL, "copy"));
    BOOST_TEST(copy != pair.private_key);
    BOOST_TEST(!session.flag(copy, CKA_TOKEN));
    BOOST_TEST(session.flag(copy, CKA_PRIVATE));
    BOOST_TEST(session.number(copy, CKA_KEY_TYPE) == CKK_EC);
    BOOST_TEST(to_hex(session.attribute(copy, CKA_ID)) == "09");
    const Bytes signature = session.sign(CKM_ECDSA, copy, pattern(32));
    EXPECT_RV(session.try_verify(CKM_ECDSA, pair.public_key, pattern(32), signature), CKR_OK);
    EXPECT_RV(session.try_attribute(copy, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

CONFORMANCE(copies, a_session_copy_has_a_name_and_a_life_of_its_own) {
    Session session(subject);
    const KeyPair pair = token_pair(session);
    const Bytes label = session.attribute(pair.private_key, CKA_LABEL);
    const CK_OBJECT_HANDLE copy = session.copy(pair.private_key, session_copy().text(CKA_LABEL, "copy"));
    BOOST_TEST((session.find(Template().text(CKA_LABEL, "copy")) == std::vector<CK_OBJECT_HANDLE>{copy}));
    MUST(session.try_set(copy, Template().text(CKA_LABEL, "renamed").bytes(CKA_ID, {8})));
    BOOST_TEST((session.find(session_copy().bytes(CKA_ID, {8})) == std::vector<CK_OBJECT_HANDLE>{copy}));
    BOOST_TEST(to_hex(session.attribute(pair.private_key, CKA_LABEL)) == to_hex(label));
    MUST(session.try_destroy(copy));
    EXPECT_RV(session.try_attribute(copy, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    EXPECT_RV(session.try_sign(CKM_ECDSA, pair.private_key, pattern(32)), CKR_OK);
    {
        Session reading(subject, Login::User, Session::Access::ReadOnly);
        reading.copy(pair.private_key, session_copy().text(CKA_LABEL, "short-lived"));
        BOOST_TEST(session.find(Template().text(CKA_LABEL, "short-lived")).size() == 1u);
    }
    BOOST_TEST(session.find(Template().text(CKA_LABEL, "short-lived")).empty());
    BOOST_TEST(session.find(Template().set(CKA_CLASS, CKO_PRIVATE_KEY)).size() == 1u);
}

CONFORMANCE(copies, a_session_copy_can_do_less_and_never_more) {
    Session session(subject);
    const KeyPair pair = token_pair(session);
    const CK_OBJECT_HANDLE idle = session.copy(pair.private_key, session_copy().flag(CKA_SIGN, false));
    EXPECT_RV(session.try_sign(CKM_ECDSA, idle, pattern(32)), CKR_KEY_FUNCTION_NOT_PERMITTED);
    EXPECT_RV(session.try_sign(CKM_ECDSA, pair.private_key, pattern(32)), CKR_OK);
    EXPECT_RV_IN(session.try_copy(pair.private_key, session_copy().flag(CKA_SENSITIVE, false)), CKR_ATTRIBUTE_READ_ONLY,
                 CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV_IN(session.try_copy(pair.private_key, session_copy().flag(CKA_EXTRACTABLE, true)),
                 CKR_ATTRIBUTE_READ_ONLY, CKR_TEMPLATE_INCONSISTENT);
    const CK_OBJECT_HANDLE again =
        session.copy(session.copy(pair.private_key, session_copy()), Template().text(CKA_LABEL, "again"));
    EXPECT_RV(session.try_sign(CKM_ECDSA, again, pattern(32)), CKR_OK);
    session.logout();
    EXPECT_RV(session.try_attribute(again, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
    session.login(Login::User);
    BOOST_TEST(session.find(session_copy().set(CKA_CLASS, CKO_PRIVATE_KEY)).empty());
}

KVP11_CASES_END
