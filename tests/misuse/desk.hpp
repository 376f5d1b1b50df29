// Desk: a token with a key of each kind and a session to misuse them in, and for each C_ function a call that is right.
//
// The keys belong to a session of their own and are public objects, so that `session` may be closed, opened anew and
// logged in and out at will. One thread's.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/keys.hpp"
#include "support/mechanism.hpp"
#include "support/recorder.hpp"
#include "support/session.hpp"

namespace kvp11::test {

class Desk {
public:
    /// Where C_Initialize was not called: no token, and handles of nothing.
    struct Blank {};

    explicit Desk(Kind kind = Kind::Kvp11, Subject::Token token = Subject::Token::Ready);
    explicit Desk(Blank);

    std::optional<Subject> subject;
    CK_FUNCTION_LIST_3_2* f = functions_3_2();
    CK_SLOT_ID slot = 0;
    CK_SESSION_HANDLE home = 0;     // has the keys
    CK_SESSION_HANDLE session = 0;  // is misused
    CK_OBJECT_HANDLE aes = 0, secret = 0, rsa_public = 0, rsa_private = 0, ec_public = 0, ec_private = 0;

    // What calls point to; as right() left it.
    std::array<CK_BYTE, 1024> in{};
    std::array<CK_BYTE, 4096> out{};
    CK_ULONG size = 0, size_in = 0;
    CK_OBJECT_HANDLE made = 0, made_too = 0;
    Bytes wrapped, ciphertext, signature, mac, state;
    Mechanism mechanism{CKM_SHA256};
    Template wanted, wanted_too;
    CK_GCM_MESSAGE_PARAMS message{};

    /// Opens `session` anew, logged in as the user, and puts everything above back.
    void right();
    /// The same for a session of another kind.
    void open(CK_FLAGS flags = CKF_SERIAL_SESSION | CKF_RW_SESSION);
    CK_RV log_in(CK_USER_TYPE user, std::string_view pin) const;
    void use(Mechanism other) { mechanism = std::move(other); }

private:
    void make_keys();
    void prepare_results();
};

/// A call of one function with arguments that are right.
struct Call {
    std::string name;
    bool of_session = false;           // its first argument is a session
    std::function<void(Desk&)> begin;  // what must come before it, after Desk::right()
    std::function<CK_RV(Desk&)> run;
    /// The same with NULL for the n-th of its pointers; nothing when it has not so many.
    std::function<std::optional<CK_RV>(Desk&, std::size_t)> run_with_null;

    bool needs_operation = false;  // `begin` starts an operation without which it is CKR_OPERATION_NOT_INITIALIZED
    bool starts_operation = false;
};

/// Every function of every version, but for those that find lists and C_Initialize, C_Finalize, C_InitToken and
/// C_CloseAllSessions, which leave no desk behind.
const std::vector<Call>& calls();
const Call& call_of(std::string_view name);
/// What the right call answers: CKR_OK, but where there is nothing asynchronous, no event, no such mechanism.
CK_RV usual_code(std::string_view name);

}  // namespace kvp11::test
