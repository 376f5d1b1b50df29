// Codes of the functions of objects: what may not be done with them, and what of them may not be read.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

constexpr CK_ATTRIBUTE_TYPE no_attribute = 0x7FFFFFF1;

CK_OBJECT_HANDLE with_flag(Desk& desk, CK_ATTRIBUTE_TYPE type, bool value) {
    CK_OBJECT_HANDLE made = 0;
    Template object = aes_key(pattern(16)).flag(type, value);
    MUST(desk.f->C_CreateObject(desk.session, object.data(), object.size(), &made));
    return made;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(objects, Desk)

BOOST_AUTO_TEST_CASE(an_object_may_forbid_what_is_done_with_objects) {
    Template label = Template().text(CKA_LABEL, "x");
    CK_OBJECT_HANDLE object = with_flag(*this, CKA_COPYABLE, false);
    EXPECT_RV(f->C_CopyObject(session, object, label.data(), 1, &made), CKR_ACTION_PROHIBITED);
    object = with_flag(*this, CKA_MODIFIABLE, false);
    EXPECT_RV(f->C_SetAttributeValue(session, object, label.data(), 1), CKR_ACTION_PROHIBITED);
    object = with_flag(*this, CKA_DESTROYABLE, false);
    EXPECT_RV(f->C_DestroyObject(session, object), CKR_ACTION_PROHIBITED);
    // It is there all the same.
    EXPECT_RV(f->C_GetObjectSize(session, object, &size), CKR_OK);
}

BOOST_AUTO_TEST_CASE(a_template_that_contradicts_itself_is_inconsistent) {
    CK_BYTE one = 'a', other = 'b';
    CK_ATTRIBUTE twice[] = {{CKA_LABEL, &one, 1}, {CKA_LABEL, &other, 1}};
    EXPECT_RV(f->C_CopyObject(session, aes, twice, 2, &made), CKR_TEMPLATE_INCONSISTENT);
    EXPECT_RV(f->C_SetAttributeValue(session, aes, twice, 2), CKR_TEMPLATE_INCONSISTENT);
    other = 'a';
    EXPECT_RV(f->C_SetAttributeValue(session, aes, twice, 2), CKR_OK);
}

BOOST_AUTO_TEST_CASE(attributes_are_read_one_by_one_whatever_befalls_the_others) {
    CK_ULONG type = 0;
    CK_BYTE room[4] = {};
    CK_ATTRIBUTE wanted_ones[] = {{CKA_KEY_TYPE, &type, sizeof type},
                                  {CKA_PRIVATE_EXPONENT, out.data(), 256},
                                  {CKA_MODULUS, out.data(), 256},
                                  {CKA_CLASS, &type, sizeof type}};
    EXPECT_RV(f->C_GetAttributeValue(session, rsa_private, wanted_ones, 4), CKR_ATTRIBUTE_SENSITIVE);
    BOOST_TEST(wanted_ones[1].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(wanted_ones[2].ulValueLen == 256u);
    wanted_ones[1].type = no_attribute;
    EXPECT_RV(f->C_GetAttributeValue(session, rsa_private, wanted_ones, 4), CKR_ATTRIBUTE_TYPE_INVALID);
    BOOST_TEST(wanted_ones[1].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    wanted_ones[1] = {CKA_MODULUS, room, sizeof room};
    EXPECT_RV(f->C_GetAttributeValue(session, rsa_private, wanted_ones, 4), CKR_BUFFER_TOO_SMALL);
    BOOST_TEST(wanted_ones[1].ulValueLen == CK_UNAVAILABLE_INFORMATION);
    BOOST_TEST(type == CKO_PRIVATE_KEY);
}

BOOST_AUTO_TEST_CASE(a_search_for_a_value_that_is_none_is_refused_and_begins_nothing) {
    Template short_class = Template().bytes(CKA_CLASS, {1});
    EXPECT_RV(f->C_FindObjectsInit(session, short_class.data(), 1), CKR_ATTRIBUTE_VALUE_INVALID);
    EXPECT_RV(f->C_FindObjectsFinal(session), CKR_OPERATION_NOT_INITIALIZED);
    // What no object has is found nowhere, which is no mistake.
    Template strange = Template().bytes(no_attribute, Bytes(4));
    EXPECT_RV(f->C_FindObjectsInit(session, strange.data(), 1), CKR_OK);
    CK_ULONG count = 1;
    EXPECT_RV(f->C_FindObjects(session, &made, 1, &count), CKR_OK);
    BOOST_TEST(count == 0u);
    EXPECT_RV(f->C_FindObjectsFinal(session), CKR_OK);
}

// What somebody who is not logged in sees is public, and cannot be made private.
BOOST_AUTO_TEST_CASE(who_is_not_logged_in_changes_public_objects_and_sees_no_others) {
    const CK_OBJECT_HANDLE hidden = with_flag(*this, CKA_PRIVATE, true);
    CK_SESSION_HANDLE other = 0;
    MUST(f->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &other));
    MUST(f->C_Logout(session));
    Template label = Template().text(CKA_LABEL, "x");
    EXPECT_RV(f->C_SetAttributeValue(other, aes, label.data(), 1), CKR_OK);
    EXPECT_RV(f->C_SetAttributeValue(other, hidden, label.data(), 1), CKR_OBJECT_HANDLE_INVALID);
    Template secretly = Template().flag(CKA_PRIVATE, true);
    EXPECT_RV(f->C_SetAttributeValue(other, aes, secretly.data(), 1), CKR_ATTRIBUTE_READ_ONLY);
    MUST(f->C_CloseSession(other));
}

BOOST_AUTO_TEST_CASE(states_are_of_digests_alone) {
    const auto save = [&] {
        size = out.size();
        return f->C_GetOperationState(session, out.data(), &size);
    };
    MUST(f->C_EncryptInit(session, Mechanism(CKM_AES_ECB).get(), aes));
    EXPECT_RV(save(), CKR_STATE_UNSAVEABLE);
    MUST(f->C_SessionCancel(session, CKF_ENCRYPT));
    MUST(f->C_DigestInit(session, Mechanism(CKM_SHA256).get()));
    MUST(f->C_DigestKey(session, secret));
    EXPECT_RV(save(), CKR_STATE_UNSAVEABLE);
    EXPECT_RV(f->C_SetOperationState(session, in.data(), 32, 0, 0), CKR_SAVED_STATE_INVALID);
    EXPECT_RV(f->C_SetOperationState(session, state.data(), length(state), aes, 0), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(f->C_SetOperationState(session, state.data(), length(state), 0, aes), CKR_KEY_NOT_NEEDED);
    EXPECT_RV(f->C_SetOperationState(session, state.data(), length(state), 0, 0), CKR_OK);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
