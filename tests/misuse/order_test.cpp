// Which code wins when several apply, for every function: the session's before the arguments', the operation's before
// the arguments'. And every pointer once NULL.
#include "misuse/desk.hpp"

namespace kvp11::test {
namespace {

constexpr std::size_t most_pointers = 8;

bool is_missing(CK_RV code) { return code == CKR_FUNCTION_NOT_SUPPORTED; }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order, Desk)

BOOST_AUTO_TEST_CASE(a_session_that_is_none_is_refused_before_anything_else) {
    const CK_SESSION_HANDLE closed = session;
    MUST(f->C_CloseSession(session));
    session = 0;
    for (const CK_SESSION_HANDLE wrong : {closed, CK_SESSION_HANDLE{0}, CK_SESSION_HANDLE{0x7FFFFFF1}}) {
        for (const Call& call : calls()) {
            if (!call.of_session) continue;
            session = wrong;
            const CK_RV code = call.run(*this);
            if (is_missing(code)) continue;
            BOOST_TEST_CONTEXT(call.name) {
                EXPECT_RV(code, CKR_SESSION_HANDLE_INVALID);
                for (std::size_t n = 0; n < most_pointers; ++n) {
                    const auto bad = call.run_with_null(*this, n);
                    if (bad) EXPECT_RV(*bad, CKR_SESSION_HANDLE_INVALID);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_none_is_refused) {
    const CK_SLOT_ID ours = slot;
    slot = ours + 77;
    for (const char* name :
         {"C_GetSlotInfo", "C_GetTokenInfo", "C_GetMechanismList", "C_GetMechanismInfo", "C_OpenSession"})
        BOOST_TEST_CONTEXT(name) EXPECT_RV(call_of(name).run(*this), CKR_SLOT_ID_INVALID);
    CK_UTF8CHAR label[32] = {};
    EXPECT_RV(f->C_InitToken(slot, label, 8, label), CKR_SLOT_ID_INVALID);
    EXPECT_RV(f->C_CloseAllSessions(slot), CKR_SLOT_ID_INVALID);
    slot = ours;
}

BOOST_AUTO_TEST_CASE(right_calls_are_right) {
    for (const Call& call : calls()) {
        right();
        call.begin(*this);
        const CK_RV code = call.run(*this);
        if (is_missing(code)) {
            BOOST_TEST_MESSAGE(call.name << " is not supported");
            continue;
        }
        BOOST_TEST_CONTEXT(call.name) EXPECT_RV(code, usual_code(call.name));
    }
}

BOOST_AUTO_TEST_CASE(every_pointer_may_be_null_and_nothing_crashes) {
    for (const Call& call : calls()) {
        for (std::size_t n = 0; n < most_pointers; ++n) {
            right();
            call.begin(*this);
            const auto code = call.run_with_null(*this, n);
            if (!code) break;
            if (is_missing(*code)) continue;
            BOOST_TEST_CONTEXT(call.name << ", pointer " << n)
            EXPECT_RV_IN(*code, CKR_ARGUMENTS_BAD, CKR_OK, CKR_NO_EVENT, CKR_MECHANISM_PARAM_INVALID,
                         CKR_TEMPLATE_INCOMPLETE, usual_code(call.name));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_call_without_its_operation_is_refused_before_its_arguments) {
    for (const Call& call : calls()) {
        if (!call.needs_operation) continue;
        right();
        const CK_RV code = call.run(*this);
        if (is_missing(code)) continue;
        BOOST_TEST_CONTEXT(call.name) {
            EXPECT_RV(code, CKR_OPERATION_NOT_INITIALIZED);
            for (std::size_t n = 0; n < most_pointers; ++n) {
                const auto bad = call.run_with_null(*this, n);
                if (bad) EXPECT_RV_IN(*bad, CKR_OPERATION_NOT_INITIALIZED, CKR_ARGUMENTS_BAD);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_operation_keeps_others_of_its_kind_from_starting) {
    for (const Call& call : calls()) {
        if (!call.starts_operation) continue;
        right();
        call.begin(*this);
        if (is_missing(call.run(*this))) continue;
        BOOST_TEST_CONTEXT(call.name) EXPECT_RV(call.run(*this), CKR_OPERATION_ACTIVE);
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kvp11::test
