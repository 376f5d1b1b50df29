// PKCS#11 2.40 §5.6.6 and §5.6.7: a digest is saved and goes on later, or twice.
#include "conformance/conformance_case.hpp"

KVP11_CASES

namespace {

const Mark no_states = reference_defect("does not support the functions");

Bytes finish(const Session& s) {
    Bytes digest(32);
    CK_ULONG size = 32;
    MUST(s.f()->C_DigestFinal(s.handle(), digest.data(), &size));
    return digest;
}

Bytes save(const Session& s) {
    CK_ULONG size = 0;
    MUST(s.f()->C_GetOperationState(s.handle(), nullptr, &size));
    CK_ULONG little = size - 1;
    Bytes state(size);
    EXPECT_RV(s.f()->C_GetOperationState(s.handle(), state.data(), &little), CKR_BUFFER_TOO_SMALL);
    MUST(s.f()->C_GetOperationState(s.handle(), state.data(), &size));
    BOOST_TEST(size == state.size());
    return state;
}

}  // namespace

CONFORMANCE(operation_states, a_digest_goes_on_where_it_was_saved, no_states) {
    Session session(subject);
    Session other(subject, Login::None);
    const Bytes text = pattern(100);
    const Bytes digest = session.digest(CKM_SHA256, text);
    MUST(session.f()->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    MUST(session.f()->C_DigestUpdate(session.handle(), input(text), 60));
    Bytes state = save(session);
    MUST(session.f()->C_DigestUpdate(session.handle(), input(text), 7));
    BOOST_TEST(to_hex(finish(session)) != to_hex(digest));
    // Twice, also elsewhere, and in the middle of something else.
    MUST(other.f()->C_FindObjectsInit(other.handle(), nullptr, 0));
    for (const Session* resumed : {&session, &other}) {
        MUST(resumed->f()->C_SetOperationState(resumed->handle(), state.data(), state.size(), 0, 0));
        MUST(resumed->f()->C_DigestUpdate(resumed->handle(), input(text) + 60, 40));
        BOOST_TEST(to_hex(finish(*resumed)) == to_hex(digest));
    }
    EXPECT_RV(other.f()->C_FindObjectsFinal(other.handle()), CKR_OPERATION_NOT_INITIALIZED);
}

CONFORMANCE(operation_states, only_digests_without_keys_are_saved, no_states) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    const CK_OBJECT_HANDLE key = session.create(generic_secret(pattern(32)));
    CK_BYTE room[256];
    CK_ULONG size = sizeof room;
    EXPECT_RV(f->C_GetOperationState(session.handle(), room, &size), CKR_OPERATION_NOT_INITIALIZED);
    EXPECT_RV(f->C_GetOperationState(session.handle(), room, nullptr), CKR_ARGUMENTS_BAD);
    MUST(f->C_SignInit(session.handle(), Mechanism(CKM_SHA256_HMAC).get(), key));
    EXPECT_RV(f->C_GetOperationState(session.handle(), room, &size), CKR_STATE_UNSAVEABLE);
    MUST(f->C_SignInit(session.handle(), nullptr, 0));
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    MUST(f->C_DigestKey(session.handle(), key));
    EXPECT_RV(f->C_GetOperationState(session.handle(), room, &size), CKR_STATE_UNSAVEABLE);
}

CONFORMANCE(operation_states, only_what_was_saved_is_taken_back, no_states) {
    Session session(subject);
    const CK_FUNCTION_LIST* f = session.f();
    MUST(f->C_DigestInit(session.handle(), Mechanism(CKM_SHA256).get()));
    Bytes state = save(session);
    EXPECT_RV(f->C_SetOperationState(session.handle(), state.data(), state.size(), 1, 0), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(f->C_SetOperationState(session.handle(), state.data(), state.size(), 0, 1), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(f->C_SetOperationState(session.handle(), state.data(), state.size() - 1, 0, 0), CKR_SAVED_STATE_INVALID);
    EXPECT_RV(f->C_SetOperationState(session.handle(), nullptr, 8, 0, 0), CKR_ARGUMENTS_BAD);
    state[0] ^= 1;
    EXPECT_RV(f->C_SetOperationState(session.handle(), state.data(), state.size(), 0, 0), CKR_SAVED_STATE_INVALID);
    // What was refused changed nothing.
    MUST(f->C_DigestUpdate(session.handle(), state.data(), 4));
}

KVP11_CASES_END
