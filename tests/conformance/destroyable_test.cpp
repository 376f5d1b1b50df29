// PKCS#11 3.2 section 4.4.1: what has CKA_DESTROYABLE false is not destroyed by C_DestroyObject, whatever it is and
// however it came by it.
#include "conformance/conformance_case.hpp"

KVP11_CASES

static KeyPair pair_of(Session& session, bool on_token, bool public_is_destroyable, bool private_is_destroyable) {
    return session.generate_pair(
        CKM_EC_KEY_PAIR_GEN,
        pair_public({7})
            .flag(CKA_TOKEN, on_token)
            .flag(CKA_DESTROYABLE, public_is_destroyable)
            .bytes(CKA_EC_PARAMS, ec_numbers(Curve::P256).parameters),
        pair_private({7}).flag(CKA_TOKEN, on_token).flag(CKA_DESTROYABLE, private_is_destroyable));
}

static void check_stays(Session& session, CK_OBJECT_HANDLE object) {
    BOOST_TEST(!session.flag(object, CKA_DESTROYABLE));
    EXPECT_RV(session.try_destroy(object), CKR_ACTION_PROHIBITED);
    EXPECT_RV(session.try_attribute(object, CKA_CLASS), CKR_OK);
}

CONFORMANCE(destroyable, a_created_public_key_may_have_to_stay) {
    Session session(subject);
    check_stays(session, session.create(rsa_public().flag(CKA_DESTROYABLE, false)));
    EXPECT_RV(session.try_destroy(session.create(rsa_public())), CKR_OK);
}

CONFORMANCE(destroyable, each_half_of_a_pair_has_its_own_say) {
    Session session(subject);
    for (const bool on_token : {false, true}) {
        const KeyPair with_public = pair_of(session, on_token, false, true);
        check_stays(session, with_public.public_key);
        const KeyPair with_private = pair_of(session, on_token, true, false);
        check_stays(session, with_private.private_key);
        EXPECT_RV(session.try_destroy(with_private.public_key), CKR_OK);
    }
}

// A slot may keep the two together, and then refuses; but not take along what may not be destroyed.
CONFORMANCE(destroyable, a_public_half_that_must_stay_does_not_go_along_with_the_private_one) {
    Session session(subject);
    for (const bool on_token : {false, true}) {
        const KeyPair pair = pair_of(session, on_token, false, true);
        EXPECT_RV_IN(session.try_destroy(pair.private_key), CKR_OK, CKR_ACTION_PROHIBITED);
        check_stays(session, pair.public_key);
    }
}

CONFORMANCE(destroyable, it_is_changed_afterwards, reference_defect("keeps CKA_DESTROYABLE as it was")) {
    Session session(subject);
    const KeyPair pair = pair_of(session, true, true, true);
    for (const CK_OBJECT_HANDLE half : {pair.public_key, pair.private_key}) {
        EXPECT_RV(session.try_set(half, Template().flag(CKA_DESTROYABLE, false)), CKR_OK);
        check_stays(session, half);
        EXPECT_RV(session.try_set(half, Template().flag(CKA_DESTROYABLE, true)), CKR_OK);
    }
    EXPECT_RV(session.try_destroy(pair.public_key), CKR_OK);
    EXPECT_RV(session.try_destroy(pair.private_key), CKR_OK);
}

CONFORMANCE(destroyable, a_copy_has_it_as_its_original_or_as_the_template_says) {
    Session session(subject);
    const CK_OBJECT_HANDLE free = session.create(rsa_public());
    const CK_OBJECT_HANDLE stays = session.create(rsa_public().flag(CKA_DESTROYABLE, false));
    check_stays(session, session.copy(free, Template().flag(CKA_DESTROYABLE, false)));
    check_stays(session, session.copy(stays, Template().text(CKA_LABEL, "copy")));
    EXPECT_RV(session.try_destroy(session.copy(stays, Template().flag(CKA_DESTROYABLE, true))), CKR_OK);
    EXPECT_RV(session.try_destroy(free), CKR_OK);
}

KVP11_CASES_END
